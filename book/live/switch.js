// Before and after: what the lesson adds, flipped on and off.

import { h, say } from "./html.js";

const STATES = [["before", () => "Before"], ["after", (lesson) => `With ${lesson.directive}`]];

export function selector({ lab, lesson }) {
    const choices = STATES.map(([state, label]) => {
        const input = h("input", { type: "radio", name: "lab-state", value: state, change: () => choose(state) });
        return h("label", {}, input, h("span", {}, label(lesson)));
    });
    const set = h("fieldset", { class: "switch" }, h("legend", { class: "unseen" }, "What runs in the lab"), ...choices);
    const inputs = choices.map((choice) => choice.querySelector("input"));

    async function choose(state) {
        try {
            const stage = await lab.ask("stage", { stem: lesson.stem, state });
            say(stage.refused ? `The proxy does not start: ${stage.refused.text}` : `The lab now runs: ${label(state)}.`);
        } catch (error) {
            say(error.message);
            show();
        }
    }

    const label = (state) => STATES.find(([name]) => name === state)[1](lesson);
    const show = () => {
        for (const input of inputs) {
            input.checked = lab.stage?.stem === lesson.stem && lab.stage.state === input.value;
        }
    };
    lab.on("stage", show);
    show();
    return set;
}
