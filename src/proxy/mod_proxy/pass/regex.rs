//! The regular expressions of `ProxyPassMatch`, and the `$1` of its URLs.

use std::fmt;

use regex::bytes;

use crate::proxy::{
    http1::url::{Url, UrlError},
    mod_proxy::pass::pcre::translated,
};

/// How deep groups and repetitions may be nested: a deeper one would take more stack than a thread may have.
const MAX_DEPTH: u32 = 64;

/// A compiled expression; two are equal if they are written the same.
#[derive(Clone, Debug)]
pub(crate) struct Regex {
    written: String,
    compiled: bytes::Regex,
}

impl Regex {
    /// Compiles as Apache does by default: bytes, `.` is any of them, `$` the very end.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        (bytes::RegexBuilder::new(&translated(pattern)).unicode(false).dot_matches_new_line(true))
            .nest_limit(MAX_DEPTH)
            .build()
            .map(|compiled| Self { written: pattern.to_owned(), compiled })
            .map_err(|_| "Regular expression could not be compiled.".to_owned())
    }

    pub(crate) fn is_match(&self, path: &[u8]) -> bool {
        self.compiled.is_match(path)
    }

    /// The text with `$0` to `$9` replaced; `\` takes the next character as it is.
    pub(crate) fn substitute(&self, text: &str, path: &[u8]) -> Vec<u8> {
        let captures = self.compiled.captures(path);
        let mut made = Vec::new();
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let digit = bytes.peek().copied().filter(|next| byte == b'$' && next.is_ascii_digit());
            if let Some(digit) = digit {
                bytes.next();
                let group = captures.as_ref().and_then(|found| found.get(usize::from(digit - b'0')));
                made.extend_from_slice(group.map_or(b"", |group| group.as_bytes()));
            } else if let Some(next) = bytes.next_if(|_| byte == b'\\') {
                made.push(next);
            } else {
                made.push(byte);
            }
        }
        made
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for Regex {}

impl fmt::Display for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// A URL in two: the part that is fixed, and from the path on what has `$n`.
pub(crate) fn split_substitution(text: &str) -> Result<(Url, Option<&str>), UrlError> {
    let host = text.find("://").map_or(0, |at| at + "://".len());
    let path = text[host..].find(['/', '$']).map_or(text.len(), |at| host + at);
    let is_made = text.as_bytes()[path..].windows(2).any(|pair| pair[0] == b'$' && pair[1].is_ascii_digit());
    if is_made { Ok((text[..path].parse()?, Some(&text[path..]))) } else { Ok((text.parse()?, None)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_must_be_one() {
        let deep = |depth: usize| "(".repeat(depth) + "a" + &")".repeat(depth);
        for pattern in ["^/(", "*", "[a", r"(a)\1", &deep(200), &("a".to_owned() + &"+".repeat(200))] {
            assert!(Regex::new(pattern).is_err(), "{pattern}");
        }
        assert!(Regex::new(&deep(50)).is_ok());
    }
}
