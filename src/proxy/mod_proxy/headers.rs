//! Headers on their way through: what is dropped, added and put in order (apache-facts §4, §5).

use std::{cell::Cell, mem, net::IpAddr, time::SystemTime};

use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, Entry, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHENTICATE, SERVER, SET_COOKIE, TRANSFER_ENCODING,
};

use crate::proxy::{core::front::Front, error::Error, mod_proxy_http::body::Body};

pub(crate) const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_SERVER: HeaderName = HeaderName::from_static("x-forwarded-server");

/// How many headers the proxy adds to a message at most, as a rule: room for them is made at once.
const ADDED: usize = 4;

/// What `Server` says of an answer that no backend made.
pub(crate) const PRODUCT: HeaderValue =
    HeaderValue::from_static(concat!("Hop-by-Hop/", env!("CARGO_PKG_VERSION")));

// ANCHOR: hop_by_hop
/// Whether a header is about one connection only (RFC 9110 §7.6.1), as are those that `Connection` names.
fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection" | "keep-alive" | "proxy-connection" | "te" | "trailer" | "transfer-encoding" | "upgrade"
    )
}
// ANCHOR_END: hop_by_hop

/// The words of `Connection`: options, and names of headers.
pub(crate) fn connection_options(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let values = headers.get_all(CONNECTION).into_iter();
    values.flat_map(|value| value.as_bytes().split(|b| *b == b',')).map(<[u8]>::trim_ascii)
}

/// The names that `Connection` lists, beyond those that are about one connection anyway.
fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let usual = |word: &[u8]| word.eq_ignore_ascii_case(b"keep-alive") || word.eq_ignore_ascii_case(b"close");
    // Nearly always it is one of these, and nothing else.
    if headers.get_all(CONNECTION).iter().all(|value| usual(value.as_bytes())) {
        return Vec::new();
    }
    (connection_options(headers).filter(|word| !usual(word)))
        .filter_map(|name| HeaderName::from_bytes(name).ok())
        .collect()
}

thread_local! {
    /// An empty map with the room of the one that was last written anew.
    static ROOM: Cell<HeaderMap> = Cell::default();
}

/// Writes the headers anew in their order, `first` before them, without those of which `removed` is true.
///
/// A new map: `HeaderMap::remove` would disturb the order of the others.
fn write_anew<const N: usize>(
    headers: &mut HeaderMap,
    first: [(HeaderName, HeaderValue); N],
    removed: impl Fn(&HeaderName) -> bool,
) {
    let mut old = mem::replace(headers, ROOM.with(Cell::take));
    headers.reserve(old.keys_len() + N + ADDED);
    let leading = first.each_ref().map(|(name, _)| name.clone());
    let kept = |name: &HeaderName| !leading.contains(name) && !removed(name);
    headers.extend(first);
    if old.len() == old.keys_len() {
        headers.extend(old.drain().filter_map(|(name, value)| Some((name.filter(kept)?, value))));
    } else {
        let mut current = None;
        for (name, value) in old.drain() {
            if let Some(name) = name {
                current = Some(name).filter(kept);
            }
            if let Some(name) = &current {
                headers.append(name, value);
            }
        }
    }
    ROOM.with(|room| room.set(old));
}

/// What is end to end in a request: `Host` first; its length is written anew, with the body.
///
/// Nothing about one connection only remains, nor what `Connection` names (RFC 9110 §7.6.1).
pub(crate) fn end_to_end_request(headers: &mut HeaderMap) {
    let goes = |name: &HeaderName| is_hop_by_hop(name) || name == CONTENT_LENGTH;
    let host_is_first = headers.keys().next().is_some_and(|name| name == HOST);
    // Most requests of programs are like that: nothing to do.
    if !host_is_first || headers.keys().any(goes) {
        let named = named_by_connection(headers);
        let host = headers.get(HOST).cloned().unwrap_or(HeaderValue::from_static(""));
        write_anew(headers, [(HOST, host)], |name| goes(name) || named.contains(name));
    }
    merge_repeated(headers);
}

