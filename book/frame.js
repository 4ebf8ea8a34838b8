// What the frame around the chapters lacks for keyboards and screen readers.
"use strict";

(() => {
    document.getElementById("mdbook-menu-bar").setAttribute("role", "banner");

    // The button of the sidebar is a label, which no key reaches: a real button presses it.
    const label = document.getElementById("mdbook-sidebar-toggle");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "icon-button";
    button.title = label.title;
    button.setAttribute("aria-label", label.title);
    button.append(...label.childNodes);
    button.addEventListener("click", () => label.click());
    const expanded = () => button.setAttribute("aria-expanded", label.getAttribute("aria-expanded"));
    new MutationObserver(expanded).observe(label, { attributeFilter: ["aria-expanded"] });
    expanded();
    label.hidden = true;
    label.before(button);

    // What scrolls sideways, as code and wide tables on a small screen, must do so by keyboard too.
    const scrolls = new ResizeObserver((changed) => {
        for (const { target } of changed) {
            if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
            else target.removeAttribute("tabindex");
        }
    });
    document.querySelectorAll("pre > code, .table-wrapper").forEach((wide) => scrolls.observe(wide));
})();
