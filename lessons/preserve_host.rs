//! Lesson 4: `ProxyPreserveHost`, whose name the backend sees.

use crate::{
    course::{Backends, Break, Curl, Expect, Hop, Lesson, Ports, Stage, Step},
    proxy::Proxy,
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    stem: "preserve_host",
    directive: "ProxyPreserveHost",
    title: "Whose name the backend sees",
    question: "Which Host will the backend see: the one that the client asked for, or its own?",
    hints: &[
        "The backend sees the host in its own URL. Which directive keeps the one that the client asked for?",
        "ProxyPreserveHost is On or Off, and Off if the file says nothing.",
    ],
    learned: "Without ProxyPreserveHost the backend sees the host in its own URL; with it, the host that the \
              client asked for. Nothing else changes.",
    before,
    after,
    steps,
    breaks,
};

// ANCHOR: sites
fn before(ports: &Ports) -> Stage {
    let proxy = Proxy::new().server_name("localhost").pass("/", ports.one("/"));
    Stage::site(&ports.site(proxy)).with(Backends::One)
}

fn after(ports: &Ports) -> Stage {
    let proxy = Proxy::new().server_name("localhost").preserve_host().pass("/", ports.one("/"));
    Stage::site(&ports.site(proxy)).with(Backends::One)
}
// ANCHOR_END: sites

fn steps(ports: &Ports) -> Vec<Step> {
    vec![
        Step {
            claim: "the page comes as before",
            curl: Curl::get(Hop::Front, "/"),
            expect: Expect::status(200).body("Hello world!"),
        },
        Step {
            claim: "the backend sees the host that the client asked for",
            curl: Curl::get(Hop::Front, "/received"),
            expect: Expect::status(200).received("Host", ports.address(Hop::Front)),
        },
        Step {
            claim: "whatever name that is, and X-Forwarded-Host has it in any case",
            curl: Curl::get(Hop::Front, "/received").header("Host", "shop.example"),
            expect: Expect::status(200)
                .received("Host", "shop.example")
                .received("X-Forwarded-Host", "shop.example"),
        },
    ]
}

fn breaks(ports: &Ports) -> Vec<Break> {
    vec![
        Break::configtest(
            "yes",
            "the argument is neither On nor Off",
            after(ports).replace("ProxyPreserveHost On", "ProxyPreserveHost Yes"),
        ),
        Break::request(
            "two-hosts",
            "the client sends two names in one Host",
            after(ports),
            Curl::get(Hop::Front, "/received").header("Host", "shop.example, other.example"),
            Expect::status(400),
        ),
    ]
}
