//! A GET or HEAD whose backend closed a connection that was used before, without a byte of an answer, is sent once more on
//! a new one (RFC 9110 §9.2.2); nothing else is.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::wire::{Backend, Client, HELLO, Message, proxy};

/// A backend that answers one request on each connection, and closes, or resets, when it has heard the next: so often.
fn tired(times: usize, reset: bool) -> Backend {
    let left = AtomicUsize::new(times);
    Backend::scripted(move |talk| {
        while talk.hear().is_some() {
            talk.say(HELLO);
            if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                talk.hear();
                if reset {
                    talk.reset();
                }
                return;
            }
        }
    })
}

/// What the backend heard of two requests on one connection, and what became of the second; 0 is no answer.
fn second(backend: &Backend, request: &str) -> (Vec<Message>, u16) {
    let server = proxy(format!("ProxyPass / http://{}/", backend.address));
    let mut client = Client::saying(&server, "GET / HTTP/1.1\r\nHost: f\r\n\r\n");
    assert_eq!(client.answer().status(), 200);
    client.say(request);
    let line = client.head_or_end();
    (backend.heard(), line.get(9..12).map_or(0, |status| status.parse().unwrap()))
}

#[test]
fn what_asks_for_nothing_to_be_done_is_asked_once_more() {
    for (request, answered, heard) in [
        ("GET /2 HTTP/1.1\r\nHost: f\r\n\r\n", 200, 3),
        ("HEAD /2 HTTP/1.1\r\nHost: f\r\n\r\n", 200, 3),
        // The client asks again.
        ("POST /2 HTTP/1.1\r\nHost: f\r\nContent-Length: 2\r\n\r\nab", 0, 2),
        ("DELETE /2 HTTP/1.1\r\nHost: f\r\n\r\n", 0, 2),
        ("GET /2 HTTP/1.1\r\nHost: f\r\nContent-Length: 2\r\n\r\nab", 0, 2),
    ] {
        for reset in [false, true] {
            let (requests, status) = second(&tired(1, reset), request);
            assert_eq!((status, requests.len()), (answered, heard), "{request}");
            assert!(
                requests[1..].iter().all(|again| again.head == requests[1].head),
                "the same: {requests:?}"
            );
        }
    }
}

#[test]
fn a_new_connection_that_closes_is_the_backend_s_answer() {
    let backend = Backend::scripted(|talk| _ = talk.hear());
    let server = proxy(format!("ProxyPass / http://{}/", backend.address));
    let mut client = Client::saying(&server, "GET / HTTP/1.1\r\nHost: f\r\n\r\n");
    assert_eq!((client.answer().status(), backend.heard().len()), (502, 1));
}
