//! Heads of hyper's messages as the proxy's watchers see them: hyper forgets how names are spelled, the wire has them in
//! title case.

use hyper::{
    Request, Response, Version,
    ext::ReasonPhrase,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use crate::proxy::Message;

/// The head of a request.
pub(crate) fn of_request<B>(request: &Request<B>) -> Message {
    let start = format!("{} {} {}", request.method(), request.uri(), version(request.version()));
    message(start, request.headers())
}

/// The head of a response.
pub(crate) fn of_response<B>(response: &Response<B>) -> Message {
    let phrase = match response.extensions().get::<ReasonPhrase>() {
        Some(phrase) => String::from_utf8_lossy(phrase.as_bytes()).into_owned(),
        None => response.status().canonical_reason().unwrap_or_default().to_owned(),
    };
    let start = format!("{} {} {phrase}", version(response.version()), response.status().as_u16());
    message(start, response.headers())
}

fn message(start: String, headers: &HeaderMap) -> Message {
    let line = |(name, value): (&HeaderName, &HeaderValue)| {
        (title_case(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Message { start, headers: headers.iter().map(line).collect() }
}

fn version(version: Version) -> &'static str {
    if version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" }
}

/// `content-type` as it is written on the wire: `Content-Type`.
fn title_case(name: &str) -> String {
    let mut start = true;
    (name.chars())
        .map(|c| {
            let upper = std::mem::replace(&mut start, c == '-');
            if upper { c.to_ascii_uppercase() } else { c }
        })
        .collect()
}
