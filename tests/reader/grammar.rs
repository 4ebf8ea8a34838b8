//! The rules for single words, as the ABNF has them.

/// `token` (RFC 9110 §5.6.2).
pub fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b))
}

/// `field-value` with the whitespace around it taken off (RFC 9110 §5.5).
pub fn is_field_value(text: &[u8]) -> bool {
    text.iter().all(|b| *b == b'\t' || *b >= b' ' && *b != 0x7f)
}

/// Characters of a URI, and escapes that are whole (RFC 3986 §2).
fn is_made_of(text: &[u8], also: &[u8]) -> bool {
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'%', [a, b, after @ ..]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => after,
            (b'%', _) => return false,
            (b, after) if b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(b) || also.contains(b) => {
                after
            }
            _ => return false,
        };
    }
    true
}

/// `absolute-path [ "?" query ]` (RFC 9112 §3.2.1).
pub fn is_origin_form(target: &[u8]) -> bool {
    let query = target.iter().position(|b| *b == b'?').unwrap_or(target.len());
    target.starts_with(b"/") && is_made_of(&target[..query], b":@/") && is_made_of(&target[query..], b":@/?")
}

/// `uri-host [ ":" port ]` (RFC 9110 §7.2); a name is never empty here (§4.2.1).
pub fn is_host(text: &[u8]) -> bool {
    let after = text.iter().rposition(|b| *b == b']').map_or(0, |at| at + 1);
    let colon = text[after..].iter().position(|b| *b == b':').map_or(text.len(), |at| after + at);
    let (host, port) = (&text[..colon], text.get(colon + 1..).unwrap_or_default());
    let host_is = match host {
        [b'[', address @ .., b']'] => {
            std::str::from_utf8(address).is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
        }
        name => !name.is_empty() && is_made_of(name, b""),
    };
    host_is && port.iter().all(u8::is_ascii_digit)
}

/// `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )` (RFC 9112 §7.1.1).
pub fn is_chunk_ext(text: &[u8]) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let Some(after) = rest.trim_ascii_start().strip_prefix(b";") else { return false };
        let after = after.trim_ascii_start();
        let (name, after) = after.split_at(token_length(after));
        if name.is_empty() {
            return false;
        }
        rest = match after.trim_ascii_start().strip_prefix(b"=") {
            None => after,
            Some(value) => {
                let value = value.trim_ascii_start();
                match token_length(value) {
                    0 => match quoted_length(value) {
                        0 => return false,
                        length => &value[length..],
                    },
                    length => &value[length..],
                }
            }
        };
    }
    true
}

fn token_length(text: &[u8]) -> usize {
    text.iter().position(|b| !is_token(&[*b])).unwrap_or(text.len())
}

/// `quoted-string` (RFC 9110 §5.6.4); 0 if there is none.
fn quoted_length(text: &[u8]) -> usize {
    let mut at = 1;
    while text.first() == Some(&b'"') {
        match text.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') if text.get(at + 1).is_some_and(|b| is_field_value(&[*b])) => at += 2,
            Some(b) if *b != b'\\' && is_field_value(&[*b]) => at += 1,
            _ => return 0,
        }
    }
    0
}
