//! What is checked in any chapter: blocks, includes, and the summary.

/// The labels that a block may have; each says how it is coloured, and what may be in it.
const LABELS: [&str; 6] = ["console", "text", "http", "apache", "diff", "rust,ignore"];

/// Commands that are not from a lesson: the course's own, and those of a system with Apache.
const COMMANDS: [&str; 8] = ["lesson", "cargo", "sudo", "systemctl", "python3", ".venv/bin/", "jobs", "kill"];

/// A fenced block.
struct Block<'a> {
    line: usize,
    label: &'a str,
    lines: Vec<&'a str>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((line, text)) = lines.next() {
        if let Some(label) = text.strip_prefix("```") {
            let inside = lines.by_ref().map(|(_, text)| text).take_while(|text| *text != "```");
            blocks.push(Block { line, label, lines: inside.collect() });
        }
    }
    blocks
}

/// The file and the anchor of an `{{#include file:anchor}}`.
pub fn includes(text: &str) -> Vec<(&str, Option<&str>)> {
    let rest = text.split("{{#include ").skip(1);
    let named = rest.filter_map(|rest| rest.split("}}").next());
    named
        .map(|named| named.split_once(':').map_or((named, None), |(file, part)| (file, Some(part))))
        .collect()
}

/// The anchors of a file, each with what is between its two lines.
pub fn anchors(text: &str) -> Vec<(&str, String)> {
    let name = |line| Some(str::split_once(line, "ANCHOR: ")?.1.trim());
    let end = |line| Some(str::split_once(line, "ANCHOR_END: ")?.1.trim());
    let started = text.lines().enumerate().filter_map(|(at, line)| Some((at, name(line)?)));
    let with_content = started.map(|(at, anchor)| {
        let inside = text.lines().skip(at + 1).take_while(|line| end(line) != Some(anchor));
        let shown = inside.filter(|line| name(line).is_none() && end(line).is_none());
        (anchor, shown.collect::<Vec<_>>().join("\n"))
    });
    with_content.collect()
}

/// Includes whose file or anchor is not there, or is empty; `read` reads a file beside the chapter.
pub fn broken_includes(text: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let problem = |(file, anchor): &(&str, Option<&str>)| {
        let Some(content) = read(file) else { return Some(format!("there is no {file}")) };
        let part = match anchor {
            None => content,
            Some(anchor) => match anchors(&content).into_iter().find(|(name, _)| name == anchor) {
                None => return Some(format!("{file} has no anchor {anchor}")),
                Some((_, part)) => part,
            },
        };
        part.trim().is_empty().then(|| format!("{file}:{} is empty", anchor.unwrap_or_default()))
    };
    includes(text).iter().filter_map(problem).collect()
}

/// Blocks without a label, or with one that says nothing here.
pub fn unlabelled(text: &str) -> Vec<String> {
    let blocks = blocks(text).into_iter().filter(|block| !LABELS.contains(&block.label));
    blocks.map(|block| format!("line {}: a block labelled {:?}", block.line, block.label)).collect()
}

/// Lines of blocks that were typed by hand where the lessons or the source have them; those labelled `free` may be.
pub fn typed(text: &str, free: &[&str]) -> Vec<String> {
    let by_hand = |label: &str, line: &str| {
        let included = line.starts_with("{{#include ") && line.ends_with("}}");
        let command = label == "console" && COMMANDS.iter().any(|command| line.starts_with(command));
        !(included || command || line.is_empty())
    };
    let in_block = |block: Block<'_>| {
        let lines = block.lines.iter().filter(|line| by_hand(block.label, line));
        lines.map(|line| format!("line {}: typed by hand: {line}", block.line)).collect::<Vec<_>>()
    };
    blocks(text).into_iter().filter(|block| !free.contains(&block.label)).flat_map(in_block).collect()
}

/// A chapter of the summary: its title and its file.
type Entry = (String, String);

/// The numbered chapters, and all.
pub fn summary(text: &str) -> (Vec<Entry>, Vec<Entry>) {
    let entry = |line: &str| {
        let (title, file) = line.split_once('[')?.1.strip_suffix(')')?.split_once("](")?;
        Some((title.to_owned(), file.to_owned()))
    };
    let all = text.lines().filter_map(entry).collect();
    (text.lines().filter(|line| line.starts_with("- ")).filter_map(entry).collect(), all)
}

#[test]
fn a_broken_include_is_found() {
    let read = |file: &str| {
        (file == "a.snap").then(|| "ANCHOR: x\nX\nANCHOR_END: x\nANCHOR: y\n\nANCHOR_END: y\n".to_owned())
    };
    let problems = |text| broken_includes(text, read);
    assert_eq!(problems("{{#include a.snap:x}} {{#include a.snap}}"), [""; 0]);
    assert_eq!(problems("{{#include b.snap:x}}"), ["there is no b.snap"]);
    assert_eq!(problems("{{#include a.snap:z}}"), ["a.snap has no anchor z"]);
    assert_eq!(problems("{{#include a.snap:y}}"), ["a.snap:y is empty"]);
}

#[test]
fn a_block_without_a_label_is_found() {
    assert_eq!(unlabelled("```text\nx\n```\n```console\ny\n```\n"), [""; 0]);
    assert_eq!(unlabelled("a\n\n```\nx\n```\n"), ["line 3: a block labelled \"\""]);
    assert_eq!(unlabelled("```rust\nx\n```\n"), ["line 1: a block labelled \"rust\""]);
}

#[test]
fn an_output_typed_by_hand_is_found() {
    let fine = "```http\n{{#include a:b}}\n```\n```console\nlesson 3\n{{#include a:c}}\n```\n";
    assert_eq!(typed(fine, &[]), [""; 0]);
    for label in ["text", "http", "apache", "diff", "rust,ignore"] {
        let by_hand = format!("```{label}\nlesson 3\n```\n");
        assert_eq!(typed(&by_hand, &[]), ["line 1: typed by hand: lesson 3"]);
        assert_eq!(typed(&by_hand, &[label]), [""; 0]);
    }
    assert_eq!(
        typed("```console\ncurl -i http://x/\n```\n", &[]),
        ["line 1: typed by hand: curl -i http://x/"]
    );
}

#[test]
fn the_summary_is_read() {
    let (numbered, all) = summary("# Summary\n\n[A](a.md)\n\n- [B c](b.md)\n");
    assert_eq!(numbered, [("B c".to_owned(), "b.md".to_owned())]);
    assert_eq!(all.len(), 2);
}
