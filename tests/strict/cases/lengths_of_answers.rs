//! Where an answer ends (RFC 9112 §6, §7; RFC 9110 §6.4.1, §8.6).

use crate::case::{
    Case, GET,
    Verdict::{self, Clean, Forward, Refuse},
};

const TEN: &str = "GET /x HTTP/1.0\r\nHost: a.test\r\n\r\n";
const HEAD: &str = "HEAD /x HTTP/1.1\r\nHost: a.test\r\n\r\n";

pub fn cases() -> Vec<Case> {
    [lengths(), chunks(), bodiless(), poisoned()].concat()
}

fn ok(lines: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{lines}\r\n\r\n{body}")
}

fn lengths() -> Vec<Case> {
    let with =
        |name, verdict, line: &str| Case::answered("9110 §8.6", name, verdict, ok(line, "ok")).closes();
    vec![
        with("an answer of a length", Forward, "Content-Length: 2"),
        with("zeros before the length of an answer", Clean, "Content-Length: 002"),
        with("two lengths of an answer, the same", Forward, "Content-Length: 2\r\nContent-Length: 2")
            .sees("ok"),
        with("two lengths of an answer", Refuse, "Content-Length: 2\r\nContent-Length: 3"),
        with("a list of lengths of an answer", Refuse, "Content-Length: 2, 3"),
        with("a letter in the length of an answer", Refuse, "Content-Length: 2x"),
        with("a sign at the length of an answer", Refuse, "Content-Length: +2"),
        with("an answer shorter than nothing", Refuse, "Content-Length: -1"),
        with("an empty length of an answer", Refuse, "Content-Length:"),
        with("a length of an answer beyond 2^64", Refuse, "Content-Length: 18446744073709551618"),
        with("an answer shorter than its length", Refuse, "Content-Length: 9"),
        with("an answer longer than its length", Forward, "Content-Length: 1").hides("ok"),
        with("an answer to the close", Forward, "X-A: 1").sees("ok"),
        with("an answer to the close, for HTTP/1.0", Forward, "X-A: 1").asked(TEN).sees("ok"),
        with("an answer of length 0", Forward, "Content-Length: 0").hides("ok"),
    ]
}

fn chunks() -> Vec<Case> {
    let chunked = |name, verdict, chunks: &str| {
        Case::answered("9112 §7.1", name, verdict, ok("Transfer-Encoding: chunked", chunks)).closes()
    };
    let coded = |name, verdict, lines: &str| {
        Case::answered("9112 §6.1", name, verdict, ok(lines, "2\r\nok\r\n0\r\n\r\n")).closes()
    };
    vec![
        chunked("chunks of an answer", Forward, "2\r\nok\r\n0\r\n\r\n").sees("ok"),
        chunked("chunks of an answer for HTTP/1.0", Clean, "2\r\nok\r\n0\r\n\r\n").asked(TEN).sees("ok"),
        chunked("an extension in an answer", Forward, "2;secret=1\r\nok\r\n0\r\n\r\n").hides("secret"),
        chunked("a trailer of an answer", Forward, "2\r\nok\r\n0\r\nX-Secret: 1\r\n\r\n").hides("Secret"),
        chunked("no size in an answer", Refuse, "\r\nok\r\n0\r\n\r\n"),
        chunked("a chunk size of an answer that is none", Refuse, "2\r\nok\r\nx\r\n\r\n"),
        chunked("a chunk size of an answer beyond 2^64", Refuse, "10000000000000002\r\nok\r\n0\r\n\r\n"),
        chunked("a chunk size of an answer below zero", Refuse, "-2\r\nok\r\n0\r\n\r\n"),
        chunked("a chunk of an answer longer than its size", Refuse, "2\r\nokay\r\n0\r\n\r\n"),
        chunked("NUL in an answer's extension", Refuse, "2;\0\r\nok\r\n0\r\n\r\n"),
        chunked("no last chunk of an answer", Refuse, "2\r\nok\r\n"),
        chunked("no end behind the last chunk of an answer", Refuse, "2\r\nok\r\n0\r\n"),
        coded("a length and chunks in an answer", Clean, "Content-Length: 5\r\nTransfer-Encoding: chunked")
            .sees("\n\nok"),
        coded("chunks and a length in an answer", Clean, "Transfer-Encoding: chunked\r\nContent-Length: 5")
            .sees("\n\nok"),
        coded("chunked twice in an answer", Refuse, "Transfer-Encoding: chunked, chunked"),
        coded("gzip, chunked in an answer", Refuse, "Transfer-Encoding: gzip, chunked"),
        coded("gzip in an answer", Refuse, "Transfer-Encoding: gzip"),
        coded("xchunked in an answer", Refuse, "Transfer-Encoding: xchunked"),
        // That connection is not used again, whatever it says.
        Case::answered("9112 §6.1", "chunks in an answer of HTTP/1.0", Forward, {
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
        })
        .closes()
        .sees("ok"),
        Case::answered("9112 §7.1", "chunks of an answer, byte by byte", Forward, "")
            .answer_pieces([
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"2",
                b"\r",
                b"\n",
                b"o",
                b"k",
                b"\r",
                b"\n0\r\n\r",
                b"\n",
            ])
            .sees("ok"),
    ]
}

fn bodiless() -> Vec<Case> {
    let answered = |name, verdict: Verdict, answer: &str| {
        Case::answered("9112 §6.3", name, verdict, answer).closes().hides("secret")
    };
    vec![
        answered("204", Forward, "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n"),
        answered("204 with a length", Clean, "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"),
        answered("204 with a body", Clean, "HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\nsecret"),
        answered(
            "204 with chunks",
            Clean,
            "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecret\r\n0\r\n\r\n",
        ),
        answered("304", Forward, "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"),
        answered("304 with a length", Clean, "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n"),
        answered("304 with a body", Clean, "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\nsecret"),
        answered(
            "304 with chunks",
            Clean,
            "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecret\r\n0\r\n\r\n",
        ),
        answered("205", Forward, "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"),
        answered("the answer to HEAD", Forward, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n").asked(HEAD),
        answered(
            "the answer to HEAD, with a body",
            Forward,
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret",
        )
        .asked(HEAD),
        answered(
            "the answer to HEAD, chunked",
            Forward,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        )
        .asked(HEAD),
        answered(
            "the answer to HEAD, with two lengths",
            Refuse,
            "HTTP/1.1 200 OK\r\nContent-Length: 6, 6\r\n\r\n",
        )
        .asked(HEAD),
        answered(
            "the answer to HEAD, with two lines of length",
            Refuse,
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Length: 6\r\n\r\n",
        )
        .asked(HEAD),
        answered("the answer to HEAD, without a length", Forward, "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n")
            .asked(HEAD),
    ]
}

/// What comes behind an answer is not the answer to the next request.
fn poisoned() -> Vec<Case> {
    const SECRET: &str = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
    let twice = [GET, GET].concat();
    let poisoned = |name, first: &str| {
        let case = Case::answered("9112 §9.2", name, Forward, first.to_owned() + SECRET).then_ok();
        case.asked(&twice).requests(2).hides("secret")
    };
    let mut head =
        poisoned("another answer behind that to HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
    head.says = vec![[HEAD.as_bytes(), GET].concat()];
    vec![
        poisoned("another answer behind the answer", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        poisoned("another answer behind 204", "HTTP/1.1 204 No Content\r\n\r\n"),
        poisoned("another answer behind 304", "HTTP/1.1 304 Not Modified\r\n\r\n"),
        poisoned(
            "another answer behind chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        ),
        head,
    ]
}
