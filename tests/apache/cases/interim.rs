//! Interim answers: they go on as they come, nine at most, and none to who speaks HTTP/1.0.

use crate::case::{Case, get, request};

const OK: &str = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";
/// What an interim answer may say of itself, and what is of one hop only.
const FIELDS: &str = "Link: </a>; rel=preload\nx-odd: 1\nX-ODD: 2\nConnection: x-con\nx-con: 1\nKeep-Alive: timeout=1\nServer: back\nDate: today\nSet-Cookie: a=b\n";

pub fn cases() -> Vec<Case> {
    let case =
        |name: &str, interim: &str| Case::new("interim answers", name).answers([&format!("{interim}{OK}")]);
    let early = "HTTP/1.1 103 Early Hints\nLink: a\n\n";
    let mut cases: Vec<_> = [102, 103, 110, 199]
        .map(|status| {
            let interim = format!("HTTP/1.1 {status} Its Reason\n{FIELDS}\n");
            case(&format!("{status} with its fields"), &interim).ask(get("/x"))
        })
        .to_vec();
    cases.extend([
        case("103 without a reason", "HTTP/1.1 103\nLink: a\n\n").ask(get("/x")),
        case("103 of HTTP/1.0", "HTTP/1.0 103 Early\nLink: a\n\n").ask(get("/x")),
        case("two 103 and a 102", &format!("{early}{early}HTTP/1.1 102 Processing\n\n")).ask(get("/x")),
        case("a 103, a moment, the answer", &format!("{early}{{pause}}")).ask(get("/x")),
        case("nine 103", &early.repeat(9)).ask(get("/x")),
        case("ten 103", &early.repeat(10)).ask(get("/x")),
        case("nine of both kinds", &(early.repeat(5) + &"HTTP/1.1 100 Continue\n\n".repeat(4)))
            .ask(get("/x")),
        case("ten of both kinds", &("HTTP/1.1 100 Continue\n\n".repeat(5) + &early.repeat(5))).ask(get("/x")),
        case("103 for HTTP/1.0", early).ask("GET / HTTP/1.0\n\n"),
        case("103 for HTTP/1.0 that keeps", early).ask("GET / HTTP/1.0\nConnection: keep-alive\n\n"),
        case("ten 103 for HTTP/1.0", &early.repeat(10)).ask("GET / HTTP/1.0\n\n"),
        case("a 100 for HTTP/1.0", "HTTP/1.1 100 Continue\n\n").ask("GET / HTTP/1.0\n\n"),
        case("an unasked 100 with fields", "HTTP/1.1 100 Continue\nX-I: 1\n\n").ask(get("/x")),
        case("an unasked 100 to a POST", "HTTP/1.1 100 Continue\n\n")
            .ask(request("POST", "/", "Content-Length: 3\n") + "abc"),
        case("two requests, a 103 each", early).ask(get("/1")).then(get("/2")),
        Case::new("interim answers", "a 103 and the close")
            .answers([&format!("{early}{{close}}")])
            .ask(get("/x")),
        Case::new("interim answers", "a 103 whose head is bad")
            .answers([&format!("HTTP/1.1 103 Early Hints\nrubbish\n\n{OK}")])
            .ask(get("/x")),
        Case::new("Expect", "the 100 has fields")
            .answers([&format!("HTTP/1.1 100 Continue\nx-I: 1\n\n{{body}}{OK}")])
            .ask(request("POST", "/p", "Expect: 100-continue\nContent-Length: 5\n"))
            .then("hello"),
        Case::new("Expect", "in odd spelling")
            .answers([&format!("HTTP/1.1 100 Continue\n\n{{body}}{OK}")])
            .ask(request("POST", "/p", "eXPECT: 100-Continue\nContent-Length: 5\n"))
            .then("hello"),
        Case::new("Expect", "the body is chunked")
            .answers([&format!("HTTP/1.1 100 Continue\n\n{{body}}{OK}")])
            .ask(request("POST", "/p", "Expect: 100-continue\nTransfer-Encoding: chunked\n"))
            .then("5\nhello\n0\n\n"),
        Case::new("Expect", "of HTTP/1.0")
            .answers([&format!("HTTP/1.1 100 Continue\n\n{{body}}{OK}")])
            .ask("POST /p HTTP/1.0\nExpect: 100-continue\nContent-Length: 5\n\nhello"),
        Case::new("Expect", "the backend refuses and closes")
            .answers(["HTTP/1.1 403 Forbidden\nConnection: close\nContent-Length: 2\n\nno{close}"])
            .ask(request("POST", "/p", "Expect: 100-continue\nContent-Length: 5\n")),
    ]);
    cases
}
