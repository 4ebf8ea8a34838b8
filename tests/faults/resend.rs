//! A GET or HEAD whose reused link closed before a byte of the answer is sent once more (RFC 9110 §9.2.2, 9112 §9.3.1).

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::wire::{Backend, Client, HELLO, ask, get, proxy};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";

/// A backend that answers the first request of each connection, and says only this to the second before it closes.
fn closing(says: &'static str, reset: bool) -> Backend {
    Backend::scripted(move |talk| {
        talk.hear();
        talk.say(HELLO);
        talk.hear();
        talk.say(says);
        if reset {
            talk.reset();
        }
    })
}

#[test]
fn what_asks_for_nothing_to_be_done_is_sent_once_more() {
    for (request, reset) in [
        (GET, false),
        (GET, true),
        ("HEAD / HTTP/1.1\r\nHost: f\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nHost: f\r\nX: 1\r\n\r\n", false),
    ] {
        let backend = closing("", reset);
        let server = proxy(format!("ProxyPass / http://{}/", backend.address));
        let mut client = Client::to(&server);
        client.say(GET);
        client.answer();
        client.say(request);
        let answer = if request.starts_with("HEAD") { client.head() } else { client.answer() };
        assert_eq!(answer.status(), 200, "{request}");
        let heard = backend.heard();
        assert_eq!((heard.len(), backend.connections()), (3, 2), "{request}");
        assert_eq!(heard[1].head, heard[2].head, "the same request");
    }
}

/// The backend may have done what it says; as Apache, the second request of a connection is closed without an answer.
#[test]
fn what_does_something_is_not() {
    for request in [
        "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 2\r\n\r\nab",
        "DELETE / HTTP/1.1\r\nHost: f\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: f\r\nContent-Length: 2\r\n\r\nab",
    ] {
        let backend = closing("", false);
        let server = proxy(format!("ProxyPass / http://{}/", backend.address));
        assert_eq!(get(&server, "/").status(), 200);
        let mut client = Client::saying(&server, request);
        // On the link of the one before, if it could be trusted; on a new one it is answered.
        let line = client.head_or_end();
        let expected = if backend.connections() == 1 { "HTTP/1.1 502 " } else { "HTTP/1.1 200 " };
        assert!(line.starts_with(expected), "{request} {line}");
        assert_eq!(backend.heard().len(), 2, "{request}");
    }
}

/// Half an answer is an answer.
#[test]
fn what_was_answered_in_part_is_not() {
    let backend = closing("HTTP", false);
    let server = proxy(format!("ProxyPass / http://{}/", backend.address));
    // On any core: until one of them takes a link that was used before.
    let statuses: Vec<_> = (0..16).map(|_| get(&server, "/").status()).collect();
    assert!(statuses.contains(&502), "{statuses:?}");
    assert_eq!(backend.heard().len(), 16);
}

/// A new link that closes is no accident of timing: the backend does not want to answer.
#[test]
fn what_a_new_link_did_not_answer_is_not() {
    for reset in [false, true] {
        let asked = AtomicUsize::new(0);
        let backend = Backend::scripted(move |talk| {
            talk.hear();
            if asked.fetch_add(1, Ordering::SeqCst) > 0 {
                talk.say(HELLO);
            } else if reset {
                talk.reset();
            }
        });
        let server = proxy(format!("ProxyPass / http://{}/", backend.address));
        assert_eq!((ask(&server, GET).status(), backend.heard().len()), (502, 1));
    }
}

/// Once more is once: a backend that closes every time is at fault.
#[test]
fn it_is_sent_no_third_time() {
    let backend = {
        let asked = AtomicUsize::new(0);
        Backend::scripted(move |talk| {
            while talk.hear().is_some() {
                if asked.fetch_add(1, Ordering::SeqCst) > 0 {
                    return;
                }
                talk.say(HELLO);
            }
        })
    };
    let server = proxy(format!("ProxyPass / http://{}/", backend.address));
    let mut client = Client::saying(&server, GET);
    client.answer();
    client.say(GET);
    // The second of a connection: Apache closes without an answer, so that the client may ask again.
    let line = client.head_or_end();
    assert!(line.is_empty() || line.starts_with("HTTP/1.1 502 "), "{line}");
    assert_eq!(backend.heard().len(), 3);
}