/// What is end to end in a response: `Date` and `Server` first, `Set-Cookie` last, no challenge of a proxy.
///
/// With a transfer coding a `Content-Length` says nothing (RFC 9112 §6.3), so it goes too.
pub(crate) fn end_to_end_response(headers: &mut HeaderMap) {
    let date = headers.get(DATE).cloned().unwrap_or_else(now);
    let server = headers.get(SERVER).cloned().unwrap_or(PRODUCT);
    let named = named_by_connection(headers);
    let coded = headers.contains_key(TRANSFER_ENCODING);
    write_anew(headers, [(DATE, date), (SERVER, server)], |name| {
        is_hop_by_hop(name)
            || name == PROXY_AUTHENTICATE
            || coded && name == CONTENT_LENGTH
            || named.contains(name)
    });
    if headers.len() != headers.keys_len() {
        keep_one_content_type(headers);
    }
    if headers.contains_key(SET_COOKIE) {
        let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().cloned().collect();
        write_anew(headers, [], |name| name == SET_COOKIE);
        headers.extend(cookies.into_iter().map(|cookie| (SET_COOKIE, cookie)));
    }
}

/// Apache's `ResponseFieldSize`.
const RESPONSE_FIELD_SIZE: usize = 8192;

/// Refuses an answer that Apache refuses, and one whose body is coded in a way that we cannot undo: the client would get
/// it as something that it is not.
///
/// # Errors
/// 502 for a header line that is too long, and for a transfer coding other than `chunked`.
pub(crate) fn check_response(headers: &HeaderMap) -> Result<(), Error> {
    let mut coded = false;
    for (name, value) in headers {
        if name.as_str().len() + ": ".len() + value.len() > RESPONSE_FIELD_SIZE {
            let why = "header size is over the limit allowed by ResponseFieldSize";
            return Err(Error::BadHeader(why.to_owned()));
        }
        if *name == TRANSFER_ENCODING
            && (mem::replace(&mut coded, true) || !value.as_bytes().eq_ignore_ascii_case(b"chunked"))
        {
            return Err(Error::BadHeader("a transfer coding other than chunked".to_owned()));
        }
    }
    Ok(())
}

/// Two of them are for nobody to choose from; Apache keeps the one that came first.
fn keep_one_content_type(headers: &mut HeaderMap) {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    if let Some(first) = types.next().filter(|_| types.next().is_some()).cloned() {
        headers.insert(CONTENT_TYPE, first);
    }
}

/// Removes a header and keeps the order of the others, which `HeaderMap::remove` does not.
pub(crate) fn remove_in_order(headers: &mut HeaderMap, removed: &HeaderName) {
    if headers.contains_key(removed) {
        write_anew(headers, [], |name| name == removed);
    }
}

/// The time in the form that `Date` wants (RFC 9110 §5.6.7).
pub(crate) fn now() -> HeaderValue {
    HeaderValue::from_str(&httpdate::fmt_http_date(SystemTime::now())).unwrap_or(HeaderValue::from_static(""))
}

/// Joins repeated headers into the first with `, `, as Apache does to every request (RFC 9110 §5.3).
fn merge_repeated(headers: &mut HeaderMap) {
    if headers.len() == headers.keys_len() {
        return;
    }
    let old = mem::take(headers);
    for name in old.keys() {
        let values: Vec<_> = old.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        if let Ok(value) = HeaderValue::from_bytes(&values.join(b", ".as_slice())) {
            headers.append(name, value);
        }
    }
}

// ANCHOR: add_forwarded
/// Tells the backend who asked: `X-Forwarded-For`, `-Host` and `-Server`, added to what is there already.
pub(crate) fn add_forwarded(headers: &mut HeaderMap, client: &HeaderValue, front: &Front, server_name: &str) {
    extend(headers, X_FORWARDED_FOR, client);
    if front.is_named() {
        extend(headers, X_FORWARDED_HOST, front.host());
    }
    if let Ok(name) = HeaderValue::from_str(server_name) {
        extend(headers, X_FORWARDED_SERVER, &name);
    }
}
// ANCHOR_END: add_forwarded

/// The address of a client as `X-Forwarded-For` has it.
pub(crate) fn address(client: IpAddr) -> HeaderValue {
    HeaderValue::from_str(&client.to_canonical().to_string()).unwrap_or(HeaderValue::from_static("unknown"))
}

