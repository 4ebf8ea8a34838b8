//! Requests that two servers could read in two ways are refused, and no backend sees them (apache-facts §10).

use crate::wire::{Backend, Client, HELLO, ask, get, proxy, proxy_to};

#[track_caller]
fn assert_refused(status: u16, requests: &[&str]) {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    for request in requests {
        let mut client = Client::saying(&server, request);
        assert_eq!(client.answer().status(), status, "{request}");
        assert!(client.is_closed(), "{request}");
    }
    assert!(backend.heard().is_empty(), "{:?}", backend.heard());
}

/// Whoever still sends gets the answer and an orderly end, not a reset, which may take the answer away.
#[test]
fn who_still_sends_reads_the_answer_to_its_end() {
    let server = proxy("ProxyPass /dead http://127.0.0.1:1/");
    let large = "x".repeat(5_000_000);
    for (status, head) in [
        (400, "POST / HTTP/1.1\r\nHost: f\nX: \r\n\r\n"),
        (400, "POST / HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
        (400, "POST /dead HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n"),
        (417, "POST /dead HTTP/1.1\r\nHost: f\r\nExpect: x\r\nContent-Length: 5000000\r\n\r\n"),
        (503, "POST /dead HTTP/1.1\r\nHost: f\r\nContent-Length: 5000000\r\n\r\n"),
    ] {
        let mut client = Client::saying(&server, head);
        client.say(&large);
        // The end is an error if it is none.
        let answer = String::from_utf8(client.rest()).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answer}");
        assert!(answer.ends_with("</body></html>\n"), "{head}: {answer}");
        client.stop_talking();
    }
}

#[test]
fn hosts() {
    let with = |host: &str| format!("GET / HTTP/1.1\r\n{host}\r\n");
    let lines = [
        "",
        "Host:\r\n",
        "Host: a\r\nHost: a\r\n",
        "Host: a b\r\n",
        "Host: a, b\r\n",
        "Host: u@b\r\n",
        "Host: a/b\r\n",
        "Host: a:\r\n",
        "Host: a:0\r\n",
        "Host: a:99999\r\n",
        "Host: a:+80\r\n",
        "Host: a..b\r\n",
        "Host: .\r\n",
        "Host: a%20b\r\n",
        "Host: [::1\r\n",
        "Host: \u{e9}\r\n",
    ];
    assert_refused(400, &lines.map(with).each_ref().map(String::as_str));
}

#[test]
fn framings() {
    let with = |lines: &str| format!("POST / HTTP/1.1\r\nHost: f\r\n{lines}\r\n\r\nabc");
    let lines = [
        "Content-Length: 3, 3",
        "Content-Length: 3\r\nContent-Length: 4",
        "Content-Length: +3",
        "Content-Length: -3",
        "Content-Length: ",
        "Content-Length: 0x3",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
    ];
    assert_refused(400, &lines.map(with).each_ref().map(String::as_str));
    assert_refused(400, &["POST / HTTP/1.0\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]);
}

#[test]
fn lines() {
    assert_refused(
        400,
        &[
            "GET  / HTTP/1.1\r\nHost: f\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: f\r\nX : 1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: f\r\nno colon\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: f\r\nX: a\u{1}b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: f\r\nX: a\0b\r\n\r\n",
            "GET / HTTP/1.1\r\n Host: f\r\n\r\n",
            "G@T / HTTP/1.1\r\nHost: f\r\n\r\n",
            "hello\r\n\r\n",
        ],
    );
}

#[test]
fn targets() {
    let with = |target: &str| format!("GET {target} HTTP/1.1\r\nHost: f\r\n\r\n");
    let targets = [
        "*",
        "x",
        "#",
        "/a\u{1}b",
        "/../b",
        "/a/../../b",
        "/%2e%2e/b",
        "/a%zz",
        "/a%",
        "ftp://f/",
        "http://u@f/",
        "http://f:99999/",
    ];
    assert_refused(400, &targets.map(with).each_ref().map(String::as_str));
    assert_refused(
        400,
        &["CONNECT f:80 HTTP/1.1\r\nHost: f\r\n\r\n", "CONNECT / HTTP/1.1\r\nHost: f\r\n\r\n"],
    );
}

#[test]
fn lines_that_are_too_long() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let line = |length: usize| get(&server, &format!("/{}", "a".repeat(length - "GET / HTTP/1.1".len())));
    assert_eq!(line(8191).status(), 200);
    let refused = line(8192);
    assert!(refused.head.starts_with("HTTP/1.1 414 Request-URI Too Long\r\n"), "{}", refused.head);
    assert_eq!((refused.body.len(), line(100_000).status()), (288, 414));

    let header = |length: usize| {
        ask(&server, format!("GET / HTTP/1.1\r\nHost: f\r\nX: {}\r\n\r\n", "a".repeat(length - "X: ".len())))
    };
    assert_eq!(header(8191).status(), 200);
    let refused = header(8192);
    assert_eq!((refused.status(), refused.body.len()), (400, 318));
}

#[test]
fn more_than_a_hundred_headers() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let with = |count: usize| {
        let lines: String = (1..count).map(|n| format!("X-{n}: 1\r\n")).collect();
        let answer = ask(&server, format!("GET / HTTP/1.1\r\nHost: f\r\n{lines}\r\n"));
        (answer.status(), answer.body.len())
    };
    // The page says that there are too many.
    assert_eq!((with(100).0, with(101), with(1000)), (200, (400, 330), (400, 330)));
}

#[test]
fn a_loop_ends() {
    assert_refused(
        400,
        &[
            "GET / HTTP/1.1\r\nHost: f\r\nMax-Forwards: 0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: f\r\nMax-Forwards: -1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: f\r\nMax-Forwards: x\r\n\r\n",
        ],
    );
}

/// Whatever comes, the next client is served.
#[test]
fn noise_harms_nobody() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let mut state = 1_u64;
    for round in 0..300 {
        let noise: Vec<u8> = (0..round)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as u8
            })
            .collect();
        let mut start = b"GET /?".to_vec();
        start.extend(noise);
        start.extend(b" HTTP/1.1\r\nHost: f\r\n\r\n");
        let mut client = Client::saying(&server, start);
        client.stop_talking();
        client.rest();
    }
    assert_eq!(get(&server, "/").status(), 200);
}
