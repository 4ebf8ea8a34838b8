//! The grammar of a request: what is refused, and what is not.

use crate::case::{Case, get};

/// Whole requests.
const REQUESTS: [(&str, &str); 48] = [
    ("bare line feeds", "GET / HTTP/1.1␊Host: f␊␊"),
    ("a bare line feed after a header", "GET / HTTP/1.1\nHost: f␊X: 1\n\n"),
    ("a bare line feed after the request line", "GET / HTTP/1.1␊Host: f\n\n"),
    ("an empty line ends in a bare line feed", "GET / HTTP/1.1\nHost: f\n␊"),
    ("a carriage return in a value", "GET / HTTP/1.1\nHost: f\nX: a␍b\n\n"),
    ("no Host", "GET / HTTP/1.1\n\n"),
    ("two Hosts", "GET / HTTP/1.1\nHost: f\nHost: f\n\n"),
    ("an empty Host", "GET / HTTP/1.1\nHost:\n\n"),
    ("a bad Host", "GET / HTTP/1.1\nHost: a b\n\n"),
    ("a Host with a path", "GET / HTTP/1.1\nHost: a/b\n\n"),
    ("a Host with a user", "GET / HTTP/1.1\nHost: u@a\n\n"),
    ("a Host with a bad port", "GET / HTTP/1.1\nHost: a:x\n\n"),
    ("a Host with port 0", "GET / HTTP/1.1\nHost: a:0\n\n"),
    ("a Host with port 99999", "GET / HTTP/1.1\nHost: a:99999\n\n"),
    ("a Host that ends in a colon", "GET / HTTP/1.1\nHost: a:\n\n"),
    ("an IPv6 Host", "GET / HTTP/1.1\nHost: [::1]:80\n\n"),
    ("Content-Length twice", "POST / HTTP/1.1\nHost: f\nContent-Length: 2\nContent-Length: 2\n\nab"),
    ("two Content-Lengths", "POST / HTTP/1.1\nHost: f\nContent-Length: 2\nContent-Length: 3\n\nabc"),
    ("Content-Length as a list", "POST / HTTP/1.1\nHost: f\nContent-Length: 2, 2\n\nab"),
    ("Content-Length +5", "POST / HTTP/1.1\nHost: f\nContent-Length: +5\n\nhello"),
    ("Content-Length -5", "POST / HTTP/1.1\nHost: f\nContent-Length: -5\n\nhello"),
    ("Content-Length empty", "POST / HTTP/1.1\nHost: f\nContent-Length:\n\n"),
    ("Content-Length beyond all", "POST / HTTP/1.1\nHost: f\nContent-Length: 99999999999999999999\n\n"),
    ("Transfer-Encoding: identity", "POST / HTTP/1.1\nHost: f\nTransfer-Encoding: identity\n\n"),
    ("Transfer-Encoding: gzip", "POST / HTTP/1.1\nHost: f\nTransfer-Encoding: gzip\n\n"),
    ("Transfer-Encoding: CHUNKED", "POST / HTTP/1.1\nHost: f\nTransfer-Encoding: CHUNKED\n\n0\n\n"),
    ("a blank before a colon", "GET / HTTP/1.1\nHost: f\nX : 1\n\n"),
    ("a header without a colon", "GET / HTTP/1.1\nHost: f\nnothing\n\n"),
    ("a header without a name", "GET / HTTP/1.1\nHost: f\n: x\n\n"),
    ("NUL in a value", "GET / HTTP/1.1\nHost: f\nX: a␀b\n\n"),
    ("a control character in a value", "GET / HTTP/1.1\nHost: f\nX: a\u{1}b\n\n"),
    ("DEL in a value", "GET / HTTP/1.1\nHost: f\nX: a\u{7f}b\n\n"),
    ("a control character in a name", "GET / HTTP/1.1\nHost: f\nX\u{1}: 1\n\n"),
    ("two spaces after the method", "GET  / HTTP/1.1\nHost: f\n\n"),
    ("two spaces before the version", "GET /  HTTP/1.1\nHost: f\n\n"),
    ("a method with a separator", "G(T / HTTP/1.1\nHost: f\n\n"),
    ("a target without a slash", "GET x HTTP/1.1\nHost: f\n\n"),
    ("a space in the target", "GET /a b HTTP/1.1\nHost: f\n\n"),
    ("# in the target", "GET /a#b HTTP/1.1\nHost: f\n\n"),
    ("# in the query", "GET /a?b#c HTTP/1.1\nHost: f\n\n"),
    ("empty lines first", "\n\nGET / HTTP/1.1\nHost: f\n\n"),
    ("a folded request header", "GET / HTTP/1.1\nHost: f\nX: a\n  b\n\tc\nY: d\n\n"),
    ("the first header folded", "GET / HTTP/1.1\n Host: f\n\n"),
    ("HTTP/1.2", "GET / HTTP/1.2\nHost: f\n\n"),
    ("a request of HTTP/2.0", "GET / HTTP/2.0\nHost: f\n\n"),
    ("no version", "GET /\n"),
    ("version in lower case", "GET / http/1.1\nHost: f\n\n"),
    ("no request at all", "hello\n\n"),
];

