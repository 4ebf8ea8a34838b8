//! The request line (RFC 9112 §3) and what its target may be (§3.2; RFC 3986).

use super::each;
use crate::case::{
    Case,
    Verdict::{Answer, Clean, Forward, Refuse},
};

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: a.test\r\n\r\n")
}

pub fn cases() -> Vec<Case> {
    [lines(), methods(), forms(), paths(), queries(), long()].concat()
}

fn lines() -> Vec<Case> {
    each(
        "9112 §3",
        [
            ("two spaces before the target", Refuse, "GET  /x HTTP/1.1"),
            ("two spaces before the version", Refuse, "GET /x  HTTP/1.1"),
            ("a tab between the words", Refuse, "GET\t/x\tHTTP/1.1"),
            ("a space at the end", Refuse, "GET /x HTTP/1.1 "),
            ("four words", Refuse, "GET /x y HTTP/1.1"),
            ("no target", Refuse, "GET HTTP/1.1"),
            ("a vertical tab between the words", Refuse, "GET\x0b/x\x0bHTTP/1.1"),
            ("no method", Refuse, "/x HTTP/1.1"),
        ],
        |line| format!("{line}\r\nHost: a.test\r\n\r\n"),
    )
}

fn methods() -> Vec<Case> {
    let mut cases = each(
        "9112 §3.1",
        [
            ("a method that nobody knows", Forward, "FOO"),
            ("in lower case", Forward, "get"),
            ("all that a token may have", Forward, "A!#$%&'*+-.^_`|~9"),
            ("@ in a method", Refuse, "G@T"),
            ("( in a method", Refuse, "G(T"),
            ("a colon in a method", Refuse, "GET:"),
            ("NUL in a method", Refuse, "GE\0T"),
            ("a byte beyond ASCII in a method", Refuse, "GÉT"),
            ("a method in quotes", Refuse, "\"GET\""),
        ],
        |method| format!("{method} /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    );
    let long = "M".repeat(40_000);
    cases.push(Case::new(
        "9112 §3.1",
        "a method of 40 kB",
        Refuse,
        format!("{long} /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ));
    cases
}

fn forms() -> Vec<Case> {
    let mut cases = each(
        "9112 §3.2",
        [
            ("no slash", Refuse, "x"),
            ("no slash, but a query", Refuse, "?q"),
            ("an authority", Refuse, "a.test:80"),
            ("* for GET", Refuse, "*"),
            ("a fragment", Refuse, "/x#y"),
            ("a fragment alone", Refuse, "#"),
            ("http:/x", Refuse, "http:/x"),
            ("http:///x", Refuse, "http:///x"),
            ("another scheme", Refuse, "ftp://a.test/x"),
            ("a user in the URL", Refuse, "http://u@a.test/x"),
            ("a port of letters in the URL", Refuse, "http://a.test:x/x"),
            ("a port beyond 65535 in the URL", Refuse, "http://a.test:99999/x"),
            ("two hosts in the URL", Refuse, "http://a.test,b.test/x"),
            ("a URL with a fragment", Refuse, "http://a.test/x#y"),
        ],
        get,
    );
    let url = |name, target: &str| {
        Case::new("9112 §3.2.2", name, Clean, get(target)).sees("Host: other.test\n").hides("Host: a.test")
    };
    cases.extend([
        url("a whole URL goes before Host", "http://other.test/x").sees("GET /x\n"),
        url("a whole URL in upper case", "HTTP://other.test/x").sees("GET /x\n"),
        url("a whole URL without a path", "http://other.test").sees("GET /\n"),
        url("a whole URL with a query alone", "http://other.test?q").sees("GET /?q\n"),
        url("a whole URL, HTTP/1.0", "http://other.test/x").sees("GET /x\n"),
        Case::new(
            "9112 §3.2.2",
            "a whole URL, and no Host",
            Refuse,
            "GET http://other.test/x HTTP/1.1\r\n\r\n",
        ),
        Case::new(
            "9112 §3.2.3",
            "CONNECT host:port",
            Refuse,
            "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\n",
        ),
        Case::new("9112 §3.2.3", "CONNECT /x", Refuse, "CONNECT /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        Case::new(
            "9112 §3.2.3",
            "CONNECT and a URL",
            Refuse,
            "CONNECT http://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n",
        ),
        Case::new("9112 §3.2.4", "OPTIONS *", Answer, "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        Case::new(
            "9112 §3.2.4",
            "POST *",
            Refuse,
            "POST * HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n",
        ),
    ]);
    cases
}

fn paths() -> Vec<Case> {
    let mut cases = each(
        "9112 §3.2.1",
        [
            ("all that a path may have", Forward, "/a-._~!$&'()*+,;=:@/b"),
            ("a bad escape", Refuse, "/a%zz"),
            ("half an escape", Refuse, "/a%2"),
            ("NUL in the target", Refuse, "/a\0b"),
            ("a control character in the target", Refuse, "/a\x01b"),
            ("DEL in the target", Refuse, "/a\x7fb"),
            ("CR in the target", Refuse, "/a\rb"),
            ("%00", Refuse, "/a%00b"),
            ("%2F", Refuse, "/a%2Fb"),
            ("above the root", Refuse, "/../b"),
            ("above the root, by and by", Refuse, "/a/../../b"),
            ("above the root, escaped", Refuse, "/%2e%2E/b"),
            ("above the root, half escaped", Refuse, "/.%2e/b"),
        ],
        get,
    );
    for (name, path, sent) in [
        ("dot segments", "/a/./b/../c", "GET /a/c\n"),
        ("dot segments, escaped", "/a/%2e%2E/c", "GET /c\n"),
        ("two slashes", "/a//b", "GET /a/b\n"),
        ("two slashes at the beginning", "//a.test/b", "GET /a.test/b\n"),
        ("letters that are escaped", "/%41%7E", "GET /A~\n"),
        ("escapes in lower case", "/%c3%a9", "GET /%C3%A9\n"),
        ("a backslash", "/a\\b", "GET /a%5Cb\n"),
        ("a backslash as a separator", "/a\\..\\b", "GET /a%5C..%5Cb\n"),
        ("bytes beyond ASCII in a path", "/é", "GET /%C3%A9\n"),
        ("characters of no path", "/<>\"`{}|^[]", "GET /%3C%3E%22%60%7B%7D%7C%5E%5B%5D\n"),
    ] {
        cases.push(Case::new("9112 §3.2.1", name, Clean, get(path)).sees(sent));
    }
    cases
}

fn queries() -> Vec<Case> {
    let mut cases = each(
        "9112 §3.2.1",
        [
            ("an empty query", Forward, "/x?"),
            ("all that a query may have", Forward, "/x?a-._~!$&'()*+,;=:@/?%41%c3"),
            ("dots in a query", Forward, "/x?/../y"),
            ("NUL in the query", Refuse, "/x?\0"),
            ("a tab in the query", Refuse, "/x?a\tb"),
            ("# in the query", Refuse, "/x?a#b"),
        ],
        get,
    );
    for (name, query, sent) in [
        ("characters of no query", "/x?<>\"`{}|\\^[]", "GET /x?%3C%3E%22%60%7B%7D%7C%5C%5E%5B%5D\n"),
        ("bytes beyond ASCII in a query", "/x?é", "GET /x?%C3%A9\n"),
        ("a percent sign that escapes nothing", "/x?100%&a=%zz", "GET /x?100%25&a=%25zz\n"),
    ] {
        cases.push(Case::new("9112 §3.2.1", name, Clean, get(query)).sees(sent));
    }
    cases
}

fn long() -> Vec<Case> {
    let line = |length: usize| get(&format!("/{}", "a".repeat(length - "GET / HTTP/1.1".len())));
    [
        ("a line of 8190 bytes", Forward, 8190),
        ("a line of 9000 bytes", Refuse, 9000),
        ("a line of 100 kB", Refuse, 100_000),
    ]
    .map(|(name, verdict, length)| Case::new("9112 §3", name, verdict, line(length)))
    .to_vec()
}
