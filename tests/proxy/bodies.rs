//! Request bodies: their framing is made anew, and up to 16 KiB are read before a backend is asked (apache-facts §4).

use std::{sync::mpsc, time::Duration};

use crate::wire::{Backend, Client, HELLO, Message, ask, proxy, proxy_to};

/// What the backend received of this request.
fn seen(request: impl AsRef<[u8]>) -> Message {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let answer = ask(&server, request);
    assert_eq!(answer.status(), 200, "{}", answer.head);
    backend.only()
}

fn chunked(body: &str, chunk: usize) -> String {
    let chunks = body
        .as_bytes()
        .chunks(chunk)
        .map(|chunk| format!("{:x};extension=1\r\n{}\r\n", chunk.len(), str::from_utf8(chunk).unwrap()));
    format!(
        "POST / HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\nX-Trailer: t\r\n\r\n",
        chunks.collect::<String>()
    )
}

#[test]
fn the_length_stands_after_x_forwarded() {
    let heard = seen("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 5\r\nX: 1\r\n\r\nhello");
    let end = "X-Forwarded-Server: localhost\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n\r\n";
    assert!(heard.head.ends_with(end), "{}", heard.head);
    assert_eq!(heard.body, b"hello");
}

#[test]
fn no_body_and_an_empty_body_are_not_the_same() {
    assert_eq!(seen("POST / HTTP/1.1\r\nHost: f\r\n\r\n").header("content-length"), None);
    let empty = seen("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(empty.header("content-length"), Some("0"));
}

#[test]
fn a_get_may_have_a_body() {
    let heard = seen("GET / HTTP/1.1\r\nHost: f\r\nContent-Length: 3\r\n\r\nabc");
    assert_eq!((heard.header("content-length"), &*heard.body), (Some("3"), b"abc".as_slice()));
}

#[test]
fn a_small_chunked_body_gets_a_length() {
    for (size, chunk) in [(8, 3), (16303, 1000)] {
        let body = "x".repeat(size);
        let heard = seen(chunked(&body, chunk));
        assert_eq!(heard.header("content-length"), Some(&*size.to_string()));
        assert_eq!(heard.header("transfer-encoding"), None);
        assert_eq!(heard.body, body.as_bytes());
        assert!(!heard.head.contains("Trailer"), "{}", heard.head);
    }
}

#[test]
fn a_chunked_body_of_16_kib_stays_chunked() {
    for size in [16384, 100_000] {
        let body = "x".repeat(size);
        let heard = seen(chunked(&body, 5000));
        let end = "Transfer-Encoding: chunked\r\nConnection: Keep-Alive\r\n\r\n";
        assert!(heard.head.ends_with(end), "{}", heard.head);
        assert_eq!(heard.header("content-length"), None);
        assert_eq!(heard.body, body.as_bytes());
    }
}

#[test]
fn with_both_framings_chunked_wins_and_the_connection_closes() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: f\r\n\r\n";
    for (one, other) in [
        ("Content-Length: 3", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 3"),
    ] {
        let request = format!("POST / HTTP/1.1\r\nHost: f\r\n{one}\r\n{other}\r\n\r\n1\r\na\r\n0\r\n\r\n");
        let mut client = Client::saying(&server, request + smuggled);
        assert_eq!(client.answer().header("connection"), Some("close"));
        assert!(client.is_closed());
    }
    let heard = backend.heard();
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(
        heard.iter().all(|request| request.header("content-length") == Some("1") && request.body == b"a")
    );
}

#[test]
fn connection_cannot_take_the_length_away() {
    let heard = seen(
        "POST / HTTP/1.1\r\nHost: f\r\nConnection: close, Content-Length\r\nContent-Length: 3\r\n\r\nabc",
    );
    assert_eq!((heard.header("content-length"), &*heard.body), (Some("3"), b"abc".as_slice()));
}

#[test]
fn the_backend_is_not_asked_before_a_small_body_is_there() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let mut client =
        Client::saying(&server, "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 20\r\n\r\n0123456789");
    // Whole exchanges happen meanwhile, on this very backend.
    for _ in 0..20 {
        ask(&server, "GET / HTTP/1.1\r\nHost: f\r\n\r\n");
    }
    assert!(backend.heard().iter().all(|request| request.head.starts_with("GET")));
    client.say("0123456789");
    assert_eq!(client.answer().status(), 200);
    assert_eq!(backend.heard().last().unwrap().body.len(), 20);
}

