// Elements, and a voice for those who do not see them change.

/** An element with attributes (functions are listeners) and children. */
export function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") element.addEventListener(name, value);
        else if (value === true) element.setAttribute(name, "");
        else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null && child !== false));
    return element;
}

/** Words for a screen reader only. */
export const unseen = (text) => h("span", { class: "unseen" }, text);

/** A claim as a sentence of its own. */
export const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** A block of what a program said. */
export function block(text, label = "text") {
    const code = h("code", { class: `language-${label} hljs` }, text);
    window.hljs.highlightBlock(code);
    return h("pre", {}, code);
}

/** An answer in the form that curl shows: with headers it is HTTP, without it is curl's own complaint. */
export const answer = (text) => block(text, text.startsWith("HTTP/") ? "http" : "text");

/** Apache's words about a site file, its line, and what to do. */
export function refusal({ line, text, remedy }) {
    const where = line ? h("strong", {}, `Line ${line}: `) : null;
    return h("div", { class: "refusal" }, h("p", {}, "✗ ", where, text), remedy && h("p", {}, `→ ${remedy}`));
}

const voice = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
document.querySelector(".page").append(voice);

/** Lets a screen reader say this when it is at leisure. */
export function say(text) {
    voice.textContent = text;
}

/** The elements from a heading to the next one of its rank or above. */
export function section(heading) {
    const found = [];
    const rank = Number(heading.tagName[1]);
    for (let next = heading.nextElementSibling; next; next = next.nextElementSibling) {
        if (/^H[1-6]$/.test(next.tagName) && Number(next.tagName[1]) <= rank) break;
        found.push(next);
    }
    return found;
}
