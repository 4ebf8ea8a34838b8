//! How long an answer is, and what may stand in its status line and between its chunks.

use crate::case::{Case, ROOT, get, request};

/// `Content-Length`, of five bytes.
const LENGTHS: [(&str, &str); 7] = [
    ("two lengths in one line", "5, 5"),
    ("two different lengths in one line", "5,6"),
    ("a length that is no number", "abc"),
    ("an empty length", ""),
    ("a length beyond all", "99999999999999999999"),
    ("two equal length lines", "5\nContent-Length: 5"),
    ("two different length lines", "5\nContent-Length: 6"),
];

/// Status lines that Apache takes.
const STATUS_LINES: [(&str, &str); 14] = [
    ("HTTP/1.2", "HTTP/1.2 200 OK"),
    ("HTTP/1.9", "HTTP/1.9 200 OK"),
    ("HTTP/2.0 in the status line", "HTTP/2.0 200 OK"),
    ("HTTP/0.9 in the status line", "HTTP/0.9 200 OK"),
    ("no blank after the status", "HTTP/1.1 200OK"),
    ("no blank and no reason", "HTTP/1.1 404"),
    ("blanks in the reason", "HTTP/1.1 200   two  blanks"),
    ("a reason beyond ASCII", "HTTP/1.1 200 café"),
    ("a reason with a control character", "HTTP/1.1 200 a\u{1}b"),
    ("a reason with a carriage return", "HTTP/1.1 200 a␍b"),
    ("a reason with NUL", "HTTP/1.1 200 a␀b"),
    ("a reason of 8,000 bytes", "HTTP/1.1 200 {r*8000}"),
    ("status 999", "HTTP/1.1 999 Odd"),
    ("status 306", "HTTP/1.1 306 Odd"),
];

/// Bodies in chunks.
const CHUNKS: [(&str, &str); 15] = [
    ("NUL in the first chunk's extension", "3;a␀b\nabc\n0\n\n"),
    ("a control character in the first chunk's extension", "3;a\u{1}b\nabc\n0\n\n"),
    ("NUL in the second chunk's extension", "3\nabc\n{pause}3;a␀b\nabc\n0\n\n"),
    ("a quoted extension", "3 ; x=\"q; 1\"\nabc\n0\n\n"),
    ("blanks behind the size", "3  \nabc\n0\n\n"),
    ("zeros before the size", "000000000000003\nabc\n0\n\n"),
    ("hexadecimal in either case", "A\n0123456789\na\n0123456789\n0\n\n"),
    ("a blank before the second size", "3\nabc\n{pause} 3\nabc\n0\n\n"),
    ("a bare line feed after the second size", "3\nabc\n{pause}3␊abc\n0\n\n"),
    ("0x before the second size", "3\nabc\n{pause}0x3\nabc\n0\n\n"),
    ("a second size of 17 digits", "3\nabc\n{pause}fffffffffffffffff\nabc\n0\n\n"),
    ("a chunk longer than it says", "3\n{pause}abcdef\n0\n\n"),
    ("a chunk cut off", "3\nabc\n{pause}a\nabc{close}"),
    ("the last line missing", "3\nabc\n{pause}0\n{close}"),
    ("trailers that say a length", "3\nabc\n0\nContent-Length: 9\nX-T: 1\n\n"),
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, length) in LENGTHS {
        for (method, body) in [("GET", "hello{close}"), ("HEAD", "")] {
            let answer = format!("HTTP/1.1 200 OK\nX-A: 1\nContent-Length: {length}\n\n{body}");
            let case = Case::new("answers' lengths", format!("{method}, {name}"));
            cases.push(case.answers([&answer]).ask(request(method, "/", "")));
        }
    }
    for (name, line) in STATUS_LINES {
        let answer = format!("{line}\nContent-Length: 2\n\nok");
        cases.push(Case::new("status line", name).answers([&answer]).ask(get("/x")));
    }
    for (name, body) in CHUNKS {
        let answer = format!("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n{body}");
        cases.push(Case::new("answers' chunks", name).answers([&answer]).ask(get("/x")));
    }
    // A link that may not be used again (RFC 9112 §6.1, §9.3), and those that may.
    let chunks = "Transfer-Encoding: chunked\n\n3\nabc\n0\n\n";
    for (name, answer) in [
        ("HTTP/1.0 with chunks", format!("HTTP/1.0 200 OK\n{chunks}")),
        ("HTTP/1.0 with chunks that keeps", format!("HTTP/1.0 200 OK\nConnection: keep-alive\n{chunks}")),
        ("HTTP/1.0 with a length", "HTTP/1.0 200 OK\nContent-Length: 2\n\nok".to_owned()),
        (
            "Connection: close in a list",
            "HTTP/1.1 200 OK\ncONNECTION: x-a, CLOSE\nContent-Length: 2\n\nok".to_owned(),
        ),
        ("chunks and a length", format!("HTTP/1.1 200 OK\nContent-Length: 2\n{chunks}")),
        (
            "chunks and trailers",
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\nX-T: 1\n\n".to_owned(),
        ),
        ("204 alone", "HTTP/1.1 204 No Content\n\n".to_owned()),
        ("304 with a length", "HTTP/1.1 304 Not Modified\nContent-Length: 5\n\n".to_owned()),
        ("a 103 before", "HTTP/1.1 103 Early Hints\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\nok".to_owned()),
        ("HTTP/1.2 with a length", "HTTP/1.2 200 OK\nContent-Length: 2\n\nok".to_owned()),
        (
            "HTTP/1.1 with Proxy-Connection: close",
            "HTTP/1.1 200 OK\nProxy-Connection: close\nContent-Length: 2\n\nok".to_owned(),
        ),
        ("more than announced", "HTTP/1.1 200 OK\nContent-Length: 2\n\nokMORE".to_owned()),
    ] {
        let case = Case::new("links", name).site(ROOT).answers([&answer]).connections();
        cases.push(case.ask(get("/1")).then(get("/2")));
    }
    let fields = "{X-A: 1\n*300}";
    cases.push(
        Case::new("response headers", "300 headers")
            .answers([&format!("HTTP/1.1 200 OK\n{fields}Content-Length: 2\n\nok")])
            .ask(get("/x")),
    );
    cases
}
