//! Headers on their way through: what is dropped, added and put in order (apache-facts §4, §5).

#[cfg(test)]
mod tests;

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
