// The bench at the foot of a lesson's page: the switch, the drawing, and the last exchange, wherever the reader is.

import { drawing } from "./drawing.js";
import { h, say, sentence } from "./html.js";
import { selector } from "./switch.js";
import { wires, inShort } from "./wires.js";

export function bench(page) {
    const { lab, lesson } = page;
    const aside = h("aside", { class: "bench", "aria-labelledby": "bench-title" });
    const title = h("h2", { id: "bench-title", class: "unseen" }, "The lab of this lesson");
    document.querySelector(".page").append(aside);
    if (lab.session.trouble) {
        aside.append(title, h("p", { class: "state" }, `✗ There is no lab: ${lab.session.trouble}`));
        return;
    }
    const state = h("p", { class: "state" });
    const last = h("p", { class: "last" }, "No request yet: press Run, or use curl in a terminal.");
    const body = h("div", { id: "bench-body", class: "bench-body", tabindex: "0", role: "group", "aria-label": "Drawing and exchange" });
    const opener = h("button", { type: "button", class: "opener", "aria-controls": "bench-body" });
    aside.append(title, h("div", { class: "bench-bar" }, selector(page), h("div", { class: "news" }, state, last), opener), body);

    let asked = false;
    const open = (yes) => {
        body.hidden = !yes;
        opener.setAttribute("aria-expanded", String(yes));
        opener.textContent = yes ? "Wires ▾" : "Wires ▴";
    };
    opener.addEventListener("click", () => {
        asked = true;
        open(body.hidden);
    });
    open(false);

    const picture = drawing(lab);
    const exchange = wires(lab);
    body.append(picture, exchange);
    for (const sentence of lab.session.theirs) body.append(h("p", { class: "theirs" }, sentence));

    const show = () => { state.textContent = words(lab.stage, lesson, lab.session.lessons); };
    lab.on("stage", show);
    lab.on("direct", (exchange) => { last.textContent = inShort(exchange); });
    lab.on("exchange", (exchange) => {
        last.textContent = inShort(exchange);
        // Where there is room, the first exchange shows itself; after that the reader decides.
        if (!asked && matchMedia("(min-width: 700px) and (min-height: 700px)").matches) open(true);
    });
    lab.on("away", (gone) => {
        if (gone) say("The lab does not answer.");
        aside.classList.toggle("away", gone);
        if (gone) state.textContent = "✗ The lab does not answer. Is lesson book still running?";
        else show();
    });
    // What is reached by keyboard or by a link must not end up behind the bench.
    new ResizeObserver(() => {
        document.documentElement.style.scrollPaddingBottom = `${aside.offsetHeight + 8}px`;
    }).observe(aside);
    show();
}

/** What runs, in a sentence. */
function words(stage, lesson, lessons) {
    if (stage?.stem !== lesson.stem) {
        const other = lessons.find(({ stem }) => stem === stage?.stem);
        return other ? `The lab is at lesson ${other.number}.` : "The lab is at no lesson yet.";
    }
    if (stage.refused) return `✗ ${stage.running ? "Refused" : "The proxy does not start"}: ${stage.refused.text}`;
    const broken = lesson.breaks.find(({ name }) => stage.state === `break:${name}`);
    if (broken) return `Broken on purpose: ${sentence(broken.what)}`;
    if (stage.state === "mine") return "Your own site file runs.";
    return stage.state === "after" ? `With ${lesson.directive}.` : `Before: without ${lesson.directive}.`;
}
