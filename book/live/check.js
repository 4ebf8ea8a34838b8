// Check this lesson: every step against what runs now; if all pass, the lesson is done and the next is offered.

import { h, say, section } from "./html.js";

export function check(page) {
    const heading = page.main.querySelector("#try-it");
    if (!heading) return;
    const commands = section(heading).filter((part) => part.querySelector(":scope > code.language-console"));
    const place = h("div", { class: "place" });
    const button = h("button", { type: "button", click: () => ask() }, "Check this lesson");
    (commands.at(-1) ?? heading).after(h("div", { class: "check" }, button, place));

    async function ask() {
        button.setAttribute("aria-busy", "true");
        try {
            await page.here();
            const report = await page.lab.ask("check", { stem: page.lesson.stem });
            place.replaceChildren(shown(report, page));
            const right = report.results.filter(({ passed }) => passed).length;
            say(report.passed ? `Done. ${report.learned}` : `${right} of ${report.results.length} steps pass.`);
            place.scrollIntoView({ block: "nearest" });
        } catch (error) {
            place.replaceChildren(h("p", { class: "answer failed" }, `✗ ${error.message}`));
            say(error.message);
        }
        button.removeAttribute("aria-busy");
    }
}

function shown({ passed, results, learned }, page) {
    const before = page.lab.stage.state === "before";
    return h(
        "div",
        { class: `answer ${passed ? "passed" : "failed"}` },
        h("p", { class: "verdict" }, passed ? "✓ Every step passes." : "✗ Not every step passes yet."),
        h("ul", { class: "verdicts" }, ...results.map(one)),
        !passed && before && h("p", {}, `The lab is still at “before”: flip the switch below to “With ${page.lesson.directive}”.`),
        passed && h("p", {}, learned),
        passed && next(page),
    );
}

function one({ claim, passed, why }) {
    const words = passed ? "✓ passes: " : "✗ fails: ";
    return h("li", {}, words, claim, !passed && why && h("p", {}, `→ ${why}`));
}

function next({ lab, lesson }) {
    const following = lab.session.lessons.find(({ number }) => number === lesson.number + 1);
    const link = following
        ? h("a", { href: `${following.stem}.html` }, `Lesson ${following.number}: ${following.title}`)
        : h("a", { href: "what_you_built.html" }, "What you built");
    return h("p", {}, "Next: ", link);
}
