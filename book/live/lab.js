// The connection to the lab: what it is, what happens in it, and what may be asked of it.

/** What a request to the lab comes to: the answer's JSON, or a refusal in words. */
export class Refused extends Error {
    constructor(error) {
        super(error.text ?? "the lab refuses");
        this.refusal = error;
    }
}

const AWAY = {
    line: null,
    text: "The lab does not answer.",
    remedy: "start lesson book again in the folder of the course, then reload this page",
};

/** The key of this run of the book: its address brings it behind the #, and the other pages find it where that put it. */
function key() {
    const [, brought] = location.hash.match(/^#key=([0-9a-f]+)$/) ?? [];
    if (brought) {
        localStorage.setItem("key", brought);
        history.replaceState(null, "", location.pathname + location.search);
    }
    return localStorage.getItem("key") ?? "";
}

/** Events: `stage`, `exchange`, `progress`, and `away` with whether the lab is gone. */
export class Lab extends EventTarget {
    /** The lab behind this page, or nothing if there is none. */
    static async find() {
        const lab = new Lab();
        await lab.#renew();
        lab.#listen();
        return lab;
    }

    async #renew() {
        this.key = key();
        const answer = await fetch("/live/session", { cache: "no-store", headers: { "X-Hop-Token": this.key } });
        if (!answer.ok) throw new Refused(await answer.json().catch(() => AWAY));
        this.session = await answer.json();
        this.stage = this.session.stage;
        this.done = this.session.done;
    }

    #listen() {
        const events = new EventSource(`/live/events?key=${this.key}`);
        for (const name of ["stage", "exchange", "progress"]) {
            events.addEventListener(name, (event) => this.tell(name, JSON.parse(event.data)));
        }
        events.addEventListener("error", () => this.tell("away", true));
        events.addEventListener("open", () => this.tell("away", false));
    }

    /** Tells the parts of the page that something happened. */
    tell(name, detail) {
        if (name === "stage") this.stage = detail;
        if (name === "progress") this.done = detail.done;
        this.dispatchEvent(new CustomEvent(name, { detail }));
    }

    /** Calls `listener` with what each such event brings. */
    on(name, listener) {
        this.addEventListener(name, (event) => listener(event.detail));
    }

    /** Asks the lab for something; a refusal is thrown. */
    async ask(what, body, again = true) {
        const headers = { "Content-Type": "application/json", "X-Hop-Token": this.key };
        const request = { method: "POST", headers, body: JSON.stringify(body) };
        const answer = await fetch(`/live/${what}`, request).catch(() => { throw new Refused(AWAY); });
        if (answer.status === 403 && again) {
            // The lab was started anew since this page was opened.
            await this.#renew();
            return this.ask(what, body, false);
        }
        const said = await answer.json().catch(() => AWAY);
        if (!answer.ok) throw new Refused(said);
        if (said.svg) this.tell("stage", said);
        if (said.stage) this.tell("stage", said.stage);
        return said;
    }
}
