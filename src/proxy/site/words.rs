//! The words of a line: how they are split, and how they are written so that they are split again.

/// Whether a character is a blank to C, and so to Apache; others that Unicode has are parts of words.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

/// The words of an argument line: separated by blanks, quoted with `"` or `'`, `\` before a quote or itself;
/// without quotes before itself only.
///
/// An unclosed quote takes the rest of the line, as in Apache.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start_matches(is_blank);
    while let Some(first) = rest.chars().next() {
        let quote = Some(first).filter(|c| *c == '"' || *c == '\'');
        let mut chars = rest.char_indices().skip(usize::from(quote.is_some())).peekable();
        let mut word = String::new();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            match (quote, c) {
                (Some(q), '\\') if matches!(chars.peek(), Some((_, n)) if *n == q || *n == '\\') => {
                    word.extend(chars.next().map(|(_, c)| c));
                }
                (None, '\\') if matches!(chars.peek(), Some((_, '\\'))) => {
                    word.extend(chars.next().map(|(_, c)| c));
                }
                (Some(q), c) if c == q => {
                    end = at + 1;
                    break;
                }
                (None, c) if is_blank(c) => {
                    end = at;
                    break;
                }
                (_, c) => word.push(c),
            }
        }
        words.push(word);
        rest = rest[end..].trim_start_matches(is_blank);
    }
    words
}

/// The word of a line that has one only; an empty one counts for none.
pub(crate) fn one_word(line: &str) -> Option<String> {
    let mut words = words(line);
    words.pop().filter(|word| !word.is_empty() && words.is_empty())
}

/// `On` or `Off`, in any case.
pub(crate) fn on_or_off(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// A word as a site file writes it: quoted if it is empty or has blanks or quotes, or a `\` that might end the line.
pub(crate) fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || "\"'\\".contains(c));
    if plain { word.to_owned() } else { format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_apache_splits_them() {
        for (line, expected) in [
            (" /  http://b/ ", vec!["/", "http://b/"]),
            (r#""/a b" 'c "d'"#, vec!["/a b", r#"c "d"#]),
            (r#""a\"b\\c""#, vec![r#"a"b\c"#]),
            (r#""/ http://b/"#, vec!["/ http://b/"]),
            (r"a\b\\c \\", vec![r"a\b\c", r"\"]),
            ("", vec![]),
            (r#""""#, vec![""]),
            ("a\u{a0}b\x0bc\u{2028}", vec!["a\u{a0}b", "c\u{2028}"]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }

    #[test]
    fn a_quoted_word_is_read_back() {
        for word in ["/", "/a b", "", r#"a"b\ c"#, "it's", r"c:\x"] {
            assert_eq!(words(&quoted(word)), [word], "{word}");
        }
    }
}
