//! The Flask pair of `lessons/flask`, installed and run for real, in the place of the course's own backends.

use std::{collections::BTreeSet, path::Path};

use hop_by_hop::{
    course::{Backends, Curl, Hop, Lab, Ports, Stage, as_printed},
    lessons::LESSONS,
};

use self::server::{Flask, Server};

mod server;
#[path = "../tools/mod.rs"]
mod tools;

/// Where the pair is.
const PAIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/flask");

/// A lab in front of two Flask servers.
async fn lab(one: &Server, two: &Server) -> Lab {
    let lab = Lab::new(Ports { front: 0, one: one.port, two: two.port }, None).await.unwrap();
    assert_eq!(lab.theirs(), [one.port, two.port]);
    lab
}

fn pair(flask: &Flask) -> [Server; 2] {
    ["backend1.py", "backend2.py"].map(|app| flask.run(&Path::new(PAIR).join(app)))
}

#[tokio::test]
async fn every_lesson_is_green_in_front_of_flask() {
    let Some(flask) = Flask::installed(PAIR) else { return };
    let [one, two] = pair(&flask);
    for lesson in LESSONS {
        let mut lab = lab(&one, &two).await;
        assert_eq!(lab.lacking(), []);
        lab.set(&(lesson.after)(lab.ports())).unwrap();
        for step in (lesson.steps)(lab.ports()) {
            let outcome = step.run(lab.ports()).await;
            assert!(outcome.passed(), "{}: {outcome:#?}", lesson.stem);
        }
    }
}

#[tokio::test]
async fn flask_answers_as_the_courses_own_backends() {
    let Some(flask) = Flask::installed(PAIR) else { return };
    let [one, two] = pair(&flask);
    let theirs = lab(&one, &two).await;
    let mut own = Lab::new(Ports::ANY, None).await.unwrap();
    own.set(&Stage::backends(Backends::Both)).unwrap();
    for page in ["/", "/received?x=1&y=%20", "/redirect", "/welcome", "/cookie", "/slow", "/nothing"] {
        for hop in [Hop::One, Hop::Two] {
            let curl = Curl::get(hop, page).header("X-Two-Words", "a  b");
            let answer = async |lab: &Lab| {
                let reply = as_printed(&curl.send(lab.ports()).await.unwrap(), lab.ports());
                let same = ["Content-Type", "Content-Length", "Location", "Set-Cookie"];
                let headers = same.map(|name| reply.head.header(name).map(str::to_owned));
                (reply.status().to_owned(), headers, reply.body)
            };
            let (ours, flasks) = tokio::join!(answer(&own), answer(&theirs));
            assert_eq!(ours, flasks, "{page}: the course's backend (left) and Flask (right) differ");
        }
    }
}

#[tokio::test]
async fn a_flask_with_only_the_guides_page_is_used_and_what_it_lacks_is_said() {
    let Some(flask) = Flask::installed(PAIR) else { return };
    let folder = folder("guide");
    let guide = |name: &str, greeting: &str| {
        let app = folder.join(name);
        let text = format!(
            "from flask import Flask\napp = Flask(__name__)\n\n@app.route('/')\ndef home():\n    return '{greeting}'\n"
        );
        std::fs::write(&app, text).unwrap();
        flask.run(&app)
    };
    let (one, two) = (guide("backend1.py", "Hello world!"), guide("backend2.py", "Howdy world!"));
    let lacking = lab(&one, &two).await.lacking();
    let asked: BTreeSet<_> = (LESSONS.iter())
        .flat_map(|lesson| (lesson.steps)(&Ports::GUIDE))
        .map(|step| step.curl.path)
        .filter(|page| *page != "/")
        .collect();
    assert_eq!(lacking.iter().map(|lacking| lacking.port).collect::<Vec<_>>(), [one.port, two.port]);
    for lacking in lacking {
        assert_eq!(lacking.pages.iter().copied().collect::<BTreeSet<_>>(), asked);
        assert!(lacking.to_string().contains("/received"), "{lacking}");
    }

    for lesson in LESSONS {
        let mut lab = lab(&one, &two).await;
        lab.set(&(lesson.after)(lab.ports())).unwrap();
        for step in (lesson.steps)(lab.ports()) {
            let (page, outcome) = (step.curl.path, step.run(lab.ports()).await);
            let status = outcome.differences.iter().find(|difference| difference.what == "status");
            let not_there = status.is_some_and(|status| status.actual == "404");
            assert_eq!(not_there, page != "/", "{}: {outcome:#?}", lesson.stem);
            let mut whats = outcome.differences.iter().map(|difference| &difference.what);
            assert!(!whats.any(|what| what.starts_with("the backend's")), "{outcome:#?}");
        }
    }
}

/// A folder of this test's own.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
