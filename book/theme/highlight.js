// Colours for the few labels of this book, in place of a highlighter for two hundred languages.
// mdBook's own script calls `configure` and `highlightBlock`.
"use strict";

window.hljs = (() => {
    const RUST = [
        ["comment", /\/\/.*/],
        ["string", /b?"(?:\\.|[^"\\])*"|b?'(?:\\.|[^'\\])'/],
        ["keyword", /\b(?:as|async|await|break|const|continue|else|enum|fn|for|if|impl|in|let|loop|match|mod|move|mut|pub|ref|return|self|Self|static|struct|trait|type|use|where|while)\b/],
        ["literal", /\b(?:true|false|None|Some|Ok|Err)\b/],
        ["number", /\b\d[\d_]*(?:\.\d+)?\w*/],
        ["title", /\b[a-z_]\w*(?=\()/],
    ];
    const LANGUAGES = {
        rust: RUST,
        http: [["attribute", /^[A-Za-z][\w-]*(?=: )/]],
        diff: [["addition", /^\+.*$/], ["deletion", /^-.*$/]],
        apache: [["comment", /^\s*#.*$/]],
    };

    /** Fills `block` anew, with every token of `rules` in a span. */
    function colour(block, rules) {
        const text = block.textContent;
        const any = new RegExp(rules.map(([, rule]) => `(${rule.source})`).join("|"), "gm");
        const parts = [];
        let end = 0;
        for (const found of text.matchAll(any)) {
            const kind = rules[found.slice(1).findIndex((token) => token !== undefined)][0];
            const span = document.createElement("span");
            span.className = `hljs-${kind}`;
            span.textContent = found[0];
            parts.push(text.slice(end, found.index), span);
            end = found.index + found[0].length;
        }
        block.replaceChildren(...parts, text.slice(end));
    }

    function highlightBlock(block) {
        const label = [...block.classList].find((name) => name.startsWith("language-"));
        const rules = LANGUAGES[label?.slice("language-".length)];
        if (rules) colour(block, rules);
    }

    return { configure() {}, highlightBlock };
})();