#[test]
fn a_large_body_is_on_its_way_before_its_end_is_there() {
    let (arrived, arrival) = mpsc::channel();
    let backend = Backend::scripted(move |talk| {
        talk.hear_head();
        arrived.send(()).unwrap();
        std::io::copy(&mut std::io::Read::take(&mut talk.stream, 40_000), &mut std::io::sink()).unwrap();
        talk.say(HELLO);
    });
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 40000\r\n\r\n");
    client.say(vec![b'x'; 20_000]);
    arrival.recv_timeout(Duration::from_secs(10)).expect("the head, with half of the body");
    client.say(vec![b'x'; 20_000]);
    assert_eq!(client.answer().status(), 200);
}

#[test]
fn expect_is_passed_on_and_the_client_is_told_to_continue() {
    let backend = Backend::scripted(|talk| {
        talk.hear_head();
        talk.say("HTTP/1.1 100 Continue\r\n\r\n");
        std::io::Read::read_exact(&mut talk.stream, &mut [0; 5]).unwrap();
        talk.say(HELLO);
    });
    let server = proxy_to(&backend);
    let mut client = Client::saying(
        &server,
        "POST / HTTP/1.1\r\nHost: f\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    );
    assert!(client.head().head.starts_with("HTTP/1.1 100 Continue\r\n"));
    client.say("hello");
    assert_eq!(client.answer().status(), 200);
    assert_eq!(backend.only().header("expect"), Some("100-continue"));
}

#[test]
fn an_answer_may_come_before_the_upload_ends() {
    let backend = Backend::scripted(|talk| {
        talk.hear_head();
        talk.say("HTTP/1.1 413 Enough\r\nContent-Length: 2\r\n\r\nno");
        talk.hear();
    });
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 9999999\r\n\r\n");
    client.say(vec![b'x'; 20_000]);
    let answer = client.answer();
    assert_eq!((answer.status(), &*answer.body), (413, b"no".as_slice()));
}

/// `timeout=` is about a backend that says nothing, not about a client that takes its time.
#[test]
fn a_slow_upload_is_not_a_late_answer() {
    let backend = Backend::answering(HELLO);
    let server = proxy(format!("ProxyPass / http://{}/ timeout=400ms", backend.address));
    let mut client = Client::saying(&server, "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 26384\r\n\r\n");
    client.say(vec![b'x'; 16_384]);
    for _ in 0..10 {
        std::thread::sleep(Duration::from_millis(100));
        client.say(vec![b'x'; 1000]);
    }
    assert_eq!(client.answer().status(), 200);
    assert_eq!(backend.only().body.len(), 26_384);
}

#[test]
fn a_client_that_stops_in_the_middle_of_its_body_gets_400() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let mut client =
        Client::saying(&server, "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 20\r\n\r\n0123456789");
    client.stop_talking();
    assert_eq!(client.answer().status(), 400);
    assert!(client.is_closed());
    let bad =
        ask(&server, "POST / HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\na\r\n0\r\n\r\n");
    assert_eq!(bad.status(), 400);
    assert!(backend.heard().is_empty());
}

#[test]
fn a_client_that_has_said_all_may_close_its_side() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, "GET / HTTP/1.1\r\nHost: f\r\n\r\n");
    client.stop_talking();
    assert_eq!(client.answer().body, b"hello");
}
