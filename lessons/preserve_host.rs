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
    takes_turns: false,
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
        Step::new(
            "the page comes as before",
            Curl::get(Hop::Front, "/"),
            Expect::status(200).body("Hello world!"),
        )
        .fault("the page is not the first backend's; let ProxyPass / name its URL"),
        Step::new(
            "the backend sees the host that the client asked for",
            Curl::get(Hop::Front, "/received"),
            Expect::status(200).received("Host", ports.address(Hop::Front)),
        )
        .fault("the backend sees another Host than the client asked for; keep the client's")
        .predict(
            "Which Host will the backend see?",
            ports.address(Hop::Front),
            &[&ports.address(Hop::One), "localhost"],
        ),
        Step::new(
            "whatever name that is, and X-Forwarded-Host has it in any case",
            Curl::get(Hop::Front, "/received").header("Host", "shop.example"),
            Expect::status(200).received("Host", "shop.example").received("X-Forwarded-Host", "shop.example"),
        )
        .fault("the Host is not the one that this very request asked for; keep each client's own"),
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
