//! `--resend`: a GET or HEAD whose backend closed without an answer is sent once more (RFC 9110 §9.2.2).

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::wire::{Backend, HELLO, ask, get, proxy};

/// A backend that closes, or resets, instead of giving its first so many answers.
fn closing(times: usize, reset: bool) -> Backend {
    let heard = AtomicUsize::new(0);
    Backend::scripted(move |talk| {
        while talk.hear().is_some() {
            if heard.fetch_add(1, Ordering::SeqCst) < times {
                if reset {
                    talk.reset();
                }
                return;
            }
            talk.say(HELLO);
        }
    })
}

#[test]
fn what_asks_for_nothing_to_be_done_is_asked_once_more() {
    for (request, times, status, heard) in [
        ("GET / HTTP/1.1\r\nHost: f\r\n\r\n", 1, 200, 2),
        ("GET / HTTP/1.1\r\nHost: f\r\n\r\n", 2, 502, 2),
        ("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 2\r\n\r\nab", 1, 502, 1),
        ("DELETE / HTTP/1.1\r\nHost: f\r\n\r\n", 1, 502, 1),
        ("GET / HTTP/1.1\r\nHost: f\r\nContent-Length: 2\r\n\r\nab", 1, 502, 1),
    ] {
        for reset in [false, true] {
            let backend = closing(times, reset);
            let server = proxy(format!("ProxyPass / http://{}/", backend.address));
            server.resend(true);
            assert_eq!(ask(&server, request).status(), status, "{request}");
            let requests = backend.heard();
            assert_eq!(requests.len(), heard, "{request}");
            assert!(
                requests.iter().all(|again| again.head == requests[0].head),
                "the same request: {requests:?}"
            );
        }
    }
}

#[test]
fn another_member_is_asked_if_there_is_one() {
    let (dying, other) = (closing(usize::MAX, true), Backend::answering(HELLO));
    let server = proxy(format!(
        "<Proxy balancer://c>\nBalancerMember http://{}\nBalancerMember http://{}\n</Proxy>\nProxyPass / balancer://c/",
        dying.address, other.address
    ));
    server.resend(true);
    for _ in 0..6 {
        assert_eq!(get(&server, "/").status(), 200);
    }
    let host = |backend: &Backend| {
        backend.heard().iter().all(|r| r.header("host") == Some(&backend.address.to_string()))
    };
    assert!(host(&dying) && host(&other));
}

#[test]
fn it_is_off_unless_it_is_asked_for() {
    let backend = closing(1, false);
    let server = proxy(format!("ProxyPass / http://{}/", backend.address));
    assert_eq!((get(&server, "/").status(), backend.heard().len()), (502, 1));
}
