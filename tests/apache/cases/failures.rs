//! A single backend that fails.

use crate::case::{Case, get, request};

/// What the backend does to `GET /x`.
const FAILURES: [(&str, &str); 32] = [
    ("closes without a byte", "{close}"),
    ("resets", "{reset}"),
    ("half a status line", "HTTP/1.1 2{close}"),
    ("no HTTP at all", "this is not http\n\n{close}"),
    ("a status that is no number", "HTTP/1.1 abc OK\nContent-Length: 2\n\nok{close}"),
    ("a status of two digits", "HTTP/1.1 99 OK\nContent-Length: 2\n\nok{close}"),
    ("HTTP/2.0", "HTTP/2.0 200 OK\nContent-Length: 2\n\nok{close}"),
    ("a header without a colon", "HTTP/1.1 200 OK\nnothing\nContent-Length: 2\n\nok"),
    ("a header name with a blank", "HTTP/1.1 200 OK\nX Bad: a\nContent-Length: 2\n\nok"),
    ("a blank before the colon", "HTTP/1.1 200 OK\nX-Bad : a\nContent-Length: 2\n\nok"),
    ("a header of 9000 bytes", "HTTP/1.1 200 OK\nX: {x*9000}\nContent-Length: 2\n\nok"),
    ("NUL in a header", "HTTP/1.1 200 OK\nX: a␀b\nContent-Length: 2\n\nok"),
    ("a control character in a header", "HTTP/1.1 200 OK\nX: a\u{1}b\nContent-Length: 2\n\nok"),
    ("closes in the head", "HTTP/1.1 200 OK\nX: 1\n{close}"),
    ("Content-Length 1x", "HTTP/1.1 200 OK\nContent-Length: 1x\n\nok{close}"),
    ("Content-Length -1", "HTTP/1.1 200 OK\nContent-Length: -1\n\nok{close}"),
    ("Content-Length 2 twice", "HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 2\n\nok"),
    ("Content-Length 2 and 3", "HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 3\n\nok{close}"),
    ("an answer in gzip", "HTTP/1.1 200 OK\nTransfer-Encoding: gzip\n\nok{close}"),
    ("a bad first chunk", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nzz\nhello\n0\n\n{close}"),
    (
        "a bad second chunk",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n{pause}zz\nhello\n0\n\n{close}",
    ),
    ("no last chunk", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n{close}"),
    ("no chunk", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n{close}"),
    ("less body than announced", "HTTP/1.1 200 OK\nContent-Length: 10\n\nhello{close}"),
    ("no body at all", "HTTP/1.1 200 OK\nContent-Length: 10\n\n{close}"),
    ("more body than announced", "HTTP/1.1 200 OK\nContent-Length: 2\n\nokMORE"),
    ("101 that nobody asked for", "HTTP/1.1 101 Switching Protocols\nUpgrade: foo\nConnection: Upgrade\n\n"),
    ("101 without Upgrade", "HTTP/1.1 101 Switching Protocols\n\n"),
    ("an empty line first", "\nHTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    ("a body with 204", "HTTP/1.1 204 No Content\nContent-Length: 2\n\nok{close}"),
    ("a status line without a blank", "HTTP/1.1\nContent-Length: 2\n\nok{close}"),
    ("101 headers", "HTTP/1.1 200 OK\n{X: 1\n*100}Content-Length: 2\n\nok"),
];

pub fn cases() -> Vec<Case> {
    let mut cases: Vec<_> = FAILURES
        .into_iter()
        .map(|(name, answer)| Case::new("failures", name).answers([answer]).ask(get("/x")))
        .collect();
    let dead = "ProxyPass / http://{DEAD}/";
    let late = "ProxyPass / http://{A}/ timeout=1";
    let hello = "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello";
    cases.extend([
        Case::new("failures", "a dead backend, every time").site(dead).times(2, &get("/")),
        Case::new("failures", "a dead backend, on one connection").site(dead).ask(get("/1")).then(get("/2")),
        Case::new("failures", "HEAD of a dead backend").site(dead).ask(request("HEAD", "/", "")),
        Case::new("timeout=", "no answer").site(late).answers(["{hang}"]).ask(get("/")),
        Case::new("timeout=", "in the middle of the head")
            .site(late)
            .answers(["HTTP/1.1 200 OK\nX: 1\n{hang}"])
            .ask(get("/")),
        Case::new("timeout=", "in the middle of the body")
            .site(late)
            .answers(["HTTP/1.1 200 OK\nContent-Length: 10\n\nhello{hang}"])
            .ask(get("/")),
        Case::new("failures", "closes on the second request of a client")
            .answers([hello, "{close}"])
            .ask(get("/1"))
            .then(get("/2")),
        Case::new("failures", "closes on the second request, a POST")
            .answers([hello, "{close}"])
            .ask(get("/1"))
            .then(request("POST", "/2", "Content-Length: 2\n") + "ab"),
        Case::new("failures", "closes after every answer, without a word")
            .answers([&format!("{hello}{{close}}")])
            .times(3, &get("/")),
        Case::new("failures", "a bad head on the second request")
            .answers([hello, "HTTP/1.1 200 OK\nnothing\n\n"])
            .ask(get("/1"))
            .then(get("/2")),
        Case::new("failures", "HTTP/1.0 client, less body than announced")
            .answers(["HTTP/1.1 200 OK\nContent-Length: 10\n\nhello{close}"])
            .ask("GET / HTTP/1.0\n\n"),
        Case::new("failures", "a body broken off, the client said keep-alive")
            .answers(["HTTP/1.1 200 OK\nContent-Length: 10\n\nhello{close}"])
            .ask(request("GET", "/", "Connection: keep-alive\n")),
    ]);
    cases
}
