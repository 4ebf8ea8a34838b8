//! Headers on their way through: what is dropped, added and put in order (apache-facts §4, §5).

use std::{mem, net::IpAddr, time::SystemTime};

use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHENTICATE, SERVER, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

use super::{body::Body, error::Error, front::Front};

pub(crate) const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_SERVER: HeaderName = HeaderName::from_static("x-forwarded-server");

/// What `Server` says of an answer that no backend made.
pub(crate) const PRODUCT: HeaderValue =
    HeaderValue::from_static(concat!("Hop-by-Hop/", env!("CARGO_PKG_VERSION")));

// ANCHOR: hop_by_hop
/// The headers that are about one connection only (RFC 9110 §7.6.1), with those that `Connection` names.
const HOP_BY_HOP: [HeaderName; 7] =
    [CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];
// ANCHOR_END: hop_by_hop

/// Removes what is about one connection only, keeps the order of the rest, and writes `first` before it.
///
/// With a transfer coding a `Content-Length` says nothing (RFC 9112 §6.3), so it goes too.
pub(crate) fn remove_hop_by_hop<const N: usize>(
    headers: &mut HeaderMap,
    first: [(HeaderName, HeaderValue); N],
    also: &HeaderName,
) {
    let named: Vec<HeaderName> = (headers.get_all(CONNECTION).iter())
        .flat_map(|value| value.as_bytes().split(|b| *b == b','))
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
        .collect();
    let coded = headers.contains_key(TRANSFER_ENCODING);
    // A new map: `HeaderMap::remove` would disturb the order of the others.
    let old = mem::take(headers);
    headers.reserve(old.keys_len() + 4);
    let removed = |name: &HeaderName| {
        HOP_BY_HOP.contains(name) || name == also || named.contains(name) || coded && name == CONTENT_LENGTH
    };
    headers.extend(first);
    let leading: Vec<HeaderName> = headers.keys().cloned().collect();
    let mut current = None;
    for (name, value) in old {
        current = name.or(current);
        if let Some(name) = current.as_ref().filter(|name| !leading.contains(name) && !removed(name)) {
            headers.append(name, value);
        }
    }
}

/// What is end to end in a request: `Host` first; its length is written anew, with the body.
pub(crate) fn end_to_end_request(headers: &mut HeaderMap) {
    let host = headers.get(HOST).cloned().unwrap_or(HeaderValue::from_static(""));
    remove_hop_by_hop(headers, [(HOST, host)], &CONTENT_LENGTH);
    merge_repeated(headers);
}

/// What is end to end in a response: `Date` and `Server` first, `Set-Cookie` last, no challenge of a proxy.
pub(crate) fn end_to_end_response(headers: &mut HeaderMap) {
    let date = headers.get(DATE).cloned().unwrap_or_else(now);
    let server = headers.get(SERVER).cloned().unwrap_or(PRODUCT);
    remove_hop_by_hop(headers, [(DATE, date), (SERVER, server)], &PROXY_AUTHENTICATE);
    keep_one_content_type(headers);
    if headers.contains_key(SET_COOKIE) {
        let mut cookies = Vec::new();
        let mut current = None;
        for (name, value) in mem::take(headers) {
            current = name.or(current);
            match &current {
                Some(name) if name == SET_COOKIE => cookies.push(value),
                Some(name) => _ = headers.append(name, value),
                None => {}
            }
        }
        headers.extend(cookies.into_iter().map(|cookie| (SET_COOKIE, cookie)));
    }
}

/// Apache's `ResponseFieldSize`.
const RESPONSE_FIELD_SIZE: usize = 8192;

/// Refuses an answer that Apache refuses.
///
/// # Errors
/// 502 for a header line that is too long.
pub(crate) fn check_response(headers: &HeaderMap) -> Result<(), Error> {
    let long = |(name, value): (&HeaderName, &HeaderValue)| {
        name.as_str().len() + ": ".len() + value.len() > RESPONSE_FIELD_SIZE
    };
    match headers.iter().any(long) {
        true => {
            Err(Error::BadHeader("header size is over the limit allowed by ResponseFieldSize".to_owned()))
        }
        false => Ok(()),
    }
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
        let mut current = None;
        for (name, value) in mem::take(headers) {
            current = name.or(current);
            if let Some(name) = current.as_ref().filter(|name| *name != removed) {
                headers.append(name, value);
            }
        }
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
pub(crate) fn add_forwarded(headers: &mut HeaderMap, client: IpAddr, front: &Front, server_name: &str) {
    extend(headers, X_FORWARDED_FOR, client.to_canonical().to_string().as_bytes());
    if front.is_named() {
        extend(headers, X_FORWARDED_HOST, front.host().as_bytes());
    }
    extend(headers, X_FORWARDED_SERVER, server_name.as_bytes());
}
// ANCHOR_END: add_forwarded

/// Adds to the value that is there already, after a comma.
pub(crate) fn extend(headers: &mut HeaderMap, name: HeaderName, value: &[u8]) {
    let joined = match headers.get(&name) {
        Some(before) => HeaderValue::from_bytes(&[before.as_bytes(), b", ", value].concat()),
        None => HeaderValue::from_bytes(value),
    };
    if let Ok(joined) = joined {
        headers.insert(name, joined);
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
    fn date_and_server_are_ours_where_the_backend_has_none() {
        let mut headers = map(&[("x-a", "1")]);
        end_to_end_response(&mut headers);
        assert!(headers.contains_key(DATE));
        assert_eq!(headers[SERVER], PRODUCT);
    }

    #[test]
    fn forwarded_headers_are_added_to_those_of_the_client() {
        let mut headers = map(&[("x-forwarded-for", "1.2.3.4"), ("x-a", "1")]);
        add_forwarded(&mut headers, [127, 0, 0, 1].into(), &Front::for_test("front.test:8000"), "localhost");
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
