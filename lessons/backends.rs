//! Lesson 2: two small servers to put behind the proxy, asked directly.

use crate::course::{Backends, Break, Curl, Expect, Hop, Lesson, Ports, Stage, Step};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    stem: "backends",
    directive: "two test servers",
    title: "Two backends, asked directly",
    question: "What does a backend say when nobody stands in between?",
    hints: &[],
    learned: "A backend is a web server like any other; a proxy only asks it in the client's place.",
    before,
    after,
    steps,
    takes_turns: false,
    breaks,
};

// ANCHOR: sites
fn before(_: &Ports) -> Stage {
    Stage::backends(Backends::None)
}

fn after(_: &Ports) -> Stage {
    Stage::backends(Backends::Both)
}
// ANCHOR_END: sites

fn steps(_: &Ports) -> Vec<Step> {
    vec![
        Step::new(
            "the first backend says Hello world!",
            Curl::get(Hop::One, "/"),
            Expect::status(200).body("Hello world!"),
        ),
        Step::new(
            "the second backend says Howdy world!",
            Curl::get(Hop::Two, "/"),
            Expect::status(200).body("Howdy world!"),
        ),
    ]
}

fn breaks(_: &Ports) -> Vec<Break> {
    vec![
        Break::request(
            "one-stopped",
            "the second backend is stopped",
            Stage::backends(Backends::One),
            Curl::get(Hop::Two, "/"),
            Expect::status(200),
        ),
        Break::request(
            "no-such-page",
            "a page is asked for that the backend does not have",
            Stage::backends(Backends::Both),
            Curl::get(Hop::One, "/nothing"),
            Expect::status(404),
        ),
    ]
}
