//! Headers on their way through: what is dropped, added and put in order (apache-facts §4, §5).

use std::{collections::BTreeSet, net::IpAddr};

use crate::proxy::{
    core::{
        front::Front,
        signature::{PRODUCT, today},
    },
    http1::{
        head::Head,
        name::{
            CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HOST, KEEP_ALIVE, Name, PROXY_AUTHENTICATE,
            PROXY_CONNECTION, SERVER, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, VARY,
            X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_SERVER,
        },
        request_head::Framing,
    },
};

// ANCHOR: hop_by_hop
/// The headers that are about one connection only (RFC 9110 §7.6.1), as are those that `Connection` names.
const HOP_BY_HOP: [Name<'_>; 7] =
    [TRANSFER_ENCODING, CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TE, TRAILER, UPGRADE];
// ANCHOR_END: hop_by_hop

/// Removes what is about one connection only, and what `Connection` names.
fn remove_hop_by_hop(head: &mut Head, usual_names: &[Name<'_>]) {
    // Nearly always it names no others.
    if head.connection().others {
        // A request without its Host would be another's.
        let host = HOST.as_str().as_bytes();
        let named = head.list(CONNECTION).filter(|word| !word.eq_ignore_ascii_case(host));
        // In order, for there may be as many names as fields.
        let mut named: Vec<_> = named.map(<[u8]>::to_ascii_lowercase).collect();
        named.sort_unstable();
        head.remove_called(&named);
    }
    head.remove_all(usual_names);
}

/// What is end to end in a request: `Host` first; its length is written anew, with the body.
///
/// Nothing about one connection only remains, nor what `Connection` names (RFC 9110 §7.6.1).
pub(crate) fn end_to_end_request(head: &mut Head) {
    remove_hop_by_hop(head, &HOP_BY_HOP);
    head.remove(CONTENT_LENGTH);
    head.merge_repeated();
    if !head.move_to(HOST, 0) {
        head.set(HOST, b"");
        head.move_to(HOST, 0);
    }
    head.respell(HOST);
}

/// What is end to end in a response: `Date` and `Server` first, `Set-Cookie` last, no challenge of a proxy.
///
/// With a transfer coding a `Content-Length` says nothing (RFC 9112 §6.3), so it goes too.
///
/// To HEAD it is said how a body would be coded, and its length is passed on as it is.
pub(crate) fn end_to_end_response(head: &mut Head, to_head: bool) {
    let coded = head.has(TRANSFER_ENCODING);
    remove_hop_by_hop(head, if to_head { &HOP_BY_HOP[1..] } else { &HOP_BY_HOP });
    head.remove(PROXY_AUTHENTICATE);
    if coded {
        head.remove(CONTENT_LENGTH);
    }
    put_first(head, DATE, 0, |head| today(|date| head.add(DATE, date)));
    put_first(head, SERVER, 1, |head| head.add(SERVER, PRODUCT.as_bytes()));
    // Two of them are for nobody to choose from; Apache keeps the one that came first.
    head.keep_first(CONTENT_TYPE);
    head.keep_first(CONTENT_LENGTH);
    if !to_head {
        head.rewrite(CONTENT_LENGTH, |length, new| {
            let zeros = length
                .iter()
                .take(length.len().saturating_sub(1))
                .take_while(|digit| **digit == b'0')
                .count();
            if zeros > 0 {
                new.extend(&length[zeros..]);
            }
            zeros > 0
        });
    }
    join_vary(head);
    head.move_last(SET_COOKIE);
}

/// Each name in `Vary` once, in the first of its fields, with commas alone between them, as Apache has them.
fn join_vary(head: &mut Head) {
    if !head.has(VARY) {
        return;
    }
    let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
    let separates = |b: &u8| *b == b',' || b.is_ascii_whitespace();
    for name in head.all(VARY).flat_map(|value| value.split(separates)) {
        if !name.is_empty() && seen.insert(name.to_ascii_lowercase()) {
            names.push(name);
        }
    }
    let joined = names.join(&b","[..]);
    if !joined.is_empty() {
        head.set(VARY, &joined);
    }
}

/// What is end to end in an interim answer, which has no body.
pub(crate) fn end_to_end_interim(head: &mut Head) {
    head.remove(CONTENT_LENGTH);
    remove_hop_by_hop(head, &HOP_BY_HOP);
}

/// Moves the header to this place, alone of its name; one that is missing is made.
fn put_first(head: &mut Head, name: Name<'_>, place: usize, make: impl FnOnce(&mut Head)) {
    head.keep_first(name);
    if !head.move_to(name, place) {
        make(head);
        head.move_to(name, place);
    }
    head.respell(name);
}

// ANCHOR: add_forwarded
/// Tells the backend who asked: `X-Forwarded-For`, `-Host` and `-Server`, added to what is there already.
pub(crate) fn add_forwarded(head: &mut Head, client: &str, front: &Front<'_>, server_name: &str) {
    head.extend(X_FORWARDED_FOR, client.as_bytes());
    if front.is_named() {
        head.extend(X_FORWARDED_HOST, front.host());
    }
    head.extend(X_FORWARDED_SERVER, server_name.as_bytes());
}
// ANCHOR_END: add_forwarded

/// The address of a client as `X-Forwarded-For` has it.
pub(crate) fn address(client: IpAddr) -> String {
    client.to_canonical().to_string()
}

/// Writes how the request's body is framed, and whether the connection to the backend is to stay.
pub(crate) fn frame_request(head: &mut Head, framing: Framing, keep: bool) {
    match framing {
        Framing::None => {}
        Framing::Length(length) => head.set_to(CONTENT_LENGTH, format_args!("{length}")),
        Framing::Chunked => head.set(TRANSFER_ENCODING, b"chunked"),
    }
    head.set(CONNECTION, if keep { b"Keep-Alive" } else { b"close" });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(fields: &[(&str, &str)]) -> Head {
        let mut head = Head::default();
        fields.iter().for_each(|(name, value)| head.add(Name::new(name), value.as_bytes()));
        head
    }

    fn lines(head: &Head) -> Vec<String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        head.fields().map(|(name, value)| format!("{}: {}", text(name), text(value))).collect()
    }

    #[test]
    fn a_request_keeps_its_order_without_what_is_hop_by_hop() {
        let mut head = head(&[
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
            ("Cookie", "c=d"),
        ]);
        end_to_end_request(&mut head);
        assert_eq!(
            lines(&head),
            ["Host: front", "x-a: 1", "cookie: a=b, c=d", "proxy-authorization: p", "x-empty: "]
        );
    }

    #[test]
    fn connection_cannot_remove_the_host() {
        let mut head = head(&[("host", "front"), ("connection", "HOST")]);
        end_to_end_request(&mut head);
        assert_eq!(lines(&head), ["Host: front"]);
    }

    #[test]
    fn a_response_begins_with_date_and_server_and_ends_with_cookies() {
        let mut head = head(&[
            ("set-cookie", "a=b"),
            ("x-a", "1"),
            ("server", "be"),
            ("transfer-encoding", "chunked"),
            ("content-length", "9"),
            ("proxy-authenticate", "Basic"),
            ("www-authenticate", "Basic"),
            ("date", "d"),
            ("Set-Cookie", "c=d"),
        ]);
        end_to_end_response(&mut head, false);
        assert_eq!(
            lines(&head),
            [
                "Date: d",
                "Server: be",
                "x-a: 1",
                "www-authenticate: Basic",
                "set-cookie: a=b",
                "Set-Cookie: c=d"
            ]
        );
    }

    #[test]
    fn date_and_server_are_ours_where_the_backend_has_none() {
        let mut head = head(&[("x-a", "1")]);
        end_to_end_response(&mut head, false);
        assert!(head.has(DATE));
        assert_eq!(head.text(SERVER), Some(PRODUCT));
    }

    #[test]
    fn forwarded_headers_are_added_to_those_of_the_client() {
        let mut head = head(&[("x-forwarded-for", "1.2.3.4"), ("x-a", "1")]);
        let client = address([127, 0, 0, 1].into());
        add_forwarded(&mut head, &client, &Front::for_test("front.test:8000"), "localhost");
        assert_eq!(
            lines(&head),
            [
                "x-forwarded-for: 1.2.3.4, 127.0.0.1",
                "x-a: 1",
                "X-Forwarded-Host: front.test:8000",
                "X-Forwarded-Server: localhost"
            ]
        );
    }

    /// What a backend may send at most of each: nothing takes the square of it.
    #[test]
    fn many_fields_cost_no_more_than_their_length() {
        let start = std::time::Instant::now();
        let mut head = Head::default();
        let vary: Vec<_> = (0..80_000).map(|n| format!("{n:x}")).collect();
        head.add(VARY, vary.join(",").as_bytes());
        head.add(CONNECTION, vary.join(",").as_bytes());
        (0..40_000).for_each(|n| head.add(SET_COOKIE, format!("{n}").as_bytes()));
        (0..40_000).for_each(|n| head.add(Name::new(&format!("{n:X}")), b""));
        end_to_end_response(&mut head, false);
        assert_eq!(lines(&head).len(), 40_003);
        assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
