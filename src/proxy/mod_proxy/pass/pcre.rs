//! An expression of PCRE in the words of the `regex` crate, where the two read the same letters in two ways.

use std::{iter::Peekable, str::Chars};

/// The same expression for the crate. In a class `&&`, `--`, `~~` and `[` are no operators to PCRE, and `\x{e9}` is a
/// byte here, as paths are.
pub(crate) fn translated(pattern: &str) -> String {
    let mut made = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => escape(&mut rest, &mut made),
            '[' => class(&mut rest, &mut made),
            _ => made.push(letter),
        }
    }
    made
}

/// What follows a backslash.
fn escape(rest: &mut Peekable<Chars<'_>>, made: &mut String) {
    made.push('\\');
    let Some(letter) = rest.next() else { return };
    made.push(letter);
    if letter != 'x' || rest.next_if_eq(&'{').is_none() {
        return;
    }
    let digits: String = std::iter::from_fn(|| rest.next_if(|letter| *letter != '}')).collect();
    match u8::from_str_radix(&digits, 16) {
        Ok(byte) if rest.next_if_eq(&'}').is_some() => made.push_str(&format!("{byte:02x}")),
        _ => made.push_str(&format!("{{{digits}")),
    }
}

/// What follows the `[` of a class, up to its `]`.
fn class(rest: &mut Peekable<Chars<'_>>, made: &mut String) {
    made.push('[');
    made.extend(rest.next_if_eq(&'^'));
    // The first one is a letter like others.
    if rest.next_if_eq(&']').is_some() {
        made.push_str("\\]");
    }
    // Whether what stands before a `-` begins a range, and whether the next letter ends one.
    let (mut begins, mut ends) = (false, false);
    while let Some(letter) = rest.next() {
        match letter {
            ']' => return made.push(']'),
            '-' if begins && rest.peek().is_some_and(|next| *next != ']') => {
                made.push('-');
                (begins, ends) = (false, true);
                continue;
            }
            '\\' => escape(rest, made),
            '[' if rest.peek() == Some(&':') => named_class(rest, made),
            '-' | '&' | '~' | '[' | '^' => made.extend(['\\', letter]),
            _ => made.push(letter),
        }
        (begins, ends) = (!ends, false);
    }
}

/// What follows the `[` of `[:alpha:]`.
fn named_class(rest: &mut Peekable<Chars<'_>>, made: &mut String) {
    made.push('[');
    while let Some(letter) = rest.next() {
        made.push(letter);
        if letter == ':' && rest.next_if_eq(&']').is_some() {
            return made.push(']');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_plain_sets() {
        for (pattern, expected) in [
            ("^/a[&&b]c$", r"^/a[\&\&b]c$"),
            ("[+--]", r"[+-\-]"),
            ("[--/]", r"[\--/]"),
            ("[a-]", r"[a\-]"),
            ("[]a[]", r"[\]a\[]"),
            ("[^]~~]", r"[^\]\~\~]"),
            ("[[:alpha:]-z]", r"[[:alpha:]-z]"),
            (r"[\]&&]\[&&", r"[\]\&\&]\[&&"),
            (r"\x{e9}\x41[\x{41}]\x{e9", r"\xe9\x41[\x41]\x{e9"),
            ("(a|b)*?", "(a|b)*?"),
        ] {
            assert_eq!(translated(pattern), expected, "{pattern}");
        }
    }
}
