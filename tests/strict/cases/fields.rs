//! Field lines (RFC 9112 §5; RFC 9110 §5).

use super::each;
use crate::case::{
    Case,
    Verdict::{Clean, Forward, Refuse},
};

fn get(lines: &str) -> String {
    format!("GET /x HTTP/1.1\r\nHost: a.test\r\n{lines}\r\n\r\n")
}

pub fn cases() -> Vec<Case> {
    [names(), values(), folds(), repeated(), long()].concat()
}

fn names() -> Vec<Case> {
    each(
        "9112 §5.1",
        [
            ("a space before the colon", Refuse, "X-A : 1"),
            ("a tab before the colon", Refuse, "X-A\t: 1"),
            ("no colon", Refuse, "X-A"),
            ("no colon, at the end", Refuse, "X-A: 1\r\nX-B"),
            ("no name", Refuse, ": 1"),
            ("a space in the name", Refuse, "X A: 1"),
            ("( in the name", Refuse, "X(A: 1"),
            ("@ in the name", Refuse, "X@A: 1"),
            ("a slash in the name", Refuse, "X/A: 1"),
            ("quotes around the name", Refuse, "\"X-A\": 1"),
            ("NUL in the name", Refuse, "X\0A: 1"),
            ("DEL in the name", Refuse, "X\x7fA: 1"),
            ("a byte beyond ASCII in the name", Refuse, "Xé: 1"),
            ("all that a token may have", Forward, "X!#$%&'*+-.^_`|~9: 1"),
            ("an underscore", Forward, "X_A: 1"),
            ("a second colon", Forward, "X-A: b: c"),
        ],
        get,
    )
}

fn values() -> Vec<Case> {
    each(
        "9110 §5.5",
        [
            ("NUL in a value", Refuse, "X-A: a\0b"),
            ("a control character in a value", Refuse, "X-A: a\x01b"),
            ("ESC in a value", Refuse, "X-A: a\x1bb"),
            ("DEL in a value", Refuse, "X-A: a\x7fb"),
            ("a vertical tab in a value", Refuse, "X-A: a\x0bb"),
            ("a form feed behind a value", Refuse, "X-A: a\x0c"),
            ("a tab in a value", Forward, "X-A: a\tb"),
            ("bytes beyond ASCII in a value", Forward, "X-A: é"),
            ("an empty value", Forward, "X-A:"),
            ("an empty value of spaces", Forward, "X-A:   "),
            ("no space behind the colon", Forward, "X-A:1"),
            ("spaces and tabs around a value", Forward, "X-A: \t 1 \t "),
            ("spaces inside of a value", Forward, "X-A: a   b"),
        ],
        get,
    )
}

fn folds() -> Vec<Case> {
    let folded = |name, lines: &str, seen| Case::new("9112 §5.2", name, Clean, get(lines)).sees(seen);
    let mut cases = vec![
        folded("folded with a space", "X-A: a\r\n b", "X-A: a b\n"),
        folded("folded with a tab", "X-A: a\r\n\tb", "X-A: a b\n"),
        folded("folded twice", "X-A: a\r\n b\r\n c", "X-A: a b c\n"),
        folded("folded from an empty line", "X-A:\r\n b", "X-A: b\n"),
        folded("a fold that looks like a field", "X-A: a\r\n X-B: b", "X-A: a X-B: b\n"),
        folded(
            "a fold that looks like a length",
            "X-A: a\r\n Content-Length: 5",
            "X-A: a Content-Length: 5\n",
        )
        .hides("\nContent-Length"),
        Case::new("9112 §5.2", "a fold of spaces alone", Refuse, get("X-A: a\r\n  \r\nX-B: b")),
    ];
    cases.extend(each(
        "9112 §5.2",
        [
            ("NUL in a fold", Refuse, "X-A: a\r\n \0"),
            ("LF alone before a fold", Refuse, "X-A: a\n b"),
            ("a length that is folded", Refuse, "Content-Length:\r\n 0"),
            ("a length of two lines", Refuse, "Content-Length: 0\r\n 0"),
            ("a coding that is folded", Refuse, "Transfer-Encoding:\r\n chunked"),
            ("a coding of two lines", Refuse, "Transfer-Encoding: chunked\r\n , identity"),
        ],
        get,
    ));
    cases
}

fn repeated() -> Vec<Case> {
    let repeated = |name, lines: &str, seen| Case::new("9110 §5.3", name, Clean, get(lines)).sees(seen);
    vec![
        repeated("the same field twice", "X-A: 1\r\nX-B: 2\r\nx-a: 3", "X-A: 1, 3\n"),
        repeated("two Cookie lines", "Cookie: a=b\r\nCookie: c=d", "Cookie: a=b, c=d\n"),
    ]
}

fn long() -> Vec<Case> {
    let line = |length: usize| get(&format!("X-A: {}", "a".repeat(length - "X-A: ".len())));
    let lines = |count: usize, length: usize| {
        get(&(0..count).map(|n| format!("X-{n}: {}", "a".repeat(length))).collect::<Vec<_>>().join("\r\n"))
    };
    vec![
        Case::new("9110 §5.4", "a line of 8190 bytes", Forward, line(8190)),
        Case::new("9110 §5.4", "a line of 9000 bytes", Refuse, line(9000)),
        Case::new("9110 §5.4", "a line of 300 kB", Refuse, line(300_000)),
        Case::new("9110 §5.4", "90 lines", Forward, lines(90, 10)),
        Case::new("9110 §5.4", "100 lines", Forward, lines(99, 10)),
        Case::new("9110 §5.4", "97 lines of 8 kB", Forward, lines(96, 8000)),
        Case::new("9110 §5.4", "101 lines", Refuse, lines(100, 10)),
        Case::new("9110 §5.4", "ten thousand lines", Refuse, lines(10_000, 10)),
        Case::new("9110 §5.4", "40 lines of 4 kB", Forward, lines(40, 4000)),
        Case::new("9110 §5.4", "300 kB in lines of 6 kB", Forward, lines(50, 6000)),
        Case::new("9110 §5.4", "a name of 9000 bytes", Refuse, get(&format!("{}: 1", "X".repeat(9000)))),
    ]
}
