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
    const report = (error, fine, ...then) => {
        draw(error?.line);
        area.setAttribute("aria-invalid", String(Boolean(error)));
        says.replaceChildren(error ? refusal(error) : h("p", {}, fine), ...then);
        say(error ? `${error.line ? `Line ${error.line}: ` : ""}${error.text} ${error.remedy ?? ""}` : fine);
    };
    const back = () => {
        const button = h("button", { type: "button", click: () => { show(true); area.focus(); } }, "Put it back");
        const goesOn = lab.stage.running && "Until then the proxy goes on with the file that it has. ";
        return h("p", {}, goesOn, button);
    };
    const run = async () => {
        clearTimeout(timer);
        typed = true;
        const text = area.value;
        const ended = text.endsWith("\n") ? text : `${text}\n`;
        try {
            const stage = await lab.ask("site", { stem: lesson.stem, text: ended });
            if (area.value === text) report(stage.refused, "✓ Syntax OK. It runs.");
        } catch (error) {
            if (area.value === text) report(error.refusal, "", back());
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
    let runs = null;
    const show = (anyway) => {
        const { stage } = lab;
        if (stage?.stem !== lesson.stem) return;
        const news = stage.site !== runs;
        runs = stage.site;
        // What the reader has typed is not taken away, unless something else runs now.
        if (!anyway && (typed || !news)) return;
        typed = false;
        area.value = asText(stage);
        report(stage.refused, stage.state === "mine" ? "✓ Your own site file runs." : "");
    };
    lab.on("stage", () => show(false));
    draw();
    show(true);
}

/** The file without the end of its last line, which would show as a line more. */
const asText = ({ site }) => (site ?? "").replace(/\n$/, "");
