//! Who may ask: whoever has this run's key, from this very book's pages or from the learner's own terminal.
//!
//! The chapters are for everybody on this machine; the lab behind them is for who was given the key: in the address that
//! the terminal shows and the browser opens, or in the note in the learner's folder. So neither a page of another origin
//! nor another user of the machine can drive the lab or listen. What is left: who may see the arguments of the learner's
//! processes sees the address while the browser is started (`--no-open` starts none), and the lab's own three ports answer
//! whoever is on this machine, as those of any server under test.

use std::{fmt::Write, io, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::refusal::Refusal;

/// Where the control interface begins.
const LIVE: &str = "/live/";
/// The address of what happens.
pub(super) const EVENTS: &str = "/live/events";
const TOKEN: HeaderName = HeaderName::from_static("x-hop-token");
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What only the pages of this run know: 128 random bits.
#[derive(Debug)]
pub(super) struct Token(String);

impl Token {
    /// # Errors
    /// The system has no random numbers.
    pub(super) fn new() -> io::Result<Self> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self(random.iter().fold(String::new(), |mut text, byte| {
            _ = write!(text, "{byte:02x}");
            text
        })))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes as long wherever the first difference is.
    fn is(&self, given: &[u8]) -> bool {
        let differ = self.0.bytes().zip(given).fold(0, |differ, (own, given)| differ | (own ^ given));
        given.len() == self.0.len() && differ == 0
    }
}

/// Refuses what does not come from this book's own pages, and tells the browser to keep other pages out.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let mut response = match may(&request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    // No page elsewhere may show this one in a frame, or take it for a script of its own.
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'self'"));
    // After the course was brought up to date, no page may meet a script of before.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn may(request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    let host = here(request).ok_or_else(|| {
        refused("this book answers to its own name only", "open it at http://127.0.0.1 or http://localhost")
    })?;
    let live = request.uri().path().starts_with(LIVE);
    let foreign =
        || refused("this request comes from a page that is not this book's", "use the book's own pages");
    if headers.get_all(ORIGIN).iter().any(|origin| origin.as_bytes() != format!("http://{host}").as_bytes()) {
        return Err(foreign());
    }
    match headers.get(SITE).map(HeaderValue::as_bytes) {
        None | Some(b"same-origin" | b"none") => {}
        // A link to a chapter may stand anywhere.
        Some(_) if !live && request.method() == Method::GET && is(headers, &MODE, b"navigate") => {}
        Some(_) => return Err(foreign()),
    }
    Ok(())
}

/// Refuses whoever does not have this run's key.
pub(super) async fn key(State(token): State<Arc<Token>>, request: Request, next: Next) -> Response {
    if given(&request).is_some_and(|given| token.is(given)) {
        return next.run(request).await;
    }
    let remedy = "open the address that lesson book shows in the terminal";
    refused("this page does not have the key of this run of the book", remedy).into_response()
}

/// The key that a request gives: in a header, or for the events, which a browser asks for without any, in the address.
fn given(request: &Request) -> Option<&[u8]> {
    let mut headers = request.headers().get_all(TOKEN).iter();
    match (headers.next(), headers.next()) {
        (Some(given), None) => Some(given.as_bytes()),
        (None, _) if request.uri().path() == EVENTS => {
            Some(request.uri().query()?.strip_prefix("key=")?.as_bytes())
        }
        _ => None,
    }
}

/// The name and port that the client asked for, if they are of this machine: a web page elsewhere could have its own
/// name point here (DNS rebinding).
fn here(request: &Request) -> Option<&str> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    let host = host.to_str().ok().filter(|host| is_here(host))?;
    // A request line with a whole URL names a host of its own.
    request.uri().authority().is_none_or(|authority| is_here(authority.as_str())).then_some(host)
}

fn is_here(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    let number = port.len() <= 5 && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    number && (name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost"))
}

fn is(headers: &HeaderMap, name: &HeaderName, value: &[u8]) -> bool {
    headers.get(name).is_some_and(|given| given.as_bytes() == value)
}

fn refused(text: &str, remedy: &str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, text, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine() {
        for (host, here) in [
            ("127.0.0.1", true),
            ("127.0.0.1:3000", true),
            ("LocalHost:3000", true),
            ("127.0.0.1.evil.test", false),
            ("localhost.evil.test:3000", false),
            ("evil.test:3000", false),
            ("127.0.0.1:evil.test", false),
            ("127.0.0.1:3000:1", false),
            ("127.0.0.1@evil.test", false),
            ("[::1]:3000", false),
            ("0.0.0.0:3000", false),
            ("127.0.0.1:", false),
            ("", false),
        ] {
            assert_eq!(is_here(host), here, "{host}");
        }
    }

    #[test]
    fn a_token_is_long_and_of_this_run() {
        let (one, two) = (Token::new().unwrap(), Token::new().unwrap());
        assert_eq!(one.as_str().len(), 32);
        assert!(one.is(one.as_str().as_bytes()));
        for wrong in [two.as_str(), "", &one.as_str()[..31], &format!("{}0", one.as_str())] {
            assert!(!one.is(wrong.as_bytes()), "{wrong}");
        }
    }
}
