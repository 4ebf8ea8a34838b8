//! What a backend answers: its lines, its fields, and the answers on the way (RFC 9112 §4, §5; RFC 9110 §15).

use super::each;
use crate::case::{
    Case, GET,
    Verdict::{Clean, Forward, Refuse},
};

pub fn cases() -> Vec<Case> {
    [status_lines(), fields(), hop_by_hop(), interim(), ends()].concat()
}

/// Cases about an answer that differ in one part of it.
fn answers<const N: usize>(
    section: &'static str,
    cases: [(&'static str, crate::case::Verdict, &'static str); N],
    answer: impl Fn(&str) -> String,
) -> Vec<Case> {
    let case = |case: Case| Case::answered(section, case.name, case.verdict, case.all());
    each(section, cases, answer).into_iter().map(case).collect()
}

fn status_lines() -> Vec<Case> {
    let mut cases = answers(
        "9112 §4",
        [
            ("a reason of its own", Forward, "HTTP/1.1 200 Fine, thanks"),
            ("an empty reason", Forward, "HTTP/1.1 200 "),
            ("no reason, and no space", Forward, "HTTP/1.1 200"),
            ("bytes beyond ASCII in the reason", Forward, "HTTP/1.1 200 é"),
            ("status 299", Forward, "HTTP/1.1 299 Odd"),
            ("status 600", Forward, "HTTP/1.1 600 Odder"),
            ("status 404", Forward, "HTTP/1.1 404 Not Found"),
            ("HTTP/1.0", Forward, "HTTP/1.0 200 OK"),
            ("HTTP/1.2", Forward, "HTTP/1.2 200 OK"),
            ("status 99", Refuse, "HTTP/1.1 99 OK"),
            ("status 099", Refuse, "HTTP/1.1 099 OK"),
            ("status 1000", Refuse, "HTTP/1.1 1000 OK"),
            ("a status of letters", Refuse, "HTTP/1.1 abc OK"),
            ("a status with a sign", Refuse, "HTTP/1.1 +20 OK"),
            ("no status", Refuse, "HTTP/1.1"),
            ("two spaces before the status", Refuse, "HTTP/1.1  200 OK"),
            ("a tab before the status", Refuse, "HTTP/1.1\t200 OK"),
            ("HTTP/2.0", Refuse, "HTTP/2.0 200 OK"),
            ("HTTP/0.9", Refuse, "HTTP/0.9 200 OK"),
            ("http/1.1 in lower case", Refuse, "http/1.1 200 OK"),
            ("ICY 200 OK", Refuse, "ICY 200 OK"),
            ("NUL in the reason", Refuse, "HTTP/1.1 200 O\0K"),
            ("a control character in the reason", Refuse, "HTTP/1.1 200 O\x01K"),
            ("CR alone in the reason", Refuse, "HTTP/1.1 200 O\rK"),
        ],
        |line| format!("{line}\r\nContent-Length: 2\r\n\r\nok"),
    );
    cases.iter_mut().for_each(|case| case.answers[0].close = true);
    cases.extend([
        Case::answered("9112 §2.2", "no HTTP at all in an answer", Refuse, "this is not http\r\n\r\n")
            .closes(),
        Case::answered("9112 §2.2", "a request for an answer", Refuse, GET).closes(),
        Case::answered(
            "9112 §2.2",
            "LF alone ends each line of an answer",
            Clean,
            "HTTP/1.1 200 OK\nX-A: 1\nContent-Length: 2\n\nok",
        )
        .sees("X-A: 1\n"),
        Case::answered(
            "9112 §2.2",
            "LF alone ends one field of an answer",
            Clean,
            "HTTP/1.1 200 OK\r\nX-A: 1\nContent-Length: 2\r\n\r\nok",
        )
        .sees("X-A: 1\n"),
        Case::answered(
            "9112 §2.2",
            "CR alone ends each line of an answer",
            Refuse,
            "HTTP/1.1 200 OK\rContent-Length: 2\r\rok",
        )
        .closes(),
        Case::answered(
            "9112 §2.2",
            "an empty line before the answer",
            Clean,
            "\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        )
        .closes(),
    ]);
    cases
}

fn fields() -> Vec<Case> {
    let mut cases = answers(
        "9112 §5",
        [
            ("a field of an answer", Forward, "X-A: 1"),
            ("the same twice in an answer", Forward, "Set-Cookie: a=b\r\nSet-Cookie: c=d"),
            ("an empty value in an answer", Forward, "X-A:"),
            ("bytes beyond ASCII in an answer", Forward, "X-A: é"),
            ("a tab in an answer's value", Forward, "X-A: a\tb"),
            ("spaces around an answer's value", Forward, "X-A:  \t1 \t"),
            ("a space in an answer's name", Refuse, "X A: 1"),
            ("a space before an answer's colon", Refuse, "X-A : 1"),
            ("no colon in an answer", Refuse, "X-A"),
            ("no name in an answer", Refuse, ": 1"),
            ("( in an answer's name", Refuse, "X(A: 1"),
            ("NUL in an answer's name", Refuse, "X\0A: 1"),
            ("a byte beyond ASCII in an answer's name", Refuse, "Xé: 1"),
            ("NUL in an answer's value", Refuse, "X-A: a\0b"),
            ("a control character in an answer's value", Refuse, "X-A: a\x01b"),
            ("DEL in an answer's value", Refuse, "X-A: a\x7fb"),
            ("CR alone in an answer's value", Refuse, "X-A: a\rb"),
            ("CR alone before a field that it hides in an answer", Refuse, "X-A: a\rSet-Cookie: b"),
            ("a fold before the first field of an answer", Refuse, " X-A: a"),
        ],
        |line| format!("HTTP/1.1 200 OK\r\n{line}\r\nContent-Length: 2\r\n\r\nok"),
    );
    let answered = |name, verdict, lines: &str| {
        Case::answered(
            "9112 §5.2",
            name,
            verdict,
            format!("HTTP/1.1 200 OK\r\n{lines}\r\nContent-Length: 2\r\n\r\nok"),
        )
    };
    let many = |count: usize| (0..count).map(|n| format!("X-{n}: 1")).collect::<Vec<_>>().join("\r\n");
    cases.extend([
        answered("a folded field of an answer", Clean, "X-A: a\r\n  b").sees("X-A: a b\n"),
        answered("a field folded twice in an answer", Clean, "X-A: a\r\n b\r\n\tc").sees("X-A: a b c\n"),
        answered("a fold of spaces alone in an answer", Clean, "X-A: a\r\n  \r\nX-B: b").sees("X-B: b\n"),
        answered("a line of 8000 bytes in an answer", Forward, &format!("X-A: {}", "a".repeat(8000))),
        answered("a line of 9000 bytes in an answer", Refuse, &format!("X-A: {}", "a".repeat(9000))),
        answered("90 lines in an answer", Forward, &many(90)),
        answered("300 lines in an answer", Forward, &many(300)),
        answered(
            "two Content-Types in an answer",
            Clean,
            "Content-Type: text/plain\r\nContent-Type: text/html",
        )
        .sees("text/plain")
        .hides("text/html"),
    ]);
    cases
}

fn hop_by_hop() -> Vec<Case> {
    let field = |name, lines: &str| {
        let answer = format!("HTTP/1.1 200 OK\r\n{lines}\r\nContent-Length: 2\r\n\r\nok");
        Case::answered("9110 §7.6.1", name, Clean, answer).hides("secret")
    };
    vec![
        field("a field named by Connection, in an answer", "Connection: X-A\r\nX-A: secret"),
        field("Connection: close in an answer", "Connection: close").closes(),
        field("Connection names Content-Length in an answer", "Connection: Content-Length").sees("ok"),
        field("Keep-Alive in an answer", "Keep-Alive: timeout=secret"),
        field("Proxy-Connection in an answer", "Proxy-Connection: secret"),
        field("TE in an answer", "TE: secret"),
        field("Trailer in an answer", "Trailer: secret"),
        field("Upgrade in an answer", "Upgrade: secret"),
        field("Proxy-Authenticate in an answer", "Proxy-Authenticate: secret"),
    ]
}

fn interim() -> Vec<Case> {
    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let before = |name, verdict, first: &str| {
        Case::answered("9110 §15.2", name, verdict, first.to_owned() + OK).sees("ok")
    };
    let early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    vec![
        before("100 that nobody asked for", Clean, "HTTP/1.1 100 Continue\r\n\r\n"),
        before("103", Forward, early),
        before("103 for HTTP/1.0", Clean, early).asked("GET /x HTTP/1.0\r\nHost: a.test\r\n\r\n"),
        before("102", Forward, "HTTP/1.1 102 Processing\r\n\r\n"),
        before("103 with a length", Clean, "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n"),
        before("103 with a coding", Clean, "HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n"),
        before(
            "103 with fields of one connection",
            Clean,
            "HTTP/1.1 103 Early Hints\r\nConnection: X-A\r\nX-A: secret\r\n\r\n",
        )
        .hides("secret"),
        Case::answered(
            "9110 §15.2",
            "101 that nobody asked for",
            Refuse,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        )
        .closes(),
        before("nine times 100", Clean, &"HTTP/1.1 100 Continue\r\n\r\n".repeat(9)),
        // More than anybody needs, and perhaps without end.
        Case::answered(
            "9110 §15.2",
            "a hundred times 100",
            Refuse,
            "HTTP/1.1 100 Continue\r\n\r\n".repeat(100) + OK,
        )
        .closes(),
        Case::answered("9110 §15.2", "100, and no end", Refuse, "HTTP/1.1 100 Continue\r\n\r\n").closes(),
    ]
}

fn ends() -> Vec<Case> {
    vec![
        Case::answered("9112 §8", "not a byte", Refuse, "").closes(),
        Case::answered("9112 §8", "half a status line", Refuse, "HTTP/1.1 2").closes(),
        Case::answered("9112 §8", "half a head", Refuse, "HTTP/1.1 200 OK\r\nX-A: 1\r\n").closes(),
        Case::answered("9112 §8", "an answer in pieces", Forward, "").answer_pieces([
            b"HTTP/1.1 2",
            b"00 OK\r",
            b"\nX-A: 1\r\nContent-Le",
            b"ngth: 2\r\n\r",
            b"\no",
            b"k",
        ]),
        Case::answered("9112 §8", "an answer in pieces, folded", Clean, "")
            .answer_pieces([b"HTTP/1.1 200 OK\r\nX-A: a\r\n", b" b\r\nContent-Length: 2\r\n\r\nok"])
            .sees("X-A: a b\n"),
    ]
}
