//! What a request must be before it may be forwarded: unambiguous (RFC 9112 §3, §6; apache-facts §10).

use hyper::{
    Method, Request, Response, Version,
    header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue},
    http::request,
};

use crate::proxy::{
    Message, error::Error, http1::url::split_port, mod_proxy::headers, mod_proxy_http::body::Body,
};

const MAX_FORWARDS: HeaderName = HeaderName::from_static("max-forwards");

/// Refuses a request that two servers could read in two ways.
///
/// # Errors
/// 400 for a missing, repeated or malformed `Host` or a target that is no path; 417 for an unknown expectation. What
/// shows in the bytes alone, `raw_head` has refused already.
pub(crate) fn check<B>(request: &Request<B>) -> Result<(), Error> {
    check_host(request)?;
    check_target(request)?;
    let mut asked = request.headers().get_all(EXPECT).iter();
    match (asked.next(), asked.next()) {
        (None, _) => Ok(()),
        (Some(one), None) if one.as_bytes().eq_ignore_ascii_case(b"100-continue") => Ok(()),
        (Some(one), more) => {
            let asked = more.unwrap_or(one).as_bytes();
            Err(Error::Expectation(String::from_utf8_lossy(asked).into_owned()))
        }
    }
}

/// RFC 9112 §3.2: HTTP/1.1 has exactly one `Host`, and it is a host.
fn check_host<B>(request: &Request<B>) -> Result<(), Error> {
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(_), Some(_)) => Err(Error::BadRequest("more than one Host")),
        (Some(host), None) if is_host(host.as_bytes()) => Ok(()),
        (Some(host), None) if host.is_empty() && request.version() < Version::HTTP_11 => Ok(()),
        (Some(_), None) => Err(Error::BadRequest("the Host header is not the name of a host")),
        (None, _) if request.version() >= Version::HTTP_11 => Err(Error::BadRequest("no Host")),
        (None, _) => Ok(()),
    }
}

/// RFC 9112 §3.2: a path, a whole `http` URL, or `*`; CONNECT is not for a reverse proxy.
fn check_target<B>(request: &Request<B>) -> Result<(), Error> {
    let uri = request.uri();
    if request.method() == Method::CONNECT {
        return Err(Error::BadRequest("CONNECT asks for a tunnel"));
    }
    if let Some(authority) = uri.authority() {
        let http = uri.scheme_str().is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        if !http || !is_host(authority.as_str().as_bytes()) {
            return Err(Error::BadRequest("the target is no http URL"));
        }
    }
    Ok(())
}

/// Whether this is `name`, `name:port`, an IPv4 address or `[IPv6]` (RFC 3986 §3.2.2), without user info.
fn is_host(host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let (name, port) = split_port(host);
    let valid_name = match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => is_name(name.strip_suffix('.').unwrap_or(name).as_bytes()),
    };
    let valid_port =
        port.is_none_or(|port| !port.starts_with('+') && port.parse::<u16>().is_ok_and(|port| port > 0));
    valid_name && valid_port
}

/// Whether these are labels with a dot between two of them.
fn is_name(name: &[u8]) -> bool {
    let mut before = b'.';
    name.iter().all(|b| {
        let after = std::mem::replace(&mut before, *b);
        b.is_ascii_alphanumeric() || *b == b'-' || *b == b'_' || *b == b'.' && after != b'.'
    }) && before != b'.'
}

/// The proxy's own answer to `OPTIONS *`, and to `OPTIONS` and `TRACE` that may go no further (RFC 9110 §9.3.7, §9.3.8).
pub(crate) fn answer_here<B>(request: &Request<B>) -> Option<Response<Body>> {
    if !matches!(*request.method(), Method::OPTIONS | Method::TRACE) {
        return None;
    }
    let star = request.uri().path() == "*";
    let mut left = request.headers().get_all(MAX_FORWARDS).iter();
    let last = left.next().is_some_and(|left| left == "0") && left.next().is_none();
    if !star && !last {
        return None;
    }
    let mut response = Response::new(Body::Empty);
    headers::end_to_end_response(response.headers_mut());
    match *request.method() {
        Method::OPTIONS => {
            if last {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("TRACE"));
            }
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Method::TRACE if last => {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("message/http"));
            let heard = format!("{}\n", Message::of(request)).replace('\n', "\r\n");
            *response.body_mut() = Body::Full(heard.into());
        }
        _ => return None,
    }
    Some(response)
}

