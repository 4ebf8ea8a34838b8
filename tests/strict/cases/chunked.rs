//! Chunks (RFC 9112 §7.1).

use super::each;
use crate::case::{
    Case,
    Verdict::{Clean, Forward, Refuse},
};

fn post(chunks: &str) -> String {
    format!("POST /x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}")
}

pub fn cases() -> Vec<Case> {
    [sizes(), extensions(), ends(), trailers(), long()].concat()
}

fn sizes() -> Vec<Case> {
    let mut cases = each(
        "9112 §7.1",
        [
            ("digits in lower case", Clean, "a\r\n0123456789\r\n0\r\n\r\n"),
            ("digits in upper case", Clean, "A\r\n0123456789\r\n0\r\n\r\n"),
            ("zeros before the size", Clean, "0005\r\nhello\r\n0\r\n\r\n"),
            ("several zeros at the end", Clean, "5\r\nhello\r\n000\r\n\r\n"),
            ("no data", Clean, "0\r\n\r\n"),
            ("no size", Refuse, "\r\nhello\r\n0\r\n\r\n"),
            ("no digit", Refuse, "g\r\nhello\r\n0\r\n\r\n"),
            ("below zero", Refuse, "-5\r\nhello\r\n0\r\n\r\n"),
            ("a sign", Refuse, "+5\r\nhello\r\n0\r\n\r\n"),
            ("0x", Refuse, "0x5\r\nhello\r\n0\r\n\r\n"),
            ("an underscore", Refuse, "0_5\r\nhello\r\n0\r\n\r\n"),
            ("a letter behind the size", Refuse, "5g\r\nhello\r\n0\r\n\r\n"),
            ("a space before the size", Refuse, " 5\r\nhello\r\n0\r\n\r\n"),
            ("a space behind the size", Clean, "5 \r\nhello\r\n0\r\n\r\n"),
            ("a tab behind the size", Clean, "5\t\r\nhello\r\n0\r\n\r\n"),
            ("a space in the size", Refuse, "0 5\r\nhello\r\n0\r\n\r\n"),
            ("NUL behind the size", Refuse, "5\0\r\nhello\r\n0\r\n\r\n"),
            ("beyond 2^64", Refuse, "10000000000000005\r\nhello\r\n0\r\n\r\n"),
            (
                "beyond 2^64, after a good one",
                Refuse,
                "5\r\nhello\r\n10000000000000005\r\nhello\r\n0\r\n\r\n",
            ),
        ],
        post,
    );
    let mut ones = Case::new("9112 §7.1", "byte by byte", Clean, "").sees("hello");
    ones.says = post("5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n").bytes().map(|byte| vec![byte]).collect();
    cases.extend([
        ones,
        // So long a chunk may be meant, but it does not come.
        Case::new("9112 §7.1", "2^64 - 1", Refuse, post("ffffffffffffffff\r\nhello\r\n0\r\n\r\n")).done(),
        Case::new("9112 §7.1", "2^63", Refuse, post("8000000000000000\r\nhello\r\n0\r\n\r\n")).done(),
        Case::new("9112 §7.1", "several chunks", Clean, post("1\r\nh\r\n4\r\nello\r\n0\r\n\r\n"))
            .sees("hello"),
        Case::new(
            "9112 §7.1",
            "a chunk that holds a request",
            Clean,
            post("12\r\nGET / HTTP/1.1\r\n\r\n\r\n0\r\n\r\n"),
        )
        .sees("GET / HTTP/1.1"),
        Case::new(
            "9112 §7.1",
            "a thousand zeros before the size",
            Clean,
            post(&format!("{}5\r\nhello\r\n0\r\n\r\n", "0".repeat(1000))),
        ),
    ]);
    cases
}

fn extensions() -> Vec<Case> {
    let with = |extension: &str| post(&format!("5{extension}\r\nhello\r\n0\r\n\r\n"));
    let mut cases = each(
        "9112 §7.1.1",
        [
            ("a name", Clean, ";secret"),
            ("a name and a value", Clean, ";secret=b"),
            ("a value in quotes", Clean, ";secret=\"b c\\\"d\""),
            ("a quoted value that looks like an end", Clean, ";secret=\"\\\"0;\""),
            ("two of them", Clean, ";secret=b;c=d"),
            ("spaces around the parts", Clean, " ; secret = b"),
            ("NUL in an extension", Refuse, ";a\0b"),
            ("a control character in an extension", Refuse, ";a\x01b"),
            ("LF alone in an extension", Refuse, ";a\nb"),
            ("CR alone in an extension", Refuse, ";a\rb"),
            ("LF alone in a quoted value", Refuse, ";a=\"\n\""),
            ("DEL in an extension", Refuse, ";a\x7f"),
        ],
        with,
    );
    cases.iter_mut().for_each(|case| case.hides.push("secret"));
    cases.push(Case::new(
        "9112 §7.1.1",
        "an extension of 20 kB",
        Refuse,
        with(&format!(";{}", "a".repeat(20_000))),
    ));
    cases
}

