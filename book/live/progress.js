// The sidebar ticks the lessons that are done, in signs and in words.

import { h, unseen } from "./html.js";

export function progress(lab) {
    const show = () => {
        for (const { stem } of lab.session.lessons) {
            for (const link of document.querySelectorAll(`#mdbook-sidebar a[href$="${stem}.html"]`)) {
                tick(link, lab.done.includes(stem));
            }
        }
    };
    lab.on("progress", show);
    show();
}

function tick(link, done) {
    const there = link.querySelector(".done");
    if (done && !there) link.append(h("span", { class: "done" }, "\u00a0✓", unseen(" done")));
    if (!done) there?.remove();
}
