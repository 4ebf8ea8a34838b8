//! Where a request's body ends (RFC 9112 §6; RFC 9110 §8.6).

use super::each;
use crate::case::{
    Case,
    Verdict::{Clean, Forward, Refuse},
};

const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";

fn post(lines: &str, body: &str) -> String {
    format!("POST /x HTTP/1.1\r\nHost: a.test\r\n{lines}\r\n\r\n{body}")
}

pub fn cases() -> Vec<Case> {
    [lengths(), methods(), codings(), both(), ends()].concat()
}

fn lengths() -> Vec<Case> {
    let mut cases = each(
        "9110 §8.6",
        [
            ("a length", Forward, "Content-Length: 5"),
            ("tabs around a length", Forward, "Content-Length:\t5\t"),
            ("zeros before a length", Clean, "Content-Length: 0005"),
            ("twice, the same", Refuse, "Content-Length: 5\r\nContent-Length: 5"),
            ("twice, different", Refuse, "Content-Length: 5\r\nContent-Length: 0"),
            ("twice, in different case", Refuse, "Content-Length: 5\r\nCONTENT-LENGTH: 0"),
            ("a list of the same", Refuse, "Content-Length: 5, 5"),
            ("a list", Refuse, "Content-Length: 5, 0"),
            ("a comma behind it", Refuse, "Content-Length: 5,"),
            ("a sign", Refuse, "Content-Length: +5"),
            ("below zero", Refuse, "Content-Length: -5"),
            ("nothing", Refuse, "Content-Length:"),
            ("hexadecimal", Refuse, "Content-Length: 0x5"),
            ("a letter behind it", Refuse, "Content-Length: 5a"),
            ("a fraction", Refuse, "Content-Length: 5.0"),
            ("an exponent", Refuse, "Content-Length: 5e0"),
            ("an underscore inside", Refuse, "Content-Length: 0_5"),
            ("a space inside", Refuse, "Content-Length: 0 5"),
            ("quotes", Refuse, "Content-Length: \"5\""),
            ("NUL behind it", Refuse, "Content-Length: 5\0"),
            ("a vertical tab before it", Refuse, "Content-Length: \x0b5"),
            ("digits beyond ASCII", Refuse, "Content-Length: ５"),
            ("beyond 2^64", Refuse, "Content-Length: 18446744073709551621"),
            ("beyond 2^63", Refuse, "Content-Length: 9223372036854775813"),
            ("a space before the colon", Refuse, "Content-Length : 5"),
        ],
        |line| post(line, "hello"),
    );
    cases.extend([
        Case::new("9110 §8.6", "length 0", Forward, post("Content-Length: 0", "")),
        Case::new("9112 §6.3", "no length: no body", Forward, post("X-A: 1", "")),
        Case::new(
            "9112 §6.3",
            "no length, and what follows is no request",
            Refuse,
            post("X-A: 1", "hello\r\n\r\n"),
        )
        .requests(1),
        Case::new(
            "9112 §6.3",
            "Content_Length is no length",
            Refuse,
            post("Content_Length: 44", "hello\r\n\r\n"),
        )
        .requests(1),
        Case::new("9112 §6.3", "a body that holds a request", Forward, post("Content-Length: 40", SMUGGLED))
            .sees("GET /smuggled"),
    ]);
    cases
}

fn methods() -> Vec<Case> {
    let with =
        |method: &str| format!("{method} /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello");
    ["GET", "HEAD", "DELETE", "OPTIONS"]
        .map(|method| Case::new("9110 §9.3", method, Forward, with(method)).sees("hello"))
        .into_iter()
        .chain([Case::new("9110 §9.3.8", "TRACE", Forward, with("TRACE"))])
        .map(|case| Case { name: Box::leak(format!("{} with a body", case.name).into_boxed_str()), ..case })
        .collect()
}

