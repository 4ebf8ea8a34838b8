//! Request paths as Apache sees them: decoded and normalised to match, encoded again to send (apache-facts §7).

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::error::Error;

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

/// The path that `ProxyPass` matches on: dot segments resolved, slashes merged, escapes decoded.
///
/// # Errors
/// 400 for a bad escape or `..` above the root, 404 for `%2F` and `%00` (`AllowEncodedSlashes Off`).
pub(crate) fn decode(raw: &str) -> Result<Cow<'_, [u8]>, Error> {
    if !raw.starts_with('/') {
        return Err(Error::BadRequest("the target must start with a slash"));
    }
    if is_canonical(raw) {
        return Ok(Cow::Borrowed(raw.as_bytes()));
    }
    let bad_path = || Error::InvalidPath(raw.to_owned());
    unescape(&normalize(raw.as_bytes()).ok_or_else(bad_path)?).map(Cow::Owned)
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

/// Resolves `.` and `..`, merges slashes and decodes unreserved characters; `None` where Apache answers 400.
fn normalize(raw: &[u8]) -> Option<Vec<u8>> {
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

    let mut segments: Vec<&[u8]> = Vec::new();
    let mut parts = decoded[1..].split(|b| *b == b'/').peekable();
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

fn unescape(path: &[u8]) -> Result<Vec<u8>, Error> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut at = 0;
    while at < path.len() {
        let (byte, width) = match path[at] {
            b'%' => (escape(&path[at..]).ok_or(Error::BadRequest("bad escape in the path"))?, 3),
            byte => (byte, 1),
        };
        if width == 3 && (byte == b'/' || byte == 0) {
            return Err(Error::NotFound);
        }
        decoded.push(byte);
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

    fn sent(raw: &str) -> String {
        match decode(raw) {
            Ok(path) => encode(&path).into_owned(),
            Err(error) => error.status().as_str().to_owned(),
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
            assert_eq!(sent(raw), expected, "{raw}");
        }
    }

    #[test]
    fn a_plain_path_is_not_copied() {
        for plain in ["/", "/a/b.c", "/a/b/", "/x;y=1"] {
            assert!(matches!(decode(plain), Ok(Cow::Borrowed(_))), "{plain}");
        }
    }
}
