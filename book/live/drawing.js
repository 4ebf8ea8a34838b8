// The drawing lives: each request travels along it, there and back; for those who want no movement, a mark stays.

import { h } from "./html.js";

const SVG = "http://www.w3.org/2000/svg";
/** How long a request takes from one hop to the next, in milliseconds: slow enough to be followed. */
const HOP = 280;

export function drawing(lab) {
    const holder = h("div", { class: "drawing" });
    const show = () => {
        const parsed = new DOMParser().parseFromString(lab.stage?.svg ?? "", "text/html");
        holder.replaceChildren(...parsed.body.childNodes);
        holder.querySelector("svg")?.setAttribute("preserveAspectRatio", "xMinYMid");
    };
    lab.on("stage", show);
    const go = (exchange) => alike(holder).forEach((svg) => travel(svg, exchange));
    lab.on("exchange", go);
    lab.on("direct", go);
    show();
    return holder;
}

/** The living drawing, and those of the page that show the same. */
function alike(holder) {
    const own = holder.querySelector("svg");
    const title = own?.querySelector("title")?.textContent;
    const same = [...document.querySelectorAll("main .hops svg")];
    return [own, ...same.filter((svg) => svg.querySelector("title")?.textContent === title)].filter(Boolean);
}

/** The ways of an exchange: from the client to the proxy, and on to the backend that was asked. */
function route(svg, { backend }) {
    const ways = [...svg.querySelectorAll("path.way")];
    const hops = [...svg.querySelectorAll("g.hop")].filter((hop) => hop.textContent.includes("backend"));
    const at = hops.findIndex((hop) => backend && hop.textContent.includes(backend));
    const proxied = ways.length > hops.length;
    const taken = proxied ? [ways[0]] : [];
    if (at >= 0) taken.push(ways[at + (proxied ? 1 : 0)]);
    return taken.filter((way) => way && !way.matches(".cut"));
}

function travel(svg, exchange) {
    const taken = route(svg, exchange);
    svg.querySelectorAll(".passed").forEach((old) => old.classList.remove("passed"));
    svg.querySelector(".dot")?.remove();
    for (const way of taken) way.classList.add("passed");
    mark(svg, exchange);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) move(svg, taken);
}

/** What the request came to, in the client's box, where its name was. */
function mark(svg, exchange) {
    const name = svg.querySelector("g.hop text:not(.role)");
    if (!name) return;
    const status = exchange.client_got?.start.split(" ")[1];
    name.textContent = status ? `${status < 400 ? "✓" : "✗"} ${status}` : "✗ none";
    name.classList.add("outcome");
}

function move(svg, taken) {
    const points = taken.flatMap((way) => {
        const [start, end] = way.getAttribute("d").match(/M(.+)L(.+)/).slice(1).map((point) => point.split(" ").map(Number));
        return [start, end];
    });
    if (points.length === 0) return;
    const there = [...points, ...points.toReversed()];
    const dot = document.createElementNS(SVG, "circle");
    dot.classList.add("dot");
    dot.setAttribute("r", 4);
    svg.append(dot);
    const steps = there.map((point) => ({ transform: `translate(${point.join("px, ")}px)` }));
    dot.animate(steps, { duration: HOP * (there.length - 1), easing: "linear" }).finished.then(() => dot.remove(), () => {});
}
