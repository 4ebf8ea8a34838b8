// The site file, to be edited: it runs a moment after the last key, and Apache's complaint stands at its line.

import { h, refusal, say, section } from "./html.js";

/** How long after the last key the file is tried, in milliseconds. */
const PAUSE = 500;

export function editor({ lab, lesson, main }) {
    const heading = main.querySelector("#what-to-add");
    if (!lesson.has_site || !heading) return;
    const after = section(heading).find((part) => part.querySelector(":scope > code.language-diff")) ?? heading;
    const area = h("textarea", { id: "site", spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-describedby": "site-says" });
    // The same text behind it, line by line: it gives the numbers, the height, and the mark at the wrong line.
    const lines = h("div", { class: "lines", "aria-hidden": "true" });
    const says = h("div", { id: "site-says", class: "says" });
    const label = h("label", { for: "site" }, "The site file that runs. Change it: it runs when you pause, or with Ctrl-Enter.");
    after.after(h("div", { class: "editor" }, label, h("div", { class: "paper" }, lines, area), says));

    let timer = null;
    let typed = false;
    const draw = (wrong) => {
        const rows = area.value.split("\n").map((text, at) => {
            return h("div", { class: at + 1 === wrong ? "line wrong" : "line" }, `${text}\u200b`);
        });
        lines.replaceChildren(...rows);
    };
    const report = (error, fine) => {
        draw(error?.line);
        area.setAttribute("aria-invalid", String(Boolean(error)));
        says.replaceChildren(error ? refusal(error) : h("p", {}, fine));
        say(error ? `${error.line ? `Line ${error.line}: ` : ""}${error.text} ${error.remedy ?? ""}` : fine);
    };
    const run = async () => {
        clearTimeout(timer);
        typed = true;
        const text = area.value;
        try {
            const stage = await lab.ask("site", { stem: lesson.stem, text });
            if (area.value === text) report(stage.refused, "✓ Syntax OK. It runs.");
        } catch (error) {
            if (area.value === text) report(error.refusal);
        }
        typed = area.value !== text;
    };

    area.addEventListener("input", () => {
        typed = true;
        draw();
        clearTimeout(timer);
        timer = setTimeout(run, PAUSE);
    });
    area.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.ctrlKey) {
            event.preventDefault();
            run();
        }
    });
    const show = () => {
        const { stage } = lab;
        // What the reader is typing is not taken away.
        if (typed || stage?.stem !== lesson.stem || stage.site === area.value) return;
        area.value = stage.site ?? "";
        report(stage.refused, stage.state === "mine" ? "✓ Your own site file runs." : "");
    };
    lab.on("stage", show);
    area.value = lab.stage?.stem === lesson.stem ? lab.stage.site ?? "" : "";
    report(lab.stage?.stem === lesson.stem ? lab.stage.refused : null, "");
}
