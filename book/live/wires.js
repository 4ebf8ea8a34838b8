// The last exchange on both wires: four messages, and what the proxy added, changed and removed.

import { h } from "./html.js";

const MARKS = { added: "+", changed: "~", removed: "−", same: " " };

/** An exchange in one line. */
export function inShort({ client_sent, client_got, backend }) {
    const path = client_sent.start.replace(/ HTTP\/.*/, "");
    const got = client_got ? client_got.start.replace(/^HTTP\/\S+ /, "") : "no answer";
    return `${path} → ${backend ?? "no backend asked"} → ${got}`;
}

/** What curl showed of a request that no proxy saw, in the form of an exchange. */
export function direct({ curl, shown }) {
    const [, backend, path] = curl.match(/http:\/\/([^\s\/']+)([^\s']*)/);
    const client_got = shown.startsWith("HTTP/") ? { start: shown.split("\n")[0] } : null;
    return { client_sent: { start: `GET ${path || "/"}` }, backend, client_got };
}

export function wires(lab) {
    const holder = h("div", { class: "wires" });
    const empty = () => {
        const words = lab.stage?.site == null
            ? "No proxy stands in between: what curl shows is all there is."
            : "Each request through the proxy shows here, from this page or from curl in a terminal.";
        holder.replaceChildren(h("p", {}, words));
    };
    let shown = false;
    lab.on("exchange", (exchange) => {
        shown = true;
        holder.replaceChildren(...columns(exchange));
    });
    lab.on("stage", () => shown || empty());
    empty();
    return holder;
}

function columns(exchange) {
    const { client_sent, backend_received, backend_answered, client_got, request, answer } = exchange;
    const nobody = "No backend was asked.";
    const silent = backend_received ? "The backend did not answer." : nobody;
    const own = backend_answered ? null : "The proxy made this answer itself.";
    const four = [
        column("The client sent", plain(client_sent)),
        column("The backend received", request.length > 0 ? request : plain(backend_received), nobody),
        column("The backend answered", plain(backend_answered), silent),
        column("The client got", answer.length > 0 ? answer : plain(client_got), "Nothing.", own),
    ];
    return exchange.error ? [...four, h("p", { class: "error" }, exchange.error)] : four;
}

/** A message as lines that nobody changed. */
function plain(message) {
    if (!message) return [];
    const headers = message.headers.map(([name, value]) => `${name}: ${value}`);
    return [message.start, ...headers].map((text) => ({ text, mark: "same", was: null }));
}

function column(title, lines, otherwise, note) {
    const list = lines.length > 0 ? h("ul", {}, ...lines.map(line)) : h("p", {}, otherwise);
    return h("section", {}, h("h3", {}, title), note && h("p", {}, note), list);
}

function line({ text, mark, was }) {
    const body = { added: "ins", removed: "del" }[mark] ?? "span";
    const word = mark === "same" ? null : h("small", {}, mark === "changed" ? `changed, was ${was}` : mark);
    return h("li", { class: mark }, h("span", { class: "mark", "aria-hidden": "true" }, MARKS[mark]), h(body, {}, text), word && " ", word);
}
