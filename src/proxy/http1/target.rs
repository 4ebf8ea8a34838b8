//! The characters of a request's target (RFC 3986 §2): what is none of them is refused, or sent escaped.

use std::borrow::Cow;

/// What there is to know of a byte: no target has it, ...
const REFUSED: u8 = 1;
/// ... a URI has it escaped, ...
const ESCAPED: u8 = 2;
/// ... or it may begin an escape.
const PERCENT: u8 = 4;

const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'%' => PERCENT,
            b'#' | 0..=b' ' | 0x7f => REFUSED,
            b'"' | b'<' | b'>' | b'[' | b'\\' | b']' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x80.. => ESCAPED,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// Whether a target has to be escaped; `None` if it is none.
pub(crate) fn is_strange(target: &[u8]) -> Option<bool> {
    let found = target.iter().fold(0, |found, byte| found | KINDS[usize::from(*byte)]);
    let bare = || {
        let query = &target[query(target)..];
        (0..query.len()).any(|at| is_bare_percent(query, at))
    };
    (found & REFUSED == 0).then(|| found & ESCAPED != 0 || found & PERCENT != 0 && bare())
}

/// Writes a target with what is no character of a URI escaped.
pub(crate) fn escape(target: &[u8], new: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let (path, query) = (path(target), query(target));
    for (at, byte) in target.iter().enumerate() {
        let bracket = at < path && matches!(byte, b'[' | b']');
        // In a path a percent sign alone is for `path.rs` to refuse.
        if KINDS[usize::from(*byte)] == ESCAPED && !bracket || at > query && is_bare_percent(target, at) {
            new.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        } else {
            new.push(*byte);
        }
    }
}

/// Whether a path can be sent as it stands: it has only characters of a URI, and escapes that are whole.
pub(crate) fn is_escaped(path: &[u8]) -> bool {
    let plain =
        |at: usize| KINDS[usize::from(path[at])] == 0 || path[at] == b'%' && !is_bare_percent(path, at);
    (0..path.len()).all(plain)
}

/// Escapes the percent signs that begin no escape: a line's own, or what its expression left of one.
pub(crate) fn escape_percents(path: Cow<'_, str>) -> Cow<'_, str> {
    let bare = |at: usize| is_bare_percent(path.as_bytes(), at);
    if !(0..path.len()).any(bare) {
        return path;
    }
    path.char_indices().map(|(at, c)| if bare(at) { "%25".to_owned() } else { c.to_string() }).collect()
}

/// Where the path begins: a whole URL has a host before it, which may be an IPv6 address in brackets.
fn path(target: &[u8]) -> usize {
    let Some(host) = target.windows(3).position(|three| three == b"://").filter(|_| target[0] != b'/') else {
        return 0;
    };
    let host = host + 3;
    target[host..].iter().position(|b| matches!(b, b'/' | b'?')).map_or(target.len(), |end| host + end)
}

/// Where the query begins, or the end.
fn query(target: &[u8]) -> usize {
    target.iter().position(|b| *b == b'?').unwrap_or(target.len())
}

fn is_bare_percent(text: &[u8], at: usize) -> bool {
    let digits = || text.get(at + 1..at + 3).is_some_and(|next| next.iter().all(u8::is_ascii_hexdigit));
    text[at] == b'%' && !digits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_character_of_a_uri_is_escaped() {
        for (target, strange, new) in [
            ("/a%zz", Some(false), "/a%zz"),
            ("/-._~!$&'()*+,;=:@/?%41/?", Some(false), "/-._~!$&'()*+,;=:@/?%41/?"),
            ("/<>[]", Some(true), "/%3C%3E%5B%5D"),
            ("/?é{}", Some(true), "/?%C3%A9%7B%7D"),
            ("/?%4&%", Some(true), "/?%254&%25"),
            ("http://[::1]:8000/[x]", Some(true), "http://[::1]:8000/%5Bx%5D"),
            ("/://[x]", Some(true), "/://%5Bx%5D"),
            ("/#", None, ""),
            ("/\x7f", None, ""),
        ] {
            assert_eq!(is_strange(target.as_bytes()), strange, "{target}");
            if strange.is_some() {
                let mut escaped = Vec::new();
                escape(target.as_bytes(), &mut escaped);
                assert_eq!(String::from_utf8(escaped).unwrap(), new);
            }
        }
    }
}
