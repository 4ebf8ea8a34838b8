//! What is checked in the tables that the benches wrote: they are whole, and the chapter shows all of them and no other.

use super::{
    assert_none, chapter,
    markdown::{anchors, includes},
    read,
};

#[allow(dead_code, reason = "only the names matter here")]
#[path = "../../benches/peers/case.rs"]
mod case;
#[path = "../../benches/faults/rows.rs"]
mod rows;

const SERVERS: [&str; 7] =
    ["byte forwarder", "bare hyper", "Hop by Hop", "nginx", "HAProxy", "Apache", "Caddy"];
/// Without the two that are no proxies.
const PROXIES: &[&str] = SERVERS.split_at(2).1;

/// The rows of a Markdown table, its head first.
fn table(text: &str) -> Vec<Vec<&str>> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").map(str::trim).collect()).collect()
}

/// What a saved file lacks of these parts.
fn missing(file: &str, parts: &[&str]) -> Vec<String> {
    let saved = anchors(file).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let missing = parts.iter().filter(|part| !saved.contains(part));
    missing.map(|part| format!("{part} is not there; save it anew")).collect()
}

/// What is wrong with a table whose rows are servers: each must be there, with a figure in every column but errors.
fn wrong_servers(text: &str) -> Vec<String> {
    let rows = table(text);
    let Some((head, rows)) = rows.split_first() else { return vec!["no table".to_owned()] };
    let names: Vec<_> = rows.iter().map(|row| row[0]).collect();
    let mut wrong = Vec::new();
    if names != SERVERS {
        wrong.push(format!("the servers are {names:?}"));
    }
    for row in rows {
        let figures = head.iter().zip(row).skip(1).filter(|(column, _)| **column != "errors");
        let none = figures.filter(|(_, cell)| {
            let first = cell.split(' ').next().unwrap_or_default();
            !first.parse::<f64>().is_ok_and(|figure| figure.is_finite() && figure >= 0.0)
        });
        wrong.extend(none.map(|(column, cell)| format!("{}: {column} is {cell:?}", row[0])));
        wrong.extend((row.len() != head.len()).then(|| format!("{}: {} cells", row[0], row.len())));
    }
    wrong
}

/// Tables and measured figures that stand in the chapter itself: these belong into the saved files.
fn by_hand(text: &str) -> Vec<String> {
    let measured = |word: &str| {
        let word = word.trim_matches(|at: char| !at.is_ascii_digit());
        word.split_once('.')
            .is_some_and(|(whole, part)| [whole, part].iter().all(|n| n.parse::<u64>().is_ok()))
    };
    // `HTTP/1.1` is no figure.
    let words = text.split_whitespace().filter(|word| !word.contains("HTTP/"));
    words.filter(|word| measured(word)).map(|word| format!("measured, but typed by hand: {word}")).collect()
}

#[test]
fn the_tables_are_whole() {
    let (peers, faults) = (read("benches/peers.txt"), read("benches/faults.txt"));
    let cases = case::CASES.map(|case| case.name);
    let parts: Vec<_> = ["machine", "memory", "calls"].into_iter().chain(cases).collect();
    assert_none("benches/peers.txt", &missing(&peers, &parts));
    assert_none("benches/faults.txt", &missing(&faults, &["machine", "faults"]));
    for (name, text) in
        anchors(&peers).iter().filter(|(name, text)| *name != "machine" && !text.starts_with("Not counted"))
    {
        assert_none(name, &wrong_servers(text));
    }
    let (_, faults) = anchors(&faults).into_iter().find(|(name, _)| *name == "faults").unwrap();
    let faults = table(&faults);
    assert_eq!(&faults[0][1..], PROXIES);
    let named: Vec<_> = faults[1..].iter().map(|row| row[0]).collect();
    let rows = [
        rows::KILLED,
        rows::RELOADED,
        rows::STALLED,
        rows::DROPPED,
        rows::STOPPED,
        rows::SLOW,
        rows::CROWD,
        rows::DESCRIPTORS,
    ];
    assert_eq!(named, rows.concat());
    assert!(
        faults.iter().all(|row| row.len() == 1 + PROXIES.len() && row.iter().all(|cell| !cell.is_empty()))
    );
}

#[test]
fn the_chapter_shows_them_as_they_were_saved() {
    let text = chapter("peers");
    for file in ["benches/peers.txt", "benches/faults.txt"] {
        let shown = format!("../../{file}");
        let saved = read(file);
        let needed = anchors(&saved).into_iter().map(|(name, _)| name);
        let left_out = needed.filter(|name| !includes(&text).contains(&(&*shown, Some(name))));
        assert_none(
            "peers.md",
            &left_out.map(|name| format!("{file}:{name} is not shown")).collect::<Vec<_>>(),
        );
    }
    assert_none("peers.md", &by_hand(&text));
}

#[test]
fn a_table_that_is_not_whole_is_found() {
    let row = |name: &str| format!("| {name} | 1.5 | 0.90 (0.80–1.00) | 3 read |\n");
    let table =
        format!("| server | CPU µs | ÷ nginx | errors |\n|---|--:|--:|--:|\n{}", SERVERS.map(row).concat());
    assert_eq!(wrong_servers(&table), [""; 0]);
    assert_eq!(wrong_servers(&table.replace(&row("nginx"), "")).len(), 1);
    assert_eq!(wrong_servers(&table.replacen("1.5", "NaN", 1)), ["byte forwarder: CPU µs is \"NaN\""]);
    assert_eq!(wrong_servers(&table.replacen(" | 1.5", "", 1)), ["byte forwarder: 3 cells"]);
    assert_eq!(wrong_servers(""), ["no table"]);
    assert_eq!(missing("ANCHOR: a\nx\nANCHOR_END: a\n", &["a", "b"]), ["b is not there; save it anew"]);
}

#[test]
fn a_figure_typed_by_hand_is_found() {
    assert_eq!(by_hand("It has 64 connections. Since HTTP/1.1 that is so."), [""; 0]);
    assert_eq!(by_hand("It is (0.93) of nginx."), ["measured, but typed by hand: (0.93)"]);
    assert_eq!(by_hand("| nginx | 27.5 |"), ["measured, but typed by hand: 27.5"]);
}
