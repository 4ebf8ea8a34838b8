// Wakes the page up: finds the lab, and gives each part of the page what it needs.

import { bench } from "./bench.js";
import { breaks } from "./breaks.js";
import { check } from "./check.js";
import { editor } from "./editor.js";
import { refusal } from "./html.js";
import { Lab, Refused } from "./lab.js";
import { ports } from "./ports.js";
import { progress } from "./progress.js";
import { run } from "./run.js";

const name = location.pathname.split("/").pop().replace(/\.html$/, "");

async function wake() {
    const lab = await Lab.find();
    const { session } = lab;
    ports(session.ports);
    progress(lab);
    const lesson = session.lessons.find(({ stem }) => stem === name);
    if (!lesson) return;
    const page = { lab, lesson, main: document.querySelector("main"), here: () => bring(lab, lesson.stem) };
    bench(page);
    if (session.trouble) return;
    editor(page);
    run(page);
    breaks(page);
    check(page);
    // What was added above may have moved the heading that the reader came for.
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
    await page.here();
}

/** Brings the lab to this page's lesson, unless it is there. */
async function bring(lab, stem) {
    if (lab.stage?.stem !== stem) await lab.ask("stage", { stem, state: "before" });
}

try {
    await wake();
} catch (error) {
    if (!(error instanceof Refused)) throw error;
    // The chapter can be read without the lab; what is missing is said once, at its top.
    document.querySelector("main").prepend(refusal(error.refusal));
}
document.documentElement.dataset.live = "ready";