/// Adds to the value that is there already, after a comma.
pub(crate) fn extend(headers: &mut HeaderMap, name: HeaderName, value: &HeaderValue) {
    match headers.entry(name) {
        Entry::Vacant(vacant) => _ = vacant.insert(value.clone()),
        Entry::Occupied(mut before) => {
            let joined = [before.get().as_bytes(), b", ", value.as_bytes()].concat();
            if let Ok(joined) = HeaderValue::from_bytes(&joined) {
                before.insert(joined);
            }
        }
    }
}

/// Writes how the request's body is framed, and whether the connection to the backend is to stay.
pub(crate) fn frame_request(headers: &mut HeaderMap, body: &Body, keep: bool) {
    match body {
        Body::Empty => {}
        body => match body.length() {
            Some(length) => _ = headers.insert(CONTENT_LENGTH, HeaderValue::from(length)),
            None => _ = headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked")),
        },
    }
    headers.insert(CONNECTION, HeaderValue::from_static(if keep { "Keep-Alive" } else { "close" }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    fn lines(headers: &HeaderMap) -> Vec<String> {
        headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
    }

    #[test]
    fn a_request_keeps_its_order_without_what_is_hop_by_hop() {
        let mut headers = map(&[
            ("x-a", "1"),
            ("connection", "keep-alive, X-Secret"),
            ("host", "front"),
            ("x-secret", "s"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("keep-alive", "1"),
            ("proxy-connection", "x"),
            ("trailer", "x"),
            ("content-length", "3"),
            ("cookie", "a=b"),
            ("proxy-authorization", "p"),
            ("x-empty", ""),
        ]);
        headers.append("cookie", HeaderValue::from_static("c=d"));
        end_to_end_request(&mut headers);
        assert_eq!(
            lines(&headers),
            ["host: front", "x-a: 1", "cookie: a=b, c=d", "proxy-authorization: p", "x-empty: "]
        );
    }

    #[test]
    fn connection_cannot_remove_the_host() {
        let mut headers = map(&[("host", "front"), ("connection", "host")]);
        end_to_end_request(&mut headers);
        assert_eq!(lines(&headers), ["host: front"]);
    }

    #[test]
    fn a_response_begins_with_date_and_server_and_ends_with_cookies() {
        let mut headers = map(&[
            ("set-cookie", "a=b"),
            ("x-a", "1"),
            ("server", "be"),
            ("transfer-encoding", "chunked"),
            ("content-length", "9"),
            ("proxy-authenticate", "Basic"),
            ("www-authenticate", "Basic"),
            ("date", "d"),
        ]);
        headers.append("set-cookie", HeaderValue::from_static("c=d"));
        end_to_end_response(&mut headers);
        assert_eq!(
            lines(&headers),
            [
                "date: d",
                "server: be",
                "x-a: 1",
                "www-authenticate: Basic",
                "set-cookie: a=b",
                "set-cookie: c=d"
            ]
        );
    }

    #[test]
    fn nothing_of_one_message_is_left_in_the_next() {
        let names: Vec<_> = (0..90).map(|at| format!("x-{at}").parse::<HeaderName>().unwrap()).collect();
        let mut large: HeaderMap =
            names.iter().map(|name| (name.clone(), HeaderValue::from_static("1"))).collect();
        end_to_end_response(&mut large);
        assert_eq!(large.len(), 92);
        let mut small = map(&[("x-a", "2"), ("date", "d"), ("server", "be")]);
        end_to_end_response(&mut small);
        assert_eq!(lines(&small), ["date: d", "server: be", "x-a: 2"]);
    }

    #[test]
    fn date_and_server_are_ours_where_the_backend_has_none() {
        let mut headers = map(&[("x-a", "1")]);
        end_to_end_response(&mut headers);
        assert!(headers.contains_key(DATE));
        assert_eq!(headers[SERVER], PRODUCT);
    }

    #[test]
    fn forwarded_headers_are_added_to_those_of_the_client() {
        let mut headers = map(&[("x-forwarded-for", "1.2.3.4"), ("x-a", "1")]);
        let client = address([127, 0, 0, 1].into());
        add_forwarded(&mut headers, &client, &Front::for_test("front.test:8000"), "localhost");
        assert_eq!(
            lines(&headers),
            [
                "x-forwarded-for: 1.2.3.4, 127.0.0.1",
                "x-a: 1",
                "x-forwarded-host: front.test:8000",
                "x-forwarded-server: localhost"
            ]
        );
    }
}
