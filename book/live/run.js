// A Run and a Copy button beside the command of each step; the answer takes the place of the recorded one.

import { answer, h, say, sentence, unseen } from "./html.js";
import { direct } from "./wires.js";

/** The sections whose commands are the lesson's steps; those of breaks have a button of their own. */
const SECTIONS = ["the-problem", "the-same-request-again"];

export function run(page) {
    let section = null;
    let seen = new Map();
    for (const found of page.main.querySelectorAll("h2, pre > code.language-console")) {
        if (found.tagName === "H2") {
            [section, seen] = [found.id, new Map()];
        } else if (SECTIONS.includes(section)) {
            commands(page, found, seen);
        }
    }
}

/** The step that a command stands for: of equal ones, the next that this section has not shown yet. */
function stepOf(steps, curl, seen) {
    const equal = steps.map((step, at) => [step, at + 1]).filter(([step]) => step.curl === curl);
    const count = seen.get(curl) ?? 0;
    seen.set(curl, count + 1);
    return equal[Math.min(count, equal.length - 1)]?.[1];
}

function commands(page, code, seen) {
    const lines = code.textContent.trimEnd().split("\n");
    const numbers = lines.map((line) => stepOf(page.lesson.steps, line, seen));
    if (numbers.some((number) => number === undefined)) return;
    const pre = code.parentElement;
    const recorded = lines.length === 1 ? recordedAfter(pre) : null;
    const group = h("div", { class: "commands" });
    pre.before(group);
    const places = lines.map((line, at) => {
        const place = h("div", { class: "place" });
        group.append(row(page, line, numbers[at], place, recorded));
        return place;
    });
    pre.remove();
    group.after(...places);
}

/** The answer that the book recorded for a command, if it stands right below. */
function recordedAfter(pre) {
    const next = pre.nextElementSibling;
    const isAnswer = next?.matches(".red, .green") || next?.querySelector(":scope > code:is(.language-http, .language-text)");
    return isAnswer ? next : null;
}

function row(page, line, number, place, recorded) {
    const { claim } = page.lesson.steps[number - 1];
    const button = h("button", { type: "button", class: "run", click: () => ask() }, "▶ Run", unseen(` step ${number}: ${claim}`));
    const copy = h("button", { type: "button", class: "copy", click: () => copied(copy, line) }, "Copy", unseen(` ${line}`));
    const pre = h("pre", {}, h("code", { class: "language-console hljs" }, line));

    async function ask() {
        button.setAttribute("aria-busy", "true");
        try {
            await page.here();
            const result = await page.lab.ask("run", { stem: page.lesson.stem, step: number });
            const { site, running } = page.lab.stage;
            if (site == null || !running) page.lab.tell("direct", direct(result));
            show(outcome(result, page), result.passed ? `Passed: ${result.claim}` : `Not yet: ${result.claim}`);
        } catch (error) {
            show(h("p", { class: "answer failed" }, `✗ ${error.message}`), error.message);
        }
        button.removeAttribute("aria-busy");
    }

    function show(element, words) {
        const back = recorded && h("button", { type: "button", class: "back", click: () => restore() }, "Show the book’s answer again");
        place.replaceChildren(element);
        if (back) element.append(back);
        if (recorded) recorded.hidden = true;
        element.scrollIntoView({ block: "nearest" });
        say(words);
    }

    function restore() {
        place.replaceChildren();
        recorded.hidden = false;
        button.focus();
    }
    return h("div", { class: "command" }, pre, h("div", { class: "tools" }, button, copy));
}

/** What came back, whether that is right, and if not, why. */
function outcome({ claim, passed, shown, differences, why }, { lab }) {
    const verdict = h("p", { class: "verdict" }, passed ? "✓ As it should be: " : "✗ Not yet: ", sentence(claim));
    const wrong = differences.map(({ what, expected, actual }) => {
        return h("li", {}, `${what}: expected ${expected}, came ${actual}`);
    });
    const before = !passed && lab.stage.state === "before" && "This is the lab before the lesson’s line; flip the switch below, and run it again.";
    return h(
        "div",
        { class: `answer ${passed ? "passed" : "failed"}` },
        verdict,
        wrong.length > 0 && h("ul", {}, ...wrong),
        why && h("p", {}, `→ ${why}`),
        before && h("p", {}, before),
        answer(shown),
    );
}

async function copied(button, line) {
    const [label] = button.childNodes;
    const done = await navigator.clipboard.writeText(line).then(() => true, () => false);
    label.data = done ? "Copied" : "Not copied";
    say(done ? "The command is copied." : "The browser does not let this page copy.");
    button.addEventListener("blur", () => { label.data = "Copy"; }, { once: true });
}
