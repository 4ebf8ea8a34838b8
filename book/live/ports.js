// The book is written with the guide's ports; a lab on others shows its own.

const GUIDE = { front: "8000", one: "8080", two: "8081" };

/** Puts the lab's ports wherever the page names the guide's. */
export function ports(real) {
    const changed = Object.entries(GUIDE).filter(([place, port]) => String(real[place]) !== port);
    if (changed.length === 0) return;
    const by = new Map(changed.map(([place, port]) => [port, String(real[place])]));
    const any = new RegExp(`\\b(?:${[...by.keys()].join("|")})\\b`, "g");
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (any.test(text.data)) text.data = text.data.replace(any, (port) => by.get(port));
        any.lastIndex = 0;
    }
}
