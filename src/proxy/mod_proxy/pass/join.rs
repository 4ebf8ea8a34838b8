//! The path that a backend is asked for: its own and the rest of the request's, joined as text and then encoded.

use std::borrow::Cow;

use crate::proxy::{
    core::path::{Asked, encode},
    error::Error,
    http1::url::Url,
    mod_proxy::pass::regex::Regex,
};

/// The backend's path with the rest of the request's: joined as text, then encoded.
pub(crate) fn join<'a>(url: &Url, rest: &'a [u8], asked: &'a Asked<'_>) -> Result<Cow<'a, str>, Error> {
    match url.path() {
        "" if rest.is_empty() => Ok(Cow::Borrowed("/")),
        "" if rest[0] == b'/' => Ok(asked.encode(rest)),
        "" => Err(no_such_host(url, rest, asked)),
        // The usual `ProxyPass / http://backend/`: nothing to join.
        "/" if rest.len() + 1 == asked.decoded.len() => Ok(asked.encode(&asked.decoded)),
        real => Ok(Cow::Owned(format!("{}{}", encode(real.as_bytes()), asked.encode(rest)))),
    }
}

/// The host that comes out where path and URL were joined without a slash.
fn no_such_host(url: &Url, rest: &[u8], asked: &Asked<'_>) -> Error {
    let end = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
    let host = format!("{}{}", url.authority(), String::from_utf8_lossy(&rest[..end]));
    Error::no_such_host(url, host, encode(&asked.decoded).into_owned())
}

/// The path that is made of the line's `$1` text.
pub(crate) fn substituted<'a>(
    regex: &Regex,
    url: &Url,
    text: &str,
    asked: &Asked<'_>,
) -> Result<Cow<'a, str>, Error> {
    let mut made = regex.substitute(text, &asked.decoded);
    if made == text.as_bytes() {
        // As where there is no `$1`: the whole path follows.
        made.extend_from_slice(&asked.decoded);
    }
    match made.first() {
        None => Ok(Cow::Borrowed("/")),
        Some(b'/') => Ok(Cow::Owned(asked.encode(&made).into_owned())),
        Some(_) => Err(no_such_host(url, &made, asked)),
    }
}
