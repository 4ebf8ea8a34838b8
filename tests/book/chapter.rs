//! What is checked in the chapter of a lesson: the shared headings, and that nothing of the lesson is left out.

use super::markdown::{anchors, includes};

/// The headings of every lesson's chapter.
const HEADINGS: [&str; 7] = [
    "The problem",
    "What to add",
    "The same request again",
    "How the code does it",
    "In real Apache",
    "How it breaks",
    "Try it",
];

/// Whether the title is the lesson's, and the headings are the shared ones in their order.
pub fn wrong_headings(text: &str, title: &str) -> Vec<String> {
    let level = |mark: &'static str| text.lines().filter_map(move |line| line.strip_prefix(mark));
    let mut complaints = Vec::new();
    let (titles, headings): (Vec<_>, Vec<_>) = (level("# ").collect(), level("## ").collect());
    if titles != [title] {
        complaints.push(format!("the title is {titles:?}, not {title:?}"));
    }
    if headings != HEADINGS {
        complaints.push(format!("the headings are {headings:?}, not {HEADINGS:?}"));
    }
    complaints
}

/// Parts of the lesson's transcript that the chapter does not include.
///
/// The site files before and after may be left out, as the difference has both; so may those of breaks.
pub fn missing_parts(text: &str, stem: &str, transcript: &str) -> Vec<String> {
    let file = format!("../../tests/snapshots/{stem}.snap");
    let included: Vec<_> = includes(text).into_iter().filter(|(from, _)| *from == file).collect();
    let needed = anchors(transcript).into_iter().map(|(name, _)| name.to_owned());
    needed
        .filter(|name| !["before", "after"].contains(&name.as_str()) && !name.ends_with("-site"))
        .filter(|name| !included.contains(&(file.as_str(), Some(name))))
        .map(|name| format!("{name} is not shown"))
        .collect()
}

/// The commands that every chapter ends with.
pub fn missing_commands(text: &str, number: usize) -> Vec<String> {
    let commands = [format!("cargo lesson {number}"), format!("cargo lesson check {number}")];
    let missing = commands.into_iter().filter(|command| !text.lines().any(|line| line == command));
    missing.map(|command| format!("{command} is not there")).collect()
}

/// Whether a part is included inside of `<div class="…">`.
pub fn is_inside(text: &str, class: &str, part: &str) -> bool {
    let open = format!("<div class=\"{class}\">");
    let inside = text.split(&open).skip(1).filter_map(|rest| rest.split("</div>").next());
    inside.flat_map(includes).any(|(_, anchor)| anchor == Some(part))
}

#[test]
fn a_missing_heading_is_found() {
    let chapter = |headings: &[&str]| format!("# T\n\n## {}\n", headings.join("\n\n## "));
    assert_eq!(wrong_headings(&chapter(&HEADINGS), "T"), [""; 0]);
    assert_eq!(wrong_headings(&chapter(&HEADINGS), "Other").len(), 1);
    assert_eq!(wrong_headings(&chapter(&HEADINGS[1..]), "T").len(), 1);
    let mut swapped = HEADINGS;
    swapped.swap(0, 1);
    assert_eq!(wrong_headings(&chapter(&swapped), "T").len(), 1);
}

#[test]
fn a_step_or_break_that_is_left_out_is_found() {
    let part = |name: &str| format!("ANCHOR: {name}\nx\nANCHOR_END: {name}\n");
    let transcript = ["before", "curl-1", "green-1", "typo-site", "typo", "typo-log"].map(part).concat();
    let include = |name: &str| format!("{{{{#include ../../tests/snapshots/pass.snap:{name}}}}}\n");
    let all = ["curl-1", "green-1", "typo", "typo-log"].map(include).concat();
    assert_eq!(missing_parts(&all, "pass", &transcript), [""; 0]);
    assert_eq!(missing_parts(&all.replace(&include("typo"), ""), "pass", &transcript), ["typo is not shown"]);
    assert_eq!(
        missing_parts(&all, "balancer", &transcript).len(),
        4,
        "another lesson's transcript does not count"
    );
}

#[test]
fn the_commands_of_another_lesson_are_found() {
    assert_eq!(missing_commands("cargo lesson 3\ncargo lesson check 3\n", 3), [""; 0]);
    assert_eq!(
        missing_commands("cargo lesson 3\ncargo lesson check 2\n", 3),
        ["cargo lesson check 3 is not there"]
    );
}

#[test]
fn a_red_output_that_is_not_called_red_is_found() {
    let red = "<div class=\"red\">\n{{#include a:red-1}}\n</div>\n{{#include a:red-2}}\n";
    assert!(is_inside(red, "red", "red-1"));
    assert!(!is_inside(red, "red", "red-2"));
    assert!(!is_inside(red, "green", "red-1"));
}
