//! Lines, versions, and where a request begins (RFC 9112 §2).

use super::each;
use crate::case::{
    Case, GET,
    Verdict::{Clean, Forward, Refuse},
};

pub fn cases() -> Vec<Case> {
    let new = |name, verdict, says: &str| Case::new("9112 §2.2", name, verdict, says);
    let line_ends = [
        new("the shortest request", Forward, "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        new("LF alone ends each line", Refuse, "GET /x HTTP/1.1\nHost: a.test\n\n"),
        new("LF alone ends the request line", Refuse, "GET /x HTTP/1.1\nHost: a.test\r\n\r\n"),
        new("LF alone ends a field", Refuse, "GET /x HTTP/1.1\r\nHost: a.test\nX-A: 1\r\n\r\n"),
        new("LF alone ends the head", Refuse, "GET /x HTTP/1.1\r\nHost: a.test\r\n\n"),
        new(
            "Useless:\\n\\n, then a second request",
            Refuse,
            "GET /x HTTP/1.1\r\nHost: a.test\r\nUseless:\n\nGET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n",
        )
        .hides("smuggled"),
        new("CR alone ends a line", Refuse, "GET /x HTTP/1.1\rHost: a.test\r\n\r\n"),
        new("CR alone in a value", Refuse, "GET /x HTTP/1.1\r\nHost: a.test\r\nX-A: a\rb\r\n\r\n"),
        new(
            "CR alone before a field that it hides",
            Refuse,
            "GET /x HTTP/1.1\r\nHost: a.test\r\nX-A: a\rX-B: b\r\n\r\n",
        ),
        new("CR CR LF", Refuse, "GET /x HTTP/1.1\r\nHost: a.test\r\r\n\r\n"),
        new("CR before the name of a field", Refuse, "GET /x HTTP/1.1\r\nHost: a.test\r\n\rX-A: 1\r\n\r\n"),
        new("an empty line before the request", Forward, "\r\nGET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        new("LF alone before the request", Refuse, "\nGET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        new("CR alone before the request", Refuse, "\rGET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        new("a space before the request", Refuse, " GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        new("a space before the first field", Refuse, "GET /x HTTP/1.1\r\n X-A: 1\r\nHost: a.test\r\n\r\n"),
        new("a tab before the first field", Refuse, "GET /x HTTP/1.1\r\n\tHost: a.test\r\n\r\n"),
        new(
            "a line of spaces before the first field",
            Refuse,
            "GET /x HTTP/1.1\r\n  \r\nHost: a.test\r\n\r\n",
        ),
        new("a byte order mark", Refuse, "\u{feff}GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        new("NUL before the request", Refuse, "\0GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        new("no HTTP at all", Refuse, "hello\r\n\r\n"),
        new("the preface of HTTP/2", Refuse, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Case::new(
            "9112 §2.2",
            "a handshake of TLS",
            Refuse,
            b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\r\n\r\n",
        ),
    ];
    let empty = |name, verdict, count: usize| {
        new(name, verdict, &("\r\n".repeat(count) + "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"))
    };
    let empty_lines =
        [empty("ten empty lines before the request", Forward, 10), empty("a thousand of them", Refuse, 1000)];
    let bytes: Vec<Vec<u8>> = GET.iter().map(|byte| vec![*byte]).collect();
    let mut slowly = new("byte by byte", Forward, "");
    slowly.says = bytes;
    let pieces = [
        slowly,
        new("cut between CR and LF", Forward, "").pieces([
            b"GET /x HTTP/1.1\r",
            b"\nHost: a.test\r",
            b"\n\r",
            b"\n",
        ]),
        new("cut within a name", Forward, "").pieces([b"GET /x HTTP/1.1\r\nHo", b"st: a.test\r\n\r\n"]),
        new("cut before a fold", Clean, "")
            .pieces([b"GET /x HTTP/1.1\r\nHost: a.test\r\nX-A: a\r\n", b" b\r\n\r\n"])
            .sees("X-A: a b\n"),
    ];
    let versions = each(
        "9112 §2.3",
        [
            ("HTTP/1.0", Forward, "HTTP/1.0"),
            ("HTTP/1.2", Forward, "HTTP/1.2"),
            ("HTTP/2.0", Forward, "HTTP/2.0"),
            ("HTTP/0.9", Refuse, "HTTP/0.9"),
            ("HTTP/1", Refuse, "HTTP/1"),
            ("HTTP/1.", Refuse, "HTTP/1."),
            ("HTTP/1.10", Refuse, "HTTP/1.10"),
            ("HTTP/11.1", Refuse, "HTTP/11.1"),
            ("HTTP/+1.1", Refuse, "HTTP/+1.1"),
            ("HTTP/1,1", Refuse, "HTTP/1,1"),
            ("HTTP/1.1x", Refuse, "HTTP/1.1x"),
            ("HTTP/1.x", Refuse, "HTTP/1.x"),
            ("in lower case", Refuse, "http/1.1"),
            ("HTTPS/1.1", Refuse, "HTTPS/1.1"),
            ("HTTP1.1", Refuse, "HTTP1.1"),
            ("a space inside", Refuse, "HTTP/ 1.1"),
            ("NUL behind it", Refuse, "HTTP/1.1\0"),
        ],
        |version| format!("GET /x {version}\r\nHost: a.test\r\n\r\n"),
    );
    let simple = [
        Case::new("9112 §2.3", "no version: HTTP/0.9", Refuse, "GET /x\r\n\r\n"),
        Case::new("9112 §2.3", "no version, and fields", Refuse, "GET /x\r\nHost: a.test\r\n\r\n"),
    ];
    [line_ends.to_vec(), empty_lines.to_vec(), pieces.to_vec(), versions, simple.to_vec()].concat()
}
