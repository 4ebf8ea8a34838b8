//! Backends that fail, and what the client then gets (apache-facts §9).

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread::sleep,
    time::Duration,
};

use crate::wire::{Backend, Client, HELLO, Reserved, Talk, ask, get, proxy, proxy_to};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";

/// The start of what a client gets whose first request meets this backend.
fn first(script: impl Fn(&mut Talk) + Send + Sync + 'static) -> String {
    let backend = Backend::scripted(move |talk| {
        talk.hear();
        script(talk);
    });
    let server = proxy(format!("ProxyPass / http://{}/ timeout=200ms", backend.address));
    ask(&server, GET).head.lines().next().unwrap().to_owned()
}

#[test]
fn a_backend_that_gives_no_answer_is_a_502() {
    assert_eq!(first(|_| {}), "HTTP/1.1 502 Proxy Error");
    assert_eq!(first(Talk::reset), "HTTP/1.1 502 Proxy Error");
    assert_eq!(first(|talk| talk.say("HTTP/1.1 2")), "HTTP/1.1 502 Proxy Error");
    assert_eq!(first(|_| sleep(Duration::from_secs(1))), "HTTP/1.1 502 Proxy Error");
}

/// Apache takes these for HTTP/0.9 and answers 200 with them as the body; a reader is better served by an error.
#[test]
fn garbage_is_a_502() {
    for says in [
        "this is not http\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 99 OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
    ] {
        assert_eq!(first(move |talk| talk.say(says)), "HTTP/1.1 502 Proxy Error", "{says}");
    }
}

#[test]
fn a_bad_header_is_a_502_without_a_reason() {
    for line in
        ["no colon", "X: a\0b", "Content-Length: 1x", "Content-Length: 2\r\nContent-Length: 3", "X Bad: a"]
    {
        let head = first(move |talk| talk.say(format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\nok")));
        assert_eq!(head, "HTTP/1.1 502 Bad Gateway", "{line}");
    }
}

#[test]
fn what_came_of_a_body_reaches_the_client_and_then_the_connection_breaks() {
    for (framing, sent, end) in [
        ("Content-Length: 10", "hello", "hello"),
        ("Transfer-Encoding: chunked", "5\r\nhello\r\n", "5\r\nhello\r\n"),
        ("Transfer-Encoding: chunked", "5\r\nhello\r\nzz\r\n", "5\r\nhello\r\n"),
    ] {
        // All at once: nothing may be lost on the way though the end is known from the start.
        for _ in 0..20 {
            let backend = Backend::scripted(move |talk| {
                talk.hear();
                talk.say(format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n{sent}"));
            });
            let server = proxy_to(&backend);
            let rest = Client::saying(&server, GET).rest();
            let rest = String::from_utf8(rest).unwrap();
            assert!(rest.starts_with("HTTP/1.1 200 OK\r\n"), "{rest}");
            assert_eq!(rest.split_once("\r\n\r\n").unwrap().1, end);
        }
    }
}

#[test]
fn a_backend_that_stops_in_the_middle_is_not_waited_for_forever() {
    let backend = Backend::scripted(|talk| {
        talk.hear();
        talk.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        talk.hear();
    });
    let server = proxy(format!("ProxyPass / http://{}/ timeout=200ms", backend.address));
    let rest = Client::saying(&server, GET).rest();
    assert!(rest.ends_with(b"hello"));
}

#[test]
fn a_slow_body_that_keeps_coming_is_not_late() {
    let backend = Backend::scripted(|talk| {
        talk.hear();
        talk.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        for _ in 0..10 {
            sleep(Duration::from_millis(100));
            talk.say("x");
        }
    });
    let server = proxy(format!("ProxyPass / http://{}/ timeout=400ms", backend.address));
    assert_eq!(ask(&server, GET).body, b"xxxxxxxxxx");
}

#[test]
fn a_dead_backend_is_tried_by_every_request() {
    let dead = Reserved::new();
    let server = proxy(format!("ProxyPass / http://{}/", dead.address));
    for _ in 0..3 {
        assert_eq!(get(&server, "/").status(), 503);
    }
    let backend = dead.start(|talk| {
        talk.hear();
        talk.say(HELLO);
    });
    assert_eq!(get(&server, "/").status(), 200);
    assert_eq!(backend.connections(), 1);
}

/// A backend that answers its first request well, on whatever connection the next one comes.
fn failing_later(failure: fn(&mut Talk)) -> Backend {
    let answered = AtomicBool::new(false);
    Backend::scripted(move |talk| {
        while talk.hear().is_some() {
            if answered.swap(true, Ordering::SeqCst) {
                return failure(talk);
            }
            talk.say(HELLO);
        }
    })
}

#[test]
fn what_begins_with_no_chunk_is_a_502() {
    let head = first(|talk| talk.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
    assert_eq!(head, "HTTP/1.1 502 Bad Gateway");
}

/// On a later request Apache closes without a word: to the client it is a connection that was idle for too long. A GET is
/// asked once more before that.
#[test]
fn a_backend_that_closes_on_a_later_request_closes_the_client_too() {
    let failures: [fn(&mut Talk); 3] = [|_| {}, Talk::reset, |talk| talk.say("HTTP/1.1 2")];
    let post = "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 2\r\n\r\nab";
    for (failure, request, heard) in [
        (failures[0], post, 2),
        (failures[1], post, 2),
        (failures[2], post, 2),
        (failures[0], GET, 3),
        (failures[2], GET, 2),
    ] {
        let backend = failing_later(failure);
        let server = proxy_to(&backend);
        let mut client = Client::saying(&server, GET);
        assert_eq!(client.answer().status(), 200);
        client.say(request);
        assert!(client.is_closed());
        assert_eq!(backend.heard().len(), heard);
    }
}

#[test]
fn a_late_or_malformed_answer_to_a_later_request_is_still_a_502() {
    type Failure = fn(&mut Talk);
    let failures: [(Failure, &str); 2] = [
        (|_| sleep(Duration::from_secs(1)), "HTTP/1.1 502 Proxy Error\r\n"),
        (|talk| talk.say("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), "HTTP/1.1 502 Bad Gateway\r\n"),
    ];
    for (failure, line) in failures {
        let backend = failing_later(failure);
        let server = proxy(format!("ProxyPass / http://{}/ timeout=200ms", backend.address));
        let mut client = Client::saying(&server, GET);
        client.answer();
        client.say(GET);
        assert_eq!(client.head_or_end(), line);
    }
}
