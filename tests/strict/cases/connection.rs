//! What is about one connection, and what follows on it (RFC 9110 §7.6.1; RFC 9112 §9).

use crate::case::{
    Case,
    Verdict::{Clean, Forward, Refuse},
};

fn get(lines: &str) -> String {
    format!("GET /x HTTP/1.1\r\nHost: a.test\r\n{lines}\r\n\r\n")
}

pub fn cases() -> Vec<Case> {
    [options(), hop_by_hop(), sequences()].concat()
}

fn options() -> Vec<Case> {
    let option = |name, lines: &str| Case::new("9110 §7.6.1", name, Clean, get(lines)).hides("secret");
    vec![
        option("close", "Connection: close"),
        option("keep-alive", "Connection: keep-alive"),
        option("a field is named", "Connection: X-A\r\nX-A: secret"),
        option("a field is named, behind close", "Connection: close, X-A\r\nX-A: secret"),
        option("two fields are named", "Connection: X-A, X-B\r\nX-A: secret\r\nX-B: secret"),
        option("two fields are named, on two lines", "Connection: X-A\r\nConnection: X-B\r\nX-A: secret\r\nX-B: secret"),
        option("a field is named in another case", "Connection: x-a\r\nX-A: secret"),
        option("a field that comes before", "X-A: secret\r\nConnection: X-A"),
        option("a field that comes twice", "X-A: secret\r\nConnection: X-A\r\nX-A: secret"),
        option("empty members of the list", "Connection: ,, X-A ,\r\nX-A: secret"),
        option("tabs in the list", "Connection: close,\tX-A\t\r\nX-A: secret"),
        option("a list that is folded", "Connection: close,\r\n X-A\r\nX-A: secret"),
        option("nothing", "Connection:"),
        option("a word in quotes", "Connection: \"close\""),
        option("itself", "Connection: Connection"),
        option("Host is named", "Connection: Host").sees("Host: a.test\n"),
        option("Cookie is named", "Connection: Cookie\r\nCookie: secret"),
        option("X-Forwarded-For is named", "Connection: X-Forwarded-For\r\nX-Forwarded-For: secret"),
        Case::new("9110 §7.6.1", "Content-Length is named", Clean, {
            "POST /x HTTP/1.1\r\nHost: a.test\r\nConnection: Content-Length\r\nContent-Length: 5\r\n\r\nhello"
        })
        .sees("\n\nhello"),
        Case::new("9110 §7.6.1", "Transfer-Encoding is named", Clean, {
            "POST /x HTTP/1.1\r\nHost: a.test\r\nConnection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        })
        .sees("\n\nhello"),
    ]
}

fn hop_by_hop() -> Vec<Case> {
    let field = |name, lines: &str| Case::new("9110 §7.6.1", name, Clean, get(lines)).hides("secret");
    vec![
        field("Keep-Alive", "Keep-Alive: timeout=5"),
        field("Proxy-Connection", "Proxy-Connection: keep-alive"),
        field("TE", "TE: trailers"),
        field("TE, named", "Connection: TE\r\nTE: trailers"),
        field("TE of a coding", "TE: gzip;q=0.5, trailers"),
        field("Trailer", "Trailer: X-T"),
        Case::new(
            "9110 §7.8",
            "Upgrade to WebSocket",
            Clean,
            get("Connection: Upgrade\r\nUpgrade: websocket"),
        ),
        Case::new("9110 §7.8", "Upgrade, not named", Clean, get("Upgrade: websocket")),
        Case::new("9110 §7.8", "Upgrade to h2c", Clean, {
            get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: secret")
        })
        .hides("secret"),
        Case::new(
            "9110 §7.8",
            "Upgrade to TLS",
            Clean,
            get("Connection: Upgrade\r\nUpgrade: TLS/1.0, HTTP/1.1"),
        ),
        Case::new(
            "9110 §11.7",
            "Proxy-Authorization passes",
            Forward,
            get("Proxy-Authorization: Basic eDp5"),
        ),
    ]
}

fn sequences() -> Vec<Case> {
    const ONE: &str = "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n";
    const TWO: &str = "GET /y HTTP/1.1\r\nHost: a.test\r\n\r\n";
    let next = |name, verdict, first: &str, second: &str| {
        Case::new("9112 §9.3.2", name, verdict, [first, second].concat())
    };
    let last = |name, first: &str| {
        let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";
        Case::new("9112 §9.6", name, Clean, [first, smuggled].concat()).hides("smuggled")
    };
    vec![
        next("two requests at once", Forward, ONE, TWO).requests(2).sees("GET /y"),
        next("ten requests at once", Forward, &ONE.repeat(9), TWO).requests(10).sees("GET /y"),
        next("a request behind HEAD", Forward, "HEAD /x HTTP/1.1\r\nHost: a.test\r\n\r\n", TWO).requests(2),
        next("a request behind a body", Forward, "POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello", TWO)
            .requests(2)
            .sees("GET /y"),
        next("an empty line between", Forward, &(ONE.to_owned() + "\r\n"), TWO).requests(2).sees("GET /y"),
        next("a bad one behind a good one", Refuse, ONE, "GET /y HTTP/1.1\r\nHost: a b\r\n\r\n").requests(1),
        next("a bad line behind a good one", Refuse, ONE, "GET  /y HTTP/1.1\r\nHost: a.test\r\n\r\n").requests(1),
        next("a good one behind a bad one", Refuse, "GET /x HTTP/1.1\r\nHost: a b\r\n\r\n", TWO),
        next("a good one behind a bad method", Refuse, "G@T /x HTTP/1.1\r\nHost: a.test\r\n\r\n", TWO),
        next("a good one behind a bad expectation", Refuse, {
            "POST /x HTTP/1.1\r\nHost: a.test\r\nExpect: x\r\nContent-Length: 40\r\n\r\n"
        }, "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        Case::new("9112 §9.3.2", "two requests, cut in the second", Forward, "")
            .pieces([b"GET /x HTTP/1.1\r\nHost: a.test\r\n\r\nGET /y HT", b"TP/1.1\r\nHost: a.test\r\n\r\n"])
            .requests(2)
            .sees("GET /y"),
        last("a request behind close", "GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"),
        last("a request behind close, in a list", "GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: X-A, Close\r\n\r\n"),
        last("a request behind both keep-alive and close", "GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, close\r\n\r\n"),
        Case::new("9112 §9.3", "a request behind HTTP/1.0", Forward, {
            "GET /x HTTP/1.0\r\nHost: a.test\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n"
        })
        .hides("smuggled"),
        Case::new("9112 §9.3", "a request behind HTTP/1.0 and keep-alive", Clean, {
            "GET /x HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\nGET /y HTTP/1.1\r\nHost: a.test\r\n\r\n"
        })
        .requests(2)
        .sees("GET /y"),
    ]
}