fn ends() -> Vec<Case> {
    let mut cases = each(
        "9112 §7.1",
        [
            ("LF alone behind the size", Refuse, "5\nhello\r\n0\r\n\r\n"),
            ("LF alone behind the data", Refuse, "5\r\nhello\n0\r\n\r\n"),
            ("LF alone behind the last size", Refuse, "5\r\nhello\r\n0\n\r\n"),
            ("LF alone at the end", Refuse, "5\r\nhello\r\n0\r\n\n"),
            ("CR alone behind the size", Refuse, "5\rhello\r\n0\r\n\r\n"),
            ("CR alone behind the data", Refuse, "5\r\nhello\r0\r\n\r\n"),
            ("CR CR LF behind the data", Refuse, "5\r\nhello\r\r\n0\r\n\r\n"),
            ("CR CR LF behind the size", Refuse, "5\r\r\nhello\r\n0\r\n\r\n"),
            ("nothing behind the data", Refuse, "5\r\nhello0\r\n\r\n"),
            ("more data than its size", Refuse, "5\r\nhello!\r\n0\r\n\r\n"),
            ("less data than its size", Refuse, "9\r\nhello\r\n0\r\n\r\n"),
            ("an empty line between chunks", Refuse, "5\r\nhello\r\n\r\n0\r\n\r\n"),
        ],
        post,
    );
    cases.iter_mut().for_each(|case| case.done = true);
    cases.extend([
        Case::new("9112 §8", "no last chunk", Refuse, post("5\r\nhello\r\n")).done(),
        Case::new("9112 §8", "no empty line at the end", Refuse, post("5\r\nhello\r\n0\r\n")).done(),
        Case::new(
            "9112 §7.1",
            "a request behind the last chunk",
            Clean,
            post("0\r\n\r\n") + "GET /y HTTP/1.1\r\nHost: a.test\r\n\r\n",
        )
        .requests(2)
        .sees("GET /y"),
        Case::new(
            "9112 §7.1",
            "a request behind a bad end",
            Refuse,
            post("5\r\nhello\r\n0\r\nX\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        )
        .hides("smuggled"),
        Case::new(
            "9112 §7.1.1",
            "a request behind LF in an extension",
            Refuse,
            post("2;\nxx\r\n43\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.test\r\nX: ")
                + "\r\n\r\n0\r\n\r\n",
        )
        .done()
        .hides("smuggled"),
    ]);
    cases
}

fn trailers() -> Vec<Case> {
    let with = |trailers: &str| post(&format!("5\r\nhello\r\n0\r\n{trailers}\r\n\r\n"));
    let mut cases = each(
        "9112 §7.1.2",
        [
            ("a trailer", Clean, "X-Secret: 1"),
            ("two trailers", Clean, "X-Secret: 1\r\nX-B: 2"),
            ("a trailer named Content-Length", Clean, "Content-Length: 99"),
            ("a trailer named Transfer-Encoding", Clean, "Transfer-Encoding: secret"),
            ("a trailer named Host", Clean, "Host: secret"),
            ("a trailer without a colon", Refuse, "X-T"),
            ("a trailer without a name", Refuse, ": 1"),
            ("a space before a trailer's colon", Refuse, "X-T : 1"),
            ("NUL in a trailer", Refuse, "X-T: \0"),
            ("LF alone behind a trailer", Refuse, "X-T: 1\nX-U: 2"),
            ("CR alone in a trailer", Refuse, "X-T: 1\rX-U: 2"),
        ],
        with,
    );
    for case in &mut cases {
        case.done = true;
        case.hides.extend(["Secret", "secret", "Content-Length: 99"]);
    }
    let many: Vec<_> = (0..200).map(|n| format!("X-{n}: 1")).collect();
    cases.push(Case::new("9112 §7.1.2", "two hundred trailers", Refuse, with(&many.join("\r\n"))));
    cases.push(Case::new(
        "9112 §7.1.2",
        "a trailer of 100 kB",
        Refuse,
        with(&format!("X-T: {}", "a".repeat(100_000))),
    ));
    cases
}

/// So long that its beginning is on its way when the end is read.
fn long() -> Vec<Case> {
    let half = format!("4e20\r\n{}\r\n", "a".repeat(20_000));
    vec![
        Case::new("9112 §7.1", "40 kB", Forward, post(&format!("{half}{half}0\r\n\r\n"))),
        Case::new("9112 §7.1", "40 kB, and a bad size", Refuse, post(&format!("{half}{half}x\r\n\r\n"))),
        Case::new(
            "9112 §7.1",
            "40 kB, and a bad extension",
            Refuse,
            post(&format!("{half}{half}0;\0\r\n\r\n")),
        ),
        Case::new(
            "9112 §7.1",
            "40 kB, and a bad trailer",
            Refuse,
            post(&format!("{half}{half}0\r\nX\r\n\r\n")),
        ),
    ]
}