/// Sizes around the limits.
const SIZES: [(&str, &str); 10] = [
    ("a request line of 8190", "GET /{x*8176} HTTP/1.1\nHost: f\n\n"),
    ("a request line of 8192", "GET /{x*8178} HTTP/1.1\nHost: f\n\n"),
    ("a request line of 20 000", "GET /{x*19986} HTTP/1.1\nHost: f\n\n"),
    ("a header of 8190", "GET / HTTP/1.1\nHost: f\nX: {x*8187}\n\n"),
    ("a header of 8192", "GET / HTTP/1.1\nHost: f\nX: {x*8189}\n\n"),
    ("a header of 20 000", "GET / HTTP/1.1\nHost: f\nX: {x*19997}\n\n"),
    ("98 headers", "GET / HTTP/1.1\nHost: f\n{X: 1\n*97}\n"),
    ("99 headers", "GET / HTTP/1.1\nHost: f\n{X: 1\n*98}\n"),
    ("100 headers", "GET / HTTP/1.1\nHost: f\n{X: 1\n*99}\n"),
    ("101 request headers", "GET / HTTP/1.1\nHost: f\n{X: 1\n*100}\n"),
];

/// Targets that are no path.
const TARGETS: [&str; 15] = [
    "https://a.test/x",
    "HttpS://a.test:443/x",
    "http://a.test/x",
    "HTTP://A.test/y",
    "http://a.test?q",
    "http://u:p@a.test:81/x",
    "http://a.test:99999/x",
    "http://[::1]/x",
    "ftp://a.test/x",
    "ws://a.test/x",
    "foo://a.test/x",
    "foo:bar",
    "//a.test/x",
    "a.test:80",
    "http://a.test/x#f",
];

pub fn cases() -> Vec<Case> {
    let one = |(name, says): (&str, &str)| Case::new("request grammar", name).ask(says);
    let mut cases: Vec<_> = REQUESTS.into_iter().chain(SIZES).map(one).collect();
    for (name, lines) in [("10 empty lines first", 10), ("11 empty lines first", 11)] {
        cases.push(Case::new("request grammar", name).ask("\n".repeat(lines) + &get("/x")));
    }
    for (name, number) in [("a head of 100 fields", 99), ("a head of 101 fields", 100)] {
        let fields: String = (0..number).map(|at| format!("X-{at}: 1\n")).collect();
        cases.push(Case::new("request grammar", name).ask(format!("GET / HTTP/1.1\nHost: f\n{fields}\n")));
    }
    let fields: String = (0..96).map(|at| format!("X-{at:02}: {{x*7993}}\n")).collect();
    cases.push(
        Case::new("request grammar", "97 fields of 8 000 bytes")
            .ask(format!("GET / HTTP/1.1\nHost: f\n{fields}\n")),
    );
    let folded = "X: 1\n 2\n 3\n 4\n 5\n";
    let fields: String = (0..98).map(|at| format!("X-{at}: 1\n")).collect();
    cases.push(
        Case::new("request grammar", "100 fields, one of them folded")
            .ask(format!("GET / HTTP/1.1\nHost: f\n{fields}{folded}\n")),
    );
    for size in [4188, 4189] {
        // The name, a colon and a blank, 4,000 bytes, a blank for the fold.
        let says = format!("GET / HTTP/1.1\nHost: f\nX: {{x*3996}}\n {{y*{size}}}\n\n");
        cases.push(Case::new("request grammar", format!("a fold of {size} bytes")).ask(says));
    }
    for target in TARGETS {
        let says = format!("GET {target} HTTP/1.1\nHost: f\n\n");
        cases.push(Case::new("request target", format!("GET {target}")).ask(says));
    }
    // The same as the second request of a connection, and with another one behind it.
    cases.push(
        Case::new("request grammar", "a bad second request")
            .ask(get("/1"))
            .then("GET /2 HTTP/1.1␊Host: f\n\n"),
    );
    cases.push(
        Case::new("request grammar", "a good, a bad, a good request at once")
            .ask(get("/1") + "GET /2#x HTTP/1.1\nHost: f\n\n" + &get("/3")),
    );
    cases
}
