//! What comes from outside, as it may be shown: a control character becomes a word that shows it.
//!
//! A request's path, a header's value or a site file could otherwise clear the screen, or forge a line of ours.

use std::borrow::Cow;

/// Text of several lines; ends of lines and tabs stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |c| matches!(c, '\n' | '\t'))
}

/// Text that is to stay in its line; only tabs stay.
pub fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c == '\t')
}

/// A JSON document, which escapes what is below the space itself, but neither DEL nor C1.
pub fn printable_json(document: &str) -> String {
    let escape = |text: String, c: char| match c.is_control() && c != '\n' {
        true => text + &format!("\\u{:04x}", u32::from(c)),
        false => text + c.encode_utf8(&mut [0; 4]),
    };
    document.chars().fold(String::new(), escape)
}

/// C0, DEL and C1 as Apache writes them into its log: `\n`, `\x1b`.
fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    let hidden = |c: char| c.is_control() && !stays(c);
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let escape = |text: String, c: char| match c {
        c if !hidden(c) => text + c.encode_utf8(&mut [0; 4]),
        '\n' => text + "\\n",
        '\r' => text + "\\r",
        c => text + &format!("\\x{:02x}", u32::from(c)),
    };
    Cow::Owned(text.chars().fold(String::new(), escape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_left() {
        let all: String = (0..0x100).filter_map(char::from_u32).collect();
        for (shown, stay) in [(printable(&all), "\t\n"), (one_line(&all), "\t")] {
            let left: String = shown.chars().filter(|c| c.is_control()).collect();
            assert_eq!(left, stay);
        }
        assert_eq!(
            one_line("/x\n[proxy:warn] \x1b[2J\x7f\u{9b}2J\r"),
            "/x\\n[proxy:warn] \\x1b[2J\\x7f\\x9b2J\\r"
        );
        assert!(matches!(printable("Hello „world“!\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_json_document_says_the_same_after_it() {
        let said = "\x1b[2J\u{9b}\x7f\n\t\"é";
        let document = serde_json::to_string_pretty(&[said]).unwrap();
        let shown = printable_json(&document);
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&shown).unwrap(), [said]);
    }
}
