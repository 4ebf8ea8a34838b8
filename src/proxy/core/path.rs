//! Request paths as Apache sees them: decoded and normalised to match, encoded again to send (apache-facts §7).

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::proxy::{core::encoded_slashes::EncodedSlashes, error::Error, http1::target::escape_percents};

/// What is percent-encoded on the way to a backend: all but letters, digits and ``$-_.+!*'(),;:@&=/~``.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'$')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'+')
    .remove(b'!')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b',')
    .remove(b';')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'/')
    .remove(b'~');

/// The same without `%`, for what is escaped already.
const KEPT_ESCAPES: &AsciiSet = &ENCODED.remove(b'%');

/// The path of a request: as it was written, and decoded to be matched.
pub(crate) struct Asked<'a> {
    pub raw: &'a str,
    /// Whether it stood in a whole URL; Apache then sends the canonical form, whatever `nocanon` says.
    pub whole_url: bool,
    pub decoded: Cow<'a, [u8]>,
    slashes: EncodedSlashes,
}

impl<'a> Asked<'a> {
    /// Decodes the path.
    ///
    /// # Errors
    /// 400 for a bad escape or `..` above the root; 404 for `%00`, and for `%2F` unless it is allowed.
    pub(crate) fn read(raw: &'a str, slashes: EncodedSlashes) -> Result<Self, Error> {
        Ok(Self { raw, whole_url: false, decoded: decode(raw, slashes)?, slashes })
    }

    /// A part of the decoded path as it is sent; with `NoDecode` it still has its `%2F` and `%25`.
    pub(crate) fn encode<'b>(&self, part: &'b [u8]) -> Cow<'b, str> {
        match self.slashes {
            EncodedSlashes::NoDecode => escape_percents(percent_encode(part, KEPT_ESCAPES).into()),
            _ => encode(part),
        }
    }
}

/// The path that `ProxyPass` matches on: dot segments resolved, slashes merged, escapes decoded.
///
/// # Errors
/// 400 for a bad escape or `..` above the root; 404 for `%00`, and for `%2F` unless it is allowed.
fn decode(raw: &str, slashes: EncodedSlashes) -> Result<Cow<'_, [u8]>, Error> {
    if !raw.starts_with('/') {
        return Err(Error::BadRequest("the target must start with a slash"));
    }
    if is_canonical(raw) {
        return Ok(Cow::Borrowed(raw.as_bytes()));
    }
    let bad_path = || Error::InvalidPath(raw.to_owned());
    let plain = decode_unreserved(raw.as_bytes()).ok_or_else(bad_path)?;
    let decoded = unescape(&resolve_dots(&plain).ok_or_else(bad_path)?, slashes)?;
    match slashes {
        // A decoded slash may have made new dot segments.
        EncodedSlashes::On => resolve_dots(&decoded).map(Cow::Owned).ok_or_else(bad_path),
        _ => Ok(Cow::Owned(decoded)),
    }
}

/// The same with runs of slashes made one.
pub(crate) fn merge_slashes(path: &str) -> Cow<'_, str> {
    if !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let mut before = ' ';
    let kept = path.chars().filter(|c| {
        let again = *c == '/' && before == '/';
        before = *c;
        !again
    });
    kept.collect()
}

/// The path that is sent: upper-case escapes for all that `ENCODED` names.
pub(crate) fn encode(path: &[u8]) -> Cow<'_, str> {
    percent_encode(path, ENCODED).into()
}

/// Whether decoding and encoding would change nothing, as with nearly every path.
fn is_canonical(raw: &str) -> bool {
    let mut before = b'x';
    raw.bytes().all(|b| {
        let plain = b.is_ascii_alphanumeric() || b"$-_+!*'(),;:@&=~".contains(&b);
        let fine = plain || (b == b'/' || b == b'.') && before != b'/';
        before = b;
        fine
    })
}

/// Decodes what needs no escape; `None` for an escape that is none.
fn decode_unreserved(raw: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        match raw[at] {
            b'%' => match escape(&raw[at..])? {
                b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => decoded.push(b),
                _ => decoded.extend_from_slice(&raw[at..at + 3]),
            },
            b => decoded.push(b),
        }
        at += if raw[at] == b'%' { 3 } else { 1 };
    }
    Some(decoded)
}