fn codings() -> Vec<Case> {
    let mut cases = each(
        "9112 §6.1",
        [
            ("chunked", Clean, "Transfer-Encoding: chunked"),
            ("Chunked", Clean, "Transfer-Encoding: ChunKed"),
            ("tabs around chunked", Clean, "Transfer-Encoding:\tchunked\t"),
            ("chunked, chunked", Refuse, "Transfer-Encoding: chunked, chunked"),
            (", chunked", Refuse, "Transfer-Encoding: , chunked"),
            ("chunked,", Refuse, "Transfer-Encoding: chunked,"),
            ("twice", Refuse, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            ("identity, then chunked", Refuse, "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
            ("chunked, then identity", Refuse, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
            ("gzip, chunked", Refuse, "Transfer-Encoding: gzip, chunked"),
            ("chunked, gzip", Refuse, "Transfer-Encoding: chunked, gzip"),
            ("gzip", Refuse, "Transfer-Encoding: gzip"),
            ("identity", Refuse, "Transfer-Encoding: identity"),
            ("xchunked", Refuse, "Transfer-Encoding: xchunked"),
            ("chunked and more", Refuse, "Transfer-Encoding: chunkedx"),
            ("chunked with a parameter", Refuse, "Transfer-Encoding: chunked;q=1"),
            ("chunked in quotes", Refuse, "Transfer-Encoding: \"chunked\""),
            ("a vertical tab before chunked", Refuse, "Transfer-Encoding: \x0bchunked"),
            ("a form feed behind chunked", Refuse, "Transfer-Encoding: chunked\x0c"),
            ("NUL behind chunked", Refuse, "Transfer-Encoding: chunked\0"),
            ("nothing", Refuse, "Transfer-Encoding:"),
            ("a space before the colon of the coding", Refuse, "Transfer-Encoding : chunked"),
            ("a coding on the line of another field", Refuse, "X-A: 1\nTransfer-Encoding: chunked"),
        ],
        |line| post(line, "5\r\nhello\r\n0\r\n\r\n"),
    );
    cases.extend([
        Case::new("9112 §6.1", "chunks in HTTP/1.0", Refuse, {
            "POST /x HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        }),
        Case::new("9112 §6.1", "chunks of a GET", Clean, {
            "GET /x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        })
        .sees("hello"),
        Case::new(
            "9112 §6.1",
            "Transfer_Encoding is no coding",
            Forward,
            post("Transfer_Encoding: chunked", ""),
        ),
    ]);
    cases
}

/// A length beside a coding: the coding counts, and nothing is read after it (RFC 9112 §6.1).
fn both() -> Vec<Case> {
    let chunks = format!("5\r\nhello\r\n0\r\n\r\n{SMUGGLED}");
    let both = |name, lines: &str| {
        Case::new("9112 §6.1", name, Clean, post(lines, &chunks))
            .sees("hello")
            .hides("smuggled")
            .hides("Content-Length: 4\n")
    };
    let refused =
        |name, lines: &str| Case::new("9112 §6.1", name, Refuse, post(lines, &chunks)).hides("smuggled");
    vec![
        both("a length, then chunked", "Content-Length: 4\r\nTransfer-Encoding: chunked"),
        both("chunked, then a length", "Transfer-Encoding: chunked\r\nContent-Length: 4"),
        both("chunked, and length 0", "Transfer-Encoding: chunked\r\nContent-Length: 0"),
        refused("a length, and xchunked", "Content-Length: 4\r\nTransfer-Encoding: xchunked"),
        refused("a length, and identity", "Content-Length: 4\r\nTransfer-Encoding: identity"),
        refused("a bad length, and chunked", "Content-Length: 4x\r\nTransfer-Encoding: chunked"),
        refused(
            "two lengths, and chunked",
            "Content-Length: 4\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        ),
        refused(
            "a length, and chunked twice",
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        ),
    ]
}

fn ends() -> Vec<Case> {
    vec![
        Case::new("9112 §8", "a body that is too short", Refuse, post("Content-Length: 9", "hello")).done(),
        Case::new("9112 §8", "a head that is cut off", Refuse, "GET /x HTTP/1.1\r\nHost: a.test\r\n").done(),
        Case::new("9112 §8", "a request line that is cut off", Refuse, "GET /x HT").done(),
        Case::new("9112 §6.3", "a body in pieces", Forward, "")
            .pieces([b"POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\n", b"he", b"llo"])
            .sees("hello"),
        Case::new(
            "9112 §6.3",
            "a body of 100 kB",
            Forward,
            post("Content-Length: 100000", &"a".repeat(100_000)),
        ),
    ]
}
