//! What the backend sees of a request's head.

use crate::case::{Case, ROOT, get, request};

/// Header lines of a GET, and what they are about.
const HEADERS: [(&str, &str); 24] = [
    ("the client's order", "X-B: 2\nAccept: */*\nX-A: 1\n"),
    ("repeated headers", "Cookie: a=b\nX: 1\nCookie: c=d\nx: 2\n"),
    ("Connection names others", "Connection: close, X-Secret\nX-Secret: s\nX-Kept: k\n"),
    ("Connection twice", "Connection: X-One\nConnection: X-Two\nX-One: 1\nX-Two: 2\nX-Three: 3\n"),
    (
        "hop-by-hop headers",
        "Keep-Alive: 1\nTE: trailers\nTrailer: X\nProxy-Connection: x\nProxy-Authorization: y\nProxy: z\n",
    ),
    ("Upgrade", "Upgrade: websocket\nConnection: Upgrade\n"),
    ("credentials pass", "Authorization: Basic eDp5\nProxy-Authorization: Basic eDp5\n"),
    ("Via passes", "Via: 1.1 client\n"),
    ("a name with an underscore", "X_y: 1\n"),
    ("an empty header", "X-Empty:\nX-Next: 1\n"),
    ("bytes beyond ASCII", "X-A: aéb\n"),
    ("a tab in a value", "X-A: a\tb\n"),
    ("X-Forwarded-For of the client", "X-Forwarded-For: 1.2.3.4\nX-A: 1\n"),
    ("X-Forwarded-For twice", "X-Forwarded-For: 1.2.3.4\nX-A: 1\nX-Forwarded-For: 5.6.7.8\n"),
    ("X-Forwarded-Host and -Server of the client", "X-Forwarded-Host: h\nX-Forwarded-Server: s\n"),
    ("conditions pass", "If-None-Match: \"a\"\nIf-Modified-Since: Mon, 23 Nov 2026 17:40:57 GMT\n"),
    ("Accept-Encoding passes", "Accept-Encoding: gzip\n"),
    ("Max-Forwards", "Max-Forwards: 5\n"),
    ("Max-Forwards zero", "Max-Forwards: 0\n"),
    ("Max-Forwards no number", "Max-Forwards: x\n"),
    ("Expect unknown", "Expect: foo\n"),
    ("a header of 8000 bytes", "X-Long: {x*8000}\n"),
    ("Connection: keep-alive", "Connection: keep-alive\n"),
    ("Connection: close", "Connection: close\n"),
];

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FOO", "get"];

pub fn cases() -> Vec<Case> {
    let headers =
        HEADERS.map(|(name, lines)| Case::new("request headers", name).ask(request("GET", "/x", lines)));
    let methods = METHODS.map(|method| Case::new("methods", method).ask(request(method, "/x", "")));
    let other = [
        Case::new("ProxyPass", "a GET, byte for byte").ask(get("/a/b?x=1&y=2")),
        Case::new("methods", "CONNECT").ask("CONNECT front.test:443 HTTP/1.1\nHost: front.test:443\n\n"),
        Case::new("methods", "OPTIONS *").ask(request("OPTIONS", "*", "")),
        Case::new("methods", "GET *").ask(request("GET", "*", "")),
        Case::new("methods", "OPTIONS at zero").ask(request("OPTIONS", "/x", "Max-Forwards: 0\n")),
        Case::new("methods", "TRACE at zero").ask(request("TRACE", "/x", "Max-Forwards: 0\n")),
        Case::new("request target", "absolute form, and a bad Host")
            .ask("GET http://other.test/ HTTP/1.1\nHost: a b\n\n"),
        Case::new("methods", "OPTIONS at zero, of no path").ask(request(
            "OPTIONS",
            "/..",
            "Max-Forwards: 0\n",
        )),
        Case::new("methods", "OPTIONS with two Max-Forwards").ask(request(
            "OPTIONS",
            "/",
            "Max-Forwards: 0\nMax-Forwards: 3\n",
        )),
        Case::new("methods", "TRACE goes on").ask(request("TRACE", "/x", "Max-Forwards: 3\n")),
        Case::new("request headers", "Max-Forwards repeated").ask(request(
            "GET",
            "/",
            "Max-Forwards: 5\nMax-Forwards: 7\n",
        )),
        Case::new("request headers", "Max-Forwards beyond a long").ask(request(
            "GET",
            "/",
            "Max-Forwards: 99999999999999999999\n",
        )),
        Case::new("request headers", "Max-Forwards below zero").ask(request(
            "GET",
            "/",
            "Max-Forwards: -1\n",
        )),
        Case::new("request headers", "Max-Forwards with rest").ask(request("GET", "/", "Max-Forwards: 5x\n")),
        Case::new("request target", "absolute form")
            .ask("GET http://Other.test/abs?q HTTP/1.1\nHost: front.test\n\n"),
        Case::new("request target", "absolute form with a port")
            .ask("GET http://other.test:99/abs HTTP/1.1\nHost: front.test\n\n"),
        Case::new("request target", "absolute form without a path")
            .ask("GET http://other.test HTTP/1.1\nHost: front.test\n\n"),
        Case::new("HTTP/1.0", "no Host").ask("GET / HTTP/1.0\n\n"),
        Case::new("HTTP/1.0", "with Host").ask("GET / HTTP/1.0\nHost: front.test\n\n"),
        Case::new("HTTP/1.0", "keep-alive").ask("GET / HTTP/1.0\nConnection: keep-alive\n\n"),
        Case::new("persistence", "two requests").ask(get("/1")).then(get("/2")),
        Case::new("persistence", "three at once").ask(get("/1") + &get("/2") + &get("/3")),
        Case::new("persistence", "the second wants to close").ask(get("/1")).then(request(
            "GET",
            "/2",
            "Connection: close\n",
        )),
        Case::new("persistence", "five clients, one connection").times(5, &get("/")),
        Case::new("ProxyPreserveHost", "On").site(format!("ProxyPreserveHost On\n{ROOT}")).ask(get("/")),
        Case::new("ProxyPreserveHost", "Off").site(format!("ProxyPreserveHost Off\n{ROOT}")).ask(get("/")),
        Case::new("ProxyPreserveHost", "the last line wins")
            .site(format!("ProxyPreserveHost On\nProxyPreserveHost Off\n{ROOT}"))
            .ask(get("/")),
        Case::new("ProxyPreserveHost", "HTTP/1.0 without Host")
            .site(format!("ProxyPreserveHost On\n{ROOT}"))
            .ask("GET / HTTP/1.0\n\n"),
        Case::new("ProxyPreserveHost", "absolute form")
            .site(format!("ProxyPreserveHost On\n{ROOT}"))
            .ask("GET http://Other.test:9/ HTTP/1.1\nHost: front.test\n\n"),
        Case::new("ProxyPreserveHost", "upper case")
            .site(format!("ProxyPreserveHost On\n{ROOT}"))
            .ask("GET / HTTP/1.1\nHost: Front.Test:80\n\n"),
    ];
    [headers.to_vec(), methods.to_vec(), other.to_vec()].concat()
}