/// Resolves `.` and `..` and merges slashes; `None` for `..` above the root.
fn resolve_dots(path: &[u8]) -> Option<Vec<u8>> {
    let mut segments: Vec<&[u8]> = Vec::new();
    let mut parts = path[1..].split(|b| *b == b'/').peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        match part {
            b"" | b"." if last => segments.push(b""),
            b"" | b"." => {}
            b".." => {
                segments.pop()?;
                if last {
                    segments.push(b"");
                }
            }
            part => segments.push(part),
        }
    }
    Some(segments.iter().flat_map(|s| [b"/".as_slice(), s]).collect::<Vec<_>>().concat())
}

fn unescape(path: &[u8], slashes: EncodedSlashes) -> Result<Vec<u8>, Error> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut at = 0;
    while at < path.len() {
        let (byte, width) = match path[at] {
            b'%' => (escape(&path[at..]).ok_or(Error::BadRequest("bad escape in the path"))?, 3),
            byte => (byte, 1),
        };
        match (width, byte, slashes) {
            (3, 0, _) | (3, b'/', EncodedSlashes::Off) => return Err(Error::NotFound),
            (3, b'/' | b'%', EncodedSlashes::NoDecode) => decoded.extend_from_slice(&path[at..at + 3]),
            _ => decoded.push(byte),
        }
        at += width;
    }
    Ok(decoded)
}

/// The byte that `%XX` stands for.
fn escape(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| text.get(at).and_then(|b| char::from(*b).to_digit(16));
    u8::try_from(digit(1)? * 16 + digit(2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(raw: &str, slashes: EncodedSlashes) -> String {
        match Asked::read(raw, slashes) {
            Ok(asked) => asked.encode(&asked.decoded).into_owned(),
            Err(error) => error.status().to_string(),
        }
    }

    #[test]
    fn every_row_of_the_encoding_table() {
        for (raw, expected) in [
            ("/a%20b", "/a%20b"),
            ("/%25%3F%23%5C%0A%7F", "/%25%3F%23%5C%0A%7F"),
            ("/a%41b", "/aAb"),
            ("/%7E%3b", "/~;"),
            ("/%c3%a9", "/%C3%A9"),
            ("/[]{}|^\\`\"<>", "/%5B%5D%7B%7D%7C%5E%5C%60%22%3C%3E"),
            ("/;:@&~!$'()*,=+", "/;:@&~!$'()*,=+"),
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/a/%2e%2e/b", "/b"),
            ("/a//b", "/a/b"),
            ("/a/..", "/"),
            ("/a/.", "/a/"),
            ("/a/..;/b", "/a/..;/b"),
            ("//x", "/x"),
            ("/", "/"),
            ("/a%2Fb", "404"),
            ("/a%00b", "404"),
            ("/../b", "400"),
            ("/a/../../b", "400"),
            ("/%2e%2e/b", "400"),
            ("/..", "400"),
            ("/a%zz", "400"),
            ("/a%", "400"),
            ("x", "400"),
        ] {
            assert_eq!(sent(raw, EncodedSlashes::Off), expected, "{raw}");
        }
    }

    /// apache-facts §7; the last rows are where we differ, and say in the comment what Apache sends.
    #[test]
    fn encoded_slashes() {
        for (raw, on, no_decode) in [
            ("/a%2Fb", "/a/b", "/a%2Fb"),
            ("/a%2fb%20%41", "/a/b%20A", "/a%2fb%20A"),
            ("/a/%2e%2e/b", "/b", "/b"),
            ("/a%2F..%2Fb", "/b", "/a%2F..%2Fb"),
            ("/a%2f%2e%2e/c", "/c", "/a%2f../c"),
            ("/x%2F/../y", "/y", "/y"),
            ("/..%2Fy", "400", "/..%2Fy"),
            ("/a%00", "404", "404"),
            // Apache: `/a%2Fb` with NoDecode.
            ("/a%252Fb", "/a%252Fb", "/a%252Fb"),
            // Apache: 400 with NoDecode.
            ("/a%25b", "/a%25b", "/a%25b"),
        ] {
            assert_eq!(sent(raw, EncodedSlashes::On), on, "On {raw}");
            assert_eq!(sent(raw, EncodedSlashes::NoDecode), no_decode, "NoDecode {raw}");
        }
    }

    #[test]
    fn a_plain_path_is_not_copied() {
        for plain in ["/", "/a/b.c", "/a/b/", "/x;y=1"] {
            assert!(matches!(decode(plain, EncodedSlashes::Off), Ok(Cow::Borrowed(_))), "{plain}");
        }
    }
}
