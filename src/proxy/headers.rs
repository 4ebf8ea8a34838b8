//! Headers on their way through: what is dropped, added and put in order (apache-facts §4, §5).

use std::{mem, net::IpAddr, time::SystemTime};

use super::{body::Body, error::Error, virtual_host::ServerName};
use hyper::{
    Request, Response, StatusCode, Version,
    header::{
        CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HOST, HeaderMap, HeaderName, HeaderValue,
        PROXY_AUTHENTICATE, SERVER, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
    },
};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
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

/// The name under which the client asked, and the address it came from.
pub(crate) struct Front {
    host: HeaderValue,
    /// Whether the client said a host; an HTTP/1.0 client need not.
    named: bool,
    /// The server's port, where it is not the default.
    port: Option<u16>,
}

impl Front {
    /// The host of the target, else the `Host` header, else `ServerName` (RFC 9112 §3.2.2).
    pub(crate) fn of<B>(request: &Request<B>, name: &ServerName) -> Self {
        let authority = (request.uri().authority())
            .and_then(|authority| HeaderValue::from_str(&authority.as_str().to_ascii_lowercase()).ok());
        let asked = authority.or_else(|| request.headers().get(HOST).cloned());
        let named = asked.is_some();
        let host = asked
            .or_else(|| HeaderValue::from_str(name.host()).ok())
            .unwrap_or(HeaderValue::from_static("localhost"));
        Self { host, named, port: name.served_port() }
    }

    /// `host[:port]` as the client wrote it.
    pub(crate) fn host(&self) -> &HeaderValue {
        &self.host
    }

    /// `http://host[:port]`: lower case, with the server's port if the client wrote none.
    pub(crate) fn origin(&self) -> String {
        let host = self.host.to_str().unwrap_or_default().to_ascii_lowercase();
        match (super::url::split_port(&host), self.port) {
            ((name, Some("80")), _) => format!("http://{name}"),
            ((_, None), Some(port)) => format!("http://{host}:{port}"),
            _ => format!("http://{host}"),
        }
    }

    /// The host without its port.
    pub(crate) fn name(&self) -> &str {
        super::url::split_port(self.host.to_str().unwrap_or_default()).0
    }

    /// The port in the host that the client wrote.
    pub(crate) fn port(&self) -> Option<&str> {
        super::url::split_port(self.host.to_str().ok()?).1
    }

    #[cfg(test)]
    pub(crate) fn for_test(host: &'static str) -> Self {
        Self { host: HeaderValue::from_static(host), named: true, port: Some(8000) }
    }
}

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
    if front.named {
        extend(headers, X_FORWARDED_HOST, front.host.as_bytes());
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

/// What the client asked for its own connection, and so what `Connection` it gets back (apache-facts §5).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Persistence {
    /// HTTP/1.1 without `Connection`: it stays, and nothing is said.
    Silent,
    /// `Connection: keep-alive`: it stays, and that is said.
    Said,
    /// `close`, or HTTP/1.0.
    Close,
}

impl Persistence {
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        let says = |token: &str| {
            (request.headers().get_all(CONNECTION).iter())
                .flat_map(|value| value.as_bytes().split(|b| *b == b','))
                .any(|word| word.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
        };
        match (says("close"), says("keep-alive"), request.version() >= Version::HTTP_11) {
            (false, true, _) => Self::Said,
            (false, false, true) => Self::Silent,
            _ => Self::Close,
        }
    }

    /// Writes `Keep-Alive`, `Connection` and, for a body of unknown length, `Transfer-Encoding` (RFC 9112 §6, §9).
    pub(crate) fn apply(self, response: &mut Response<Body>, version: Version) {
        *response.version_mut() = version;
        let status = response.status();
        let without_body = status == StatusCode::NOT_MODIFIED || status == StatusCode::NO_CONTENT;
        let length = response.body().length();
        let headers = response.headers_mut();
        if without_body {
            remove_in_order(headers, &CONTENT_LENGTH);
        }
        let unknown = !without_body && !headers.contains_key(CONTENT_LENGTH) && length.is_none();
        let chunked = unknown && version >= Version::HTTP_11;
        if self == Self::Close || CLOSING.contains(&status.as_u16()) || unknown && !chunked {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        } else if self == Self::Said {
            headers.insert(KEEP_ALIVE, HeaderValue::from_static("timeout=5, max=100"));
            headers.insert(CONNECTION, HeaderValue::from_static("Keep-Alive"));
        }
        if chunked {
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
    }
}

/// The statuses after which Apache closes the client's connection, whoever made them (apache-facts §5).
const CLOSING: [u16; 8] = [400, 408, 411, 413, 414, 500, 501, 503];

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

    #[test]
    fn the_origin_has_the_port_of_the_client_or_of_the_server() {
        for (host, origin) in [
            ("Front.test:9000", "http://front.test:9000"),
            ("plain.test", "http://plain.test:8000"),
            ("plain.test:80", "http://plain.test"),
            ("[::1]:9000", "http://[::1]:9000"),
        ] {
            assert_eq!(Front::for_test(host).origin(), origin);
        }
    }
}
