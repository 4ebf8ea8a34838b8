//! What a proxy must do with some fields and methods of a request (RFC 9110 §7.6, §9, §10).

use super::each;
use crate::case::{
    Case,
    Verdict::{Answer, Clean, Forward, Refuse},
};

fn get(lines: &str) -> String {
    format!("GET /x HTTP/1.1\r\nHost: a.test\r\n{lines}\r\n\r\n")
}

pub fn cases() -> Vec<Case> {
    [expect(), max_forwards(), others()].concat()
}

fn expect() -> Vec<Case> {
    let post = |version: &str, lines: &str| {
        format!("POST /x HTTP/{version}\r\nHost: a.test\r\n{lines}\r\nContent-Length: 5\r\n\r\nhello")
    };
    vec![
        Case::new("9110 §10.1.1", "100-continue", Forward, post("1.1", "Expect: 100-continue")).sees("hello"),
        Case::new("9110 §10.1.1", "in another case", Forward, post("1.1", "Expect: 100-Continue")).sees("hello"),
        Case::new("9110 §10.1.1", "the body comes later", Forward, "").pieces([
            b"POST /x HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
            b"hello",
        ])
        .sees("hello"),
        Case::new("9110 §10.1.1", "of chunks", Forward, {
            "POST /x HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        })
        .sees("hello"),
        Case::new("9110 §10.1.1", "in HTTP/1.0", Forward, post("1.0", "Expect: 100-continue")).sees("hello"),
        Case::new("9110 §10.1.1", "another expectation", Refuse, post("1.1", "Expect: x")),
        Case::new("9110 §10.1.1", "one more expectation", Refuse, post("1.1", "Expect: 100-continue, x")),
        Case::new("9110 §10.1.1", "one more, on another line", Refuse, post("1.1", "Expect: 100-continue\r\nExpect: x")),
        Case::new("9110 §10.1.1", "twice the same", Refuse, post("1.1", "Expect: 100-continue\r\nExpect: 100-continue")),
        Case::new("9110 §10.1.1", "no expectation", Refuse, post("1.1", "Expect:")),
    ]
}

fn max_forwards() -> Vec<Case> {
    let mut cases = each(
        "9110 §7.6.2",
        [
            ("at zero", Refuse, "0"),
            ("below zero", Refuse, "-1"),
            ("no number", Refuse, "x"),
            ("nothing", Refuse, ""),
            ("a list", Refuse, "5, 5"),
            ("beyond 2^64", Refuse, "18446744073709551616"),
        ],
        |value| get(&format!("Max-Forwards: {value}")),
    );
    cases.extend([
        Case::new("9110 §7.6.2", "five", Clean, get("Max-Forwards: 5")).sees("Max-Forwards: 4\n"),
        Case::new("9110 §7.6.2", "a sign", Clean, get("Max-Forwards: +1")).sees("Max-Forwards: 0\n"),
        Case::new("9110 §7.6.2", "zeros before it", Clean, get("Max-Forwards: 05")).sees("Max-Forwards: 4\n"),
        Case::new("9110 §7.6.2", "twice", Refuse, get("Max-Forwards: 5\r\nMax-Forwards: 5")),
        Case::new(
            "9110 §7.6.2",
            "TRACE at zero",
            Answer,
            "TRACE /x HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n",
        ),
        Case::new(
            "9110 §7.6.2",
            "OPTIONS at zero",
            Answer,
            "OPTIONS /x HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n",
        ),
        Case::new(
            "9110 §7.6.2",
            "TRACE at one",
            Clean,
            "TRACE /x HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 1\r\n\r\n",
        )
        .sees("Max-Forwards: 0\n"),
    ]);
    cases
}

fn others() -> Vec<Case> {
    let mut cases = each(
        "9110 §9",
        [
            ("HEAD", Forward, "HEAD"),
            ("PUT", Forward, "PUT"),
            ("OPTIONS", Forward, "OPTIONS"),
            ("TRACE", Forward, "TRACE"),
        ],
        |method| format!("{method} /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    );
    cases.extend(each(
        "9110 §7.6",
        [
            ("Via passes", Forward, "Via: 1.1 client"),
            (
                "conditions pass",
                Forward,
                "If-None-Match: \"a\"\r\nIf-Modified-Since: Mon, 23 Nov 2026 17:40:57 GMT",
            ),
            ("a range passes", Forward, "Range: bytes=0-"),
            ("a range that is none passes", Forward, "Range: lines=x"),
            ("Authorization passes", Forward, "Authorization: Basic eDp5"),
            ("Proxy is a field like others", Forward, "Proxy: x"),
            ("X-Forwarded-For is added to", Clean, "X-Forwarded-For: 1.2.3.4"),
        ],
        get,
    ));
    cases
}
