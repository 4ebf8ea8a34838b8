//! `Host` (RFC 9112 §3.2; RFC 9110 §7.2).

use super::each;
use crate::case::{
    Case,
    Verdict::{Clean, Forward, Refuse},
};

pub fn cases() -> Vec<Case> {
    let lines = each(
        "9112 §3.2",
        [
            ("no Host", Refuse, ""),
            ("two, the same", Refuse, "Host: a.test\r\nHost: a.test\r\n"),
            ("two, different", Refuse, "Host: a.test\r\nHost: b.test\r\n"),
            ("two, one of them empty", Refuse, "Host: a.test\r\nHost:\r\n"),
            ("two, in different case", Refuse, "Host: a.test\r\nhOST: b.test\r\n"),
            ("a space before the colon", Refuse, "Host : a.test\r\n"),
            ("folded", Refuse, "Host: a\r\n .test\r\n"),
            ("folded onto its own line", Clean, "Host:\r\n a.test\r\n"),
            ("no space behind the colon", Forward, "Host:a.test\r\n"),
            ("spaces and tabs around it", Forward, "Host: \t a.test \t\r\n"),
            ("its name in any case", Forward, "hOsT: a.test\r\n"),
            ("behind other fields", Forward, "X-A: 1\r\nHost: a.test\r\n"),
        ],
        |lines| format!("GET /x HTTP/1.1\r\n{lines}\r\n"),
    );
    let values = each(
        "9110 §7.2",
        [
            ("an empty one", Refuse, ""),
            ("a space inside", Refuse, "a b"),
            ("a tab inside", Refuse, "a\tb"),
            ("a list", Refuse, "a.test, b.test"),
            ("a comma", Refuse, "a.test,b.test"),
            ("a slash", Refuse, "a.test/x"),
            ("a backslash", Refuse, "a.test\\x"),
            ("a user", Refuse, "u@a.test"),
            ("a user and a password", Refuse, "u:p@a.test"),
            ("a whole URL", Refuse, "http://a.test/"),
            ("a question mark", Refuse, "a.test?x"),
            ("#", Refuse, "a.test#x"),
            ("quotes", Refuse, "\"a.test\""),
            ("a semicolon", Refuse, "a.test;b"),
            ("an escape", Refuse, "a%2Etest"),
            ("NUL", Refuse, "a.te\0st"),
            ("a byte beyond ASCII", Refuse, "é.test"),
            ("two dots", Refuse, "a..test"),
            ("a dot alone", Refuse, "."),
            ("a port of letters", Refuse, "a.test:x"),
            ("a port with a sign", Refuse, "a.test:+80"),
            ("a port of nothing", Refuse, "a.test:"),
            ("port 0", Refuse, "a.test:0"),
            ("a port beyond 65535", Refuse, "a.test:65536"),
            ("two ports", Refuse, "a.test:80:80"),
            ("half an IPv6 address", Refuse, "[::1"),
            ("no IPv6 address", Refuse, "[a.test]"),
            ("an IPv6 address without brackets", Refuse, "::1"),
            ("something behind the brackets", Refuse, "[::1]x"),
            ("an IPv6 address", Forward, "[::1]"),
            ("an IPv6 address and a port", Forward, "[::1]:8080"),
            ("an IPv4 address", Forward, "127.0.0.1:80"),
            ("a dot at the end", Forward, "a.test."),
            ("an underscore", Forward, "a_b.test"),
            ("in upper case", Forward, "A.TEST"),
        ],
        |host| format!("GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    );
    let others = [
        Case::new(
            "9112 §3.2",
            "of 9000 bytes",
            Refuse,
            format!("GET /x HTTP/1.1\r\nHost: {}\r\n\r\n", "a".repeat(9000)),
        ),
        Case::new("9112 §3.2", "HTTP/1.0 without Host", Forward, "GET /x HTTP/1.0\r\n\r\n"),
        Case::new("9112 §3.2", "HTTP/1.0 with an empty Host", Clean, "GET /x HTTP/1.0\r\nHost:\r\n\r\n"),
        Case::new("9112 §3.2", "HTTP/1.0 with two", Refuse, "GET /x HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
        Case::new(
            "9112 §3.2",
            "HTTP/1.0 with none that is a host",
            Refuse,
            "GET /x HTTP/1.0\r\nHost: a b\r\n\r\n",
        ),
        Case::new(
            "9112 §3.2",
            "a whole URL and a bad Host",
            Refuse,
            "GET http://a.test/x HTTP/1.1\r\nHost: a b\r\n\r\n",
        ),
        Case::new(
            "9112 §3.2",
            "a whole URL and two Hosts",
            Refuse,
            "GET http://a.test/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        ),
    ];
    [lines, values, others.to_vec()].concat()
}
