//! Arrows point down: what is below knows nothing of what is above, and what is pure knows no runtime.

use std::collections::BTreeSet;

use crate::{
    assert_none,
    tree::{File, Tree},
};

/// The floors of `src/proxy`, from the ground up: a room may use those below its own, but no other one beside it.
const FLOORS: [&[&str]; 7] = [
    &["http1", "site"],
    &["error"],
    &["trace"],
    &["core"],
    &["mod_*"],
    // `Proxy`, which has a field for each module: its table, its builder, its `forward`.
    &["mod", "modules", "builder", "answer"],
    &["server"],
];

/// What modules use of each other.
const BETWEEN_MODULES: [(&str, &str); 3] = [
    ("mod_proxy_http", "mod_proxy"),
    ("mod_proxy_balancer", "mod_proxy"),
    ("mod_proxy_balancer", "mod_proxy_http"),
];

/// Who has streams, tasks and clocks; all else is pure: it can be called, tested and fuzzed without a runtime.
const STREAMS: [&str; 5] = [
    "src/proxy/server/",
    "src/proxy/mod_proxy_http/",
    "src/proxy/http1/alarm.rs",
    "src/proxy/http1/linger.rs",
    "src/proxy/http1/stream.rs",
];

#[test]
fn arrows_point_down() {
    let tree = Tree::of("src/lib.rs");
    let mut up = BTreeSet::new();
    for file in tree.files() {
        for used in tree.used(file) {
            let (Some(from), Some(to)) = (room(file), room(used)) else { continue };
            let beside = (from, to);
            let modules = from.starts_with("mod_") && to.starts_with("mod_");
            let fine = match (floor(from), floor(to)) {
                _ if from == to => true,
                (from, to) if from != to => from > to,
                _ if modules => BETWEEN_MODULES.contains(&beside),
                (floor, _) => FLOORS[floor].contains(&"mod"),
            };
            if !fine {
                up.insert((file.path.as_str(), used.path.as_str()));
            }
        }
    }
    let told: Vec<_> = up.iter().map(|(from, to)| format!("{from} → {to} points up")).collect();
    assert_none("arrows", &told);
}

/// The room of `src/proxy` that a file is in, or is.
fn room(file: &File) -> Option<&str> {
    let path = file.path.strip_prefix("src/proxy/")?.trim_end_matches(".rs");
    path.split('/').next()
}

fn floor(room: &str) -> usize {
    let kind = if room.starts_with("mod_") { "mod_*" } else { room };
    let floor = FLOORS.iter().position(|rooms| rooms.contains(&kind));
    floor.unwrap_or_else(|| panic!("src/proxy/{room} has no floor yet"))
}

#[test]
fn what_is_pure_knows_no_runtime() {
    let tree = Tree::of("src/lib.rs");
    let runtime = |file: &&File| file.uses.iter().any(|names| names[0] == "tokio");
    let with_runtime: Vec<_> = tree.files().filter(runtime).map(|file| file.path.clone()).collect();
    let is_known = |file: &String| STREAMS.iter().any(|known| file.starts_with(known));
    let (known, new): (Vec<_>, Vec<_>) =
        with_runtime.into_iter().filter(|file| file.starts_with("src/proxy/")).partition(is_known);
    let gone = STREAMS.iter().filter(|listed| !known.iter().any(|file| file.starts_with(**listed)));
    let gone = gone.map(|listed| format!("{listed} has none any more: take it off the list"));
    assert_none("uses of tokio", &new.into_iter().chain(gone).collect::<Vec<_>>());
}

/// Dependencies of the whole: lessons → course → proxy.
#[test]
fn the_course_rests_on_the_proxy() {
    let tree = Tree::of("src/lib.rs");
    let floors = ["src/proxy/", "src/course/", "lessons/"];
    let floor = |file: &File| floors.iter().position(|floor| file.path.starts_with(floor));
    let mut up = BTreeSet::new();
    for file in tree.files() {
        for used in tree.used(file) {
            if let (Some(from), Some(to)) = (floor(file), floor(used))
                && from < to
            {
                up.insert(format!("{} → {}", file.path, used.path));
            }
        }
    }
    assert_none("arrows that point up", &up.into_iter().collect::<Vec<_>>());
}