/// The head of a request that may be sent a second time when nobody knows whether the first one was read: GET and HEAD
/// ask for nothing to be done (RFC 9110 §9.2.1, §9.2.2).
pub(crate) fn repeatable(head: &request::Parts, body: &Body) -> Option<Box<request::Parts>> {
    let safe = matches!(head.method, Method::GET | Method::HEAD) && matches!(body, Body::Empty);
    safe.then(|| Box::new(head.clone()))
}

/// Counts `Max-Forwards` down by one (RFC 9110 §7.6.2; Apache does so for every method).
///
/// # Errors
/// 400 at zero, where the request went round in a loop, and for what is no number.
pub(crate) fn count_down_max_forwards(headers: &mut HeaderMap) -> Result<(), Error> {
    let mut values = headers.get_all(MAX_FORWARDS).iter();
    let Some(value) = values.next() else { return Ok(()) };
    let number = value.to_str().ok().and_then(|text| text.trim().parse::<u64>().ok());
    match number.filter(|_| values.next().is_none()) {
        Some(0) => Err(Error::MaxForwards("Max-Forwards has reached zero - proxy loop?")),
        Some(left) => {
            headers.insert(MAX_FORWARDS, HeaderValue::from(left - 1));
            Ok(())
        }
        None => Err(Error::MaxForwards("Max-Forwards request header could not be parsed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(target: &str, headers: &[(&str, &str)]) -> Result<(), u16> {
        let mut request = Request::builder().uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap()).map_err(|error| error.status().as_u16())
    }

    #[test]
    fn one_host_that_is_a_host() {
        for host in ["a", "a.b", "127.0.0.1:8000", "[::1]", "[::1]:8000", "A-b_c", "a."] {
            assert_eq!(checked("/", &[("Host", host)]), Ok(()), "{host}");
        }
        for host in [
            "", "a b", "a,b", "a/b", "u@a", "a:b", "a:+80", "a:99999", "a:0", "a:", "a..b", ".", "a~b",
            "[::1", "[x]", "é",
        ] {
            assert_eq!(checked("/", &[("Host", host)]), Err(400), "{host}");
        }
        assert_eq!(checked("/", &[]), Err(400));
        assert_eq!(checked("/", &[("Host", "a"), ("Host", "a")]), Err(400));
    }

    #[test]
    fn only_one_expectation() {
        assert_eq!(checked("/", &[("Host", "a"), ("Expect", "100-Continue")]), Ok(()));
        assert_eq!(checked("/", &[("Host", "a"), ("Expect", "foo")]), Err(417));
        assert_eq!(checked("/", &[("Host", "a"), ("Expect", "100-continue"), ("Expect", "foo")]), Err(417));
    }

    #[test]
    fn targets() {
        assert_eq!(checked("http://other.test/x", &[("Host", "a")]), Ok(()));
        assert_eq!(checked("ftp://other.test/x", &[("Host", "a")]), Err(400));
        assert_eq!(checked("http://u@other.test/x", &[("Host", "a")]), Err(400));
    }

    #[test]
    fn max_forwards_ends_loops() {
        let count = |value: &str| {
            let mut headers = HeaderMap::from_iter([(MAX_FORWARDS, value.parse().unwrap())]);
            count_down_max_forwards(&mut headers).map(|()| headers[MAX_FORWARDS].clone())
        };
        let mut twice = HeaderMap::new();
        (0..2).for_each(|_| _ = twice.append(MAX_FORWARDS, HeaderValue::from_static("5")));
        assert!(count_down_max_forwards(&mut twice).is_err());
        assert_eq!(count("5").unwrap(), "4");
        assert!(matches!(count("0"), Err(Error::MaxForwards(_))));
        assert!(count("x").is_err());
    }
}
