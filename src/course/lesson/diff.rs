//! What one site file has more, or less, than another.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use super::Stage;

/// The site file from before to after: unchanged lines indented, others marked with `+` and `-`.
pub fn diff(before: &Stage, after: &Stage) -> String {
    diff_texts(before.site.as_deref().unwrap_or(""), after.site.as_deref().unwrap_or(""))
}

/// The same of two texts.
pub(crate) fn diff_texts(before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after).iter_all_changes().fold(String::new(), |mut text, change| {
        _ = write!(text, "{} {change}", mark(change.tag()));
        text
    })
}

/// Only the lines that one text has more, or less, than the other.
pub(crate) fn changed(before: &str, after: &str) -> String {
    let marked = diff_texts(before, after);
    marked.lines().filter(|line| !line.starts_with(' ')).fold(String::new(), |text, line| text + line + "\n")
}

fn mark(tag: ChangeTag) -> char {
    match tag {
        ChangeTag::Equal => ' ',
        ChangeTag::Insert => '+',
        ChangeTag::Delete => '-',
    }
}
