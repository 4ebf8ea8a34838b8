// Each break of the lesson can be had for real: one button breaks the lab and shows what comes, then repairs it.

import { answer, block, h, refusal, say, section, sentence } from "./html.js";

export function breaks(page) {
    for (const each of page.lesson.breaks) {
        const heading = document.getElementById(each.name);
        const fold = heading && section(heading).find((part) => part.tagName === "DETAILS");
        fold?.before(bench(page, each));
    }
}

function bench({ lab, lesson }, { name, what }) {
    const button = h("button", { type: "button", click: () => (isBroken() ? repair() : breakIt()) });
    const place = h("div", { class: "place" });
    const isBroken = () => lab.stage?.stem === lesson.stem && lab.stage.state === `break:${name}`;

    async function breakIt() {
        await tried(async () => {
            const broken = await lab.ask("break", { stem: lesson.stem, name });
            place.replaceChildren(came(what, broken));
            say(`Broken: ${what}. ${broken.error?.text ?? broken.shown?.split("\n")[0] ?? ""}`);
            place.scrollIntoView({ block: "nearest" });
        });
    }

    async function repair() {
        await tried(async () => {
            await lab.ask("stage", { stem: lesson.stem, state: "after" });
            place.replaceChildren(h("p", { class: "answer passed" }, `✓ Repaired: with ${lesson.directive} as it should be.`));
            say("Repaired.");
        });
    }

    async function tried(doing) {
        try {
            await doing();
        } catch (error) {
            place.replaceChildren(h("p", { class: "answer failed" }, `✗ ${error.message}`));
            say(error.message);
        }
    }

    const show = () => {
        const words = isBroken() ? "Repair it" : "Break it";
        if (button.firstChild?.data !== words) button.replaceChildren(words, h("span", { class: "unseen" }, `: ${what}`));
    };
    lab.on("stage", show);
    show();
    return h("div", { class: "break" }, button, place);
}

/** What came of it: Apache's refusal, or an answer and the line in the log. */
function came(what, { curl, shown, log, error }) {
    return h(
        "div",
        { class: "answer failed" },
        h("p", { class: "verdict" }, `✗ Broken on purpose: ${sentence(what)}`),
        error && refusal(error),
        curl && block(curl, "console"),
        shown && answer(shown),
        log && h("p", {}, "The log says:"),
        log && block(log),
    );
}
