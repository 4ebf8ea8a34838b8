//! What a request must be before it may be forwarded: unambiguous (RFC 9112 §3, §6; apache-facts §10).

use crate::proxy::{
    Message,
    core::error_page::Page,
    error::Error,
    http1::{
        head::Head,
        name::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, MAX_FORWARDS},
        request_target::RequestTarget,
        url::split_port,
    },
};

/// Refuses a request that two servers could read in two ways.
///
/// # Errors
/// 400 for a missing, repeated or malformed `Host` or a target that is no path; 417 for an unknown expectation. What
/// shows in the bytes alone was refused when the head was read.
pub(crate) fn check(asked: &Head, target: &RequestTarget<'_>) -> Result<(), Error> {
    check_host(asked)?;
    check_target(asked, target)?;
    let mut expected = asked.all(EXPECT);
    match (expected.next(), expected.next()) {
        (None, _) => Ok(()),
        (Some(one), None) if one.eq_ignore_ascii_case(b"100-continue") => Ok(()),
        (Some(one), more) => {
            Err(Error::Expectation(String::from_utf8_lossy(more.unwrap_or(one)).into_owned()))
        }
    }
}

/// RFC 9112 §3.2: HTTP/1.1 has exactly one `Host`, and it is a host.
fn check_host(asked: &Head) -> Result<(), Error> {
    let mut hosts = asked.all(HOST);
    match (hosts.next(), hosts.next()) {
        (Some(_), Some(_)) => Err(Error::BadRequest("more than one Host")),
        (Some(host), None) if is_host(host) => Ok(()),
        (Some([]), None) if asked.is_old() => Ok(()),
        (Some(_), None) => Err(Error::BadRequest("the Host header is not the name of a host")),
        (None, _) if !asked.is_old() => Err(Error::BadRequest("no Host")),
        (None, _) => Ok(()),
    }
}

/// RFC 9112 §3.2: a path, a whole `http` or `https` URL, or `*`; CONNECT is not for a reverse proxy.
fn check_target(asked: &Head, target: &RequestTarget<'_>) -> Result<(), Error> {
    if asked.method() == b"CONNECT" {
        return Err(Error::BadRequest("CONNECT asks for a tunnel"));
    }
    let web = |scheme: &str| ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    match (target.scheme, target.authority) {
        (None, _) => Ok(()),
        (Some(scheme), Some(authority)) if web(scheme) && is_host(authority.as_bytes()) => Ok(()),
        _ => Err(Error::BadRequest("the target is no http URL")),
    }
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
pub(crate) fn answer_here(asked: &Head, target: &RequestTarget<'_>) -> Option<Page> {
    let (options, trace) = (asked.method() == b"OPTIONS", asked.method() == b"TRACE");
    if !options && !trace {
        return None;
    }
    let mut left = asked.all(MAX_FORWARDS);
    let last = left.next() == Some(b"0") && left.next().is_none();
    if options && (last || target.path == "*") {
        let mut page = Page::new(200, "OK");
        if last {
            page.head.set(ALLOW, b"TRACE");
        }
        page.head.set(CONTENT_LENGTH, b"0");
        Some(page)
    } else if trace && last {
        let mut page = Page::new(200, "OK");
        page.head.set(CONTENT_TYPE, b"message/http");
        page.body = Some(format!("{}\n", Message::of(asked)).replace('\n', "\r\n"));
        Some(page)
    } else {
        None
    }
}

/// Whether a request may be sent a second time when nobody knows whether the first one was read: GET and HEAD ask for
/// nothing to be done (RFC 9110 §9.2.1, §9.2.2).
pub(crate) fn is_safe(asked: &Head) -> bool {
    matches!(asked.method(), b"GET" | b"HEAD")
}

/// Counts `Max-Forwards` down by one (RFC 9110 §7.6.2; Apache does so for every method).
///
/// # Errors
/// 400 at zero, where the request went round in a loop, and for what is no number.
pub(crate) fn count_down_max_forwards(head: &mut Head) -> Result<(), Error> {
    let mut values = head.all(MAX_FORWARDS);
    let Some(value) = values.next() else { return Ok(()) };
    let number = std::str::from_utf8(value).ok().and_then(|text| text.parse::<u64>().ok());
    match number.filter(|_| values.next().is_none()) {
        Some(0) => return Err(Error::MaxForwards("Max-Forwards has reached zero - proxy loop?")),
        None => return Err(Error::MaxForwards("Max-Forwards request header could not be parsed")),
        Some(left) => {
            drop(values);
            head.set_to(MAX_FORWARDS, format_args!("{}", left - 1));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::http1::name::Name;

    fn checked(target: &str, headers: &[(&str, &str)]) -> Result<(), u16> {
        let mut head = Head::default();
        for (name, value) in headers {
            head.add(Name::new(name), value.as_bytes());
        }
        check(&head, &RequestTarget::of(target)).map_err(|error| error.status())
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
        assert_eq!(checked("https://other.test/x", &[("Host", "a")]), Ok(()));
        assert_eq!(checked("ftp://other.test/x", &[("Host", "a")]), Err(400));
        assert_eq!(checked("http://u@other.test/x", &[("Host", "a")]), Err(400));
    }

    #[test]
    fn max_forwards_ends_loops() {
        let count = |values: &[&str]| {
            let mut head = Head::default();
            values.iter().for_each(|value| head.add(MAX_FORWARDS, value.as_bytes()));
            count_down_max_forwards(&mut head).map(|()| head.text(MAX_FORWARDS).map(str::to_owned))
        };
        assert!(count(&["5", "5"]).is_err());
        assert_eq!(count(&["5"]).unwrap().as_deref(), Some("4"));
        assert!(matches!(count(&["0"]), Err(Error::MaxForwards(_))));
        assert!(count(&["x"]).is_err());
    }
}
