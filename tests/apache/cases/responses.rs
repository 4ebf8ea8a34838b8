//! What the client gets of a backend's answer.

use crate::case::{Case, get, request};

/// Answers to `GET /x`.
const ANSWERS: [(&str, &str); 46] = [
    ("no Content-Type is invented", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    (
        "Date and Server come first",
        "HTTP/1.1 200 OK\nX-A: 1\nContent-Length: 2\nServer: be\nDate: Mon, 23 Nov 2026 17:40:57 GMT\n\nok",
    ),
    (
        "the order of headers",
        "HTTP/1.1 200 OK\nX-B: 1\nETag: \"e\"\nX-A: 2\nContent-Length: 2\nVary: *\n\nok",
    ),
    (
        "Set-Cookie comes last",
        "HTTP/1.1 200 OK\nSet-Cookie: a=b\nX-A: 1\nSet-Cookie: c=d\nContent-Length: 2\n\nok",
    ),
    ("repeated headers", "HTTP/1.1 200 OK\nX-A: 1\nX-B: 2\nX-A: 3\nContent-Length: 2\n\nok"),
    (
        "WWW-Authenticate twice",
        "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic\nX: 1\nWWW-Authenticate: Digest\nContent-Length: 2\n\nok",
    ),
    ("a reason of the backend", "HTTP/1.1 404 NOT FOUND\nContent-Length: 2\n\nno"),
    ("a 200 with another reason", "HTTP/1.1 200 Fine\nContent-Length: 2\n\nok"),
    ("an empty reason", "HTTP/1.1 200 \nContent-Length: 2\n\nok"),
    ("no reason", "HTTP/1.1 200\nContent-Length: 2\n\nok"),
    ("299", "HTTP/1.1 299 Odd\nContent-Length: 2\n\nok"),
    ("600", "HTTP/1.1 600 Odder\nContent-Length: 2\n\nok"),
    ("HTTP/1.0", "HTTP/1.0 200 OK\nContent-Length: 2\n\nok{close}"),
    ("chunked", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n3\nabc\n0\n\n"),
    ("chunked and empty", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n0\n\n"),
    (
        "chunked, with extensions and trailers",
        "HTTP/1.1 200 OK\nTrailer: X-T\nTransfer-Encoding: chunked\n\n5;a=b\nhello\n0\nX-T: 1\n\n",
    ),
    ("to the close", "HTTP/1.1 200 OK\n\nhello{close}"),
    ("to the close, and empty", "HTTP/1.1 200 OK\n\n{close}"),
    ("Connection: close", "HTTP/1.1 200 OK\nConnection: close\nContent-Length: 2\n\nok{close}"),
    (
        "Connection names others",
        "HTTP/1.1 200 OK\nConnection: X-Secret\nX-Secret: s\nX-A: 1\nContent-Length: 2\n\nok",
    ),
    (
        "hop-by-hop headers",
        "HTTP/1.1 200 OK\nKeep-Alive: timeout=1\nProxy-Connection: x\nTE: x\nUpgrade: h2c\nTrailer: X\nContent-Length: 2\n\nok",
    ),
    (
        "Proxy-Authenticate",
        "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Basic\nContent-Length: 2\n\nno",
    ),
    ("Upgrade at 426", "HTTP/1.1 426 Upgrade Required\nUpgrade: h2c\nContent-Length: 2\n\nno"),
    ("Via passes", "HTTP/1.1 200 OK\nVia: 1.1 be\nContent-Length: 2\n\nok"),
    ("204", "HTTP/1.1 204 No Content\nX-A: 1\n\n"),
    ("204 with Content-Length", "HTTP/1.1 204 No Content\nContent-Length: 0\n\n"),
    ("304", "HTTP/1.1 304 Not Modified\nETag: \"a\"\n\n"),
    ("304 with Content-Length", "HTTP/1.1 304 Not Modified\nETag: \"a\"\nContent-Length: 5\n\n"),
    (
        "304 with Content-Length between others",
        "HTTP/1.1 304 Not Modified\nContent-Length: 5\nX-A: 1\nX-B: 2\nX-C: 3\n\n",
    ),
    ("205", "HTTP/1.1 205 Reset Content\nContent-Length: 0\n\n"),
    ("Content-Length: 0", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
    ("bare line feeds", "HTTP/1.1 200 OK␊X-A: 1␊Content-Length: 2␊␊ok"),
    ("a folded header", "HTTP/1.1 200 OK\nX-A: a\n  b\nContent-Length: 2\n\nok"),
    ("an empty header", "HTTP/1.1 200 OK\nX-Empty:\nContent-Length: 2\n\nok"),
    ("bytes beyond ASCII", "HTTP/1.1 200 OK\nX-A: aéb\nContent-Length: 2\n\nok"),
    (
        "chunked and Content-Length",
        "HTTP/1.1 200 OK\nContent-Length: 2\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n",
    ),
    (
        "103 goes on",
        "HTTP/1.1 103 Early Hints\nLink: </a>; rel=preload\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    ),
    ("102 goes on", "HTTP/1.1 102 Processing\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    ("a 100 that nobody asked for", "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    ("nine 100s", "{HTTP/1.1 100 Continue\n\n*9}HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    ("ten 100s", "{HTTP/1.1 100 Continue\n\n*10}HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    ("a header of 7000 bytes", "HTTP/1.1 200 OK\nX-Long: {x*7000}\nContent-Length: 2\n\nok"),
    (
        "conditions are the backend's",
        "HTTP/1.1 200 OK\nETag: \"a\"\nLast-Modified: Mon, 23 Nov 2026 17:40:57 GMT\nContent-Length: 2\n\nok",
    ),
    (
        "two Content-Types",
        "HTTP/1.1 200 OK\nContent-Type: text/plain\nX-A: 1\nContent-Type: text/html\nContent-Length: 2\n\nok",
    ),
    ("100 000 bytes", "HTTP/1.1 200 OK\nContent-Length: 100000\n\n{x*100000}"),
    (
        "Content-Type passes",
        "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\nContent-Length: 2\n\nok",
    ),
];

/// Apache closes after some of these.
const STATUSES: [u16; 22] = [
    301, 400, 401, 403, 404, 405, 408, 409, 410, 411, 412, 413, 414, 415, 429, 431, 500, 501, 502, 503, 504,
    511,
];

pub fn cases() -> Vec<Case> {
    let answers =
        ANSWERS.map(|(name, answer)| Case::new("response headers", name).answers([answer]).ask(get("/x")));
    let statuses = STATUSES.map(|status| {
        let answer = format!("HTTP/1.1 {status} Its Reason\nContent-Length: 2\n\nno");
        Case::new("status", status.to_string()).answers([&answer]).ask(get("/x"))
    });
    // The framings that depend on the client.
    let chunked = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n";
    let sized = "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello";
    let mut clients = Vec::new();
    for (answer, name) in
        [(chunked, "chunked"), (sized, "sized"), ("HTTP/1.1 200 OK\n\nhello{close}", "to the close")]
    {
        for (who, says) in [
            ("HTTP/1.0", "GET / HTTP/1.0\n\n".to_owned()),
            ("HTTP/1.0 keep-alive", "GET / HTTP/1.0\nConnection: Keep-Alive\n\n".to_owned()),
            ("HTTP/1.1 keep-alive", request("GET", "/", "Connection: keep-alive\n")),
            ("HTTP/1.1 close", request("GET", "/", "Connection: close\n")),
        ] {
            clients.push(Case::new("framing", format!("{name}, for {who}")).answers([answer]).ask(says));
        }
    }
    let heads = [
        ("sized", "HTTP/1.1 200 OK\nContent-Length: 9\n\n"),
        ("HEAD chunked", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"),
        ("of no length", "HTTP/1.1 200 OK\n\n{close}"),
        ("HEAD of an empty answer", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        ("of an error", "HTTP/1.1 404 Not Found\nContent-Length: 9\n\n"),
    ];
    let heads =
        heads.map(|(name, answer)| Case::new("HEAD", name).answers([answer]).ask(request("HEAD", "/", "")));
    let refused = [("HEAD", "/../x"), ("HEAD", "/a%2fb")].map(|(method, path)| {
        Case::new("HEAD", format!("of {path}, an error of the proxy")).ask(request(method, path, ""))
    });
    [answers.to_vec(), statuses.to_vec(), clients, heads.to_vec(), refused.to_vec()].concat()
}
