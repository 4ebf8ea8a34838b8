//! `Range`, which Apache answers where the backend does not.

use crate::case::{Case, request};

const TEN: &str = "HTTP/1.1 200 OK\nETag: \"e\"\nLast-Modified: Mon, 23 Nov 2026 17:40:57 GMT\nContent-Type: text/plain\nContent-Length: 10\n\n0123456789";

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for range in [
        "bytes=0-3",
        "bytes=4-",
        "bytes=-3",
        "bytes=9-9",
        "bytes=0-99",
        "bytes=50-",
        "bytes=0-",
        "bytes=-99",
        "bytes=-0",
        "bytes=5-2",
        "bytes=x",
        "items=0-3",
        "bytes=",
        "bytes=0-3,",
        "Bytes=0-3",
        "bytes = 0-3",
        "bytes=0-0,0-0",
    ] {
        cases.push(Case::new("Range", range).answers([TEN]).ask(request(
            "GET",
            "/",
            &format!("Range: {range}\n"),
        )));
    }
    for (name, lines) in [
        ("If-Range with the ETag", "Range: bytes=0-3\nIf-Range: \"e\"\n"),
        ("If-Range with another ETag", "Range: bytes=0-3\nIf-Range: \"f\"\n"),
        ("If-Range with a weak ETag", "Range: bytes=0-3\nIf-Range: W/\"e\"\n"),
        ("If-Range with the date", "Range: bytes=0-3\nIf-Range: Mon, 23 Nov 2026 17:40:57 GMT\n"),
        ("If-Range with another date", "Range: bytes=0-3\nIf-Range: Mon, 23 Nov 2026 17:40:58 GMT\n"),
    ] {
        cases.push(Case::new("Range", name).answers([TEN]).ask(request("GET", "/", lines)));
    }
    let asked = request("GET", "/", "Range: bytes=2-3\n");
    for (name, answer) in [
        (
            "the backend answers it",
            "HTTP/1.1 206 Partial Content\nContent-Range: bytes 2-3/10\nContent-Length: 2\n\n23",
        ),
        ("an answer of no length", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\na\n0123456789\n0\n\n"),
        ("a 404", "HTTP/1.1 404 Not Found\nContent-Length: 10\n\n0123456789"),
        ("a 201", "HTTP/1.1 201 Created\nContent-Length: 10\n\n0123456789"),
        ("Accept-Ranges: none", "HTTP/1.1 200 OK\nAccept-Ranges: none\nContent-Length: 10\n\n0123456789"),
        ("Accept-Ranges: bytes", "HTTP/1.1 200 OK\nAccept-Ranges: bytes\nContent-Length: 10\n\n0123456789"),
        ("an empty body", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        (
            "a Content-Range already",
            "HTTP/1.1 200 OK\nContent-Range: bytes 0-9/10\nContent-Length: 10\n\n0123456789",
        ),
        ("cut off before its end", "HTTP/1.1 200 OK\nContent-Length: 10\n\n012{close}"),
    ] {
        cases.push(Case::new("Range", name).answers([answer]).ask(asked.clone()));
    }
    cases.push(Case::new("Range", "two ranges").answers([TEN]).ask(request(
        "GET",
        "/",
        "Range: bytes=0-1,5-6\n",
    )));
    for size in [4000, 7000, 9000, 20000] {
        let answer = format!("HTTP/1.1 200 OK\nContent-Length: {size}\n\n{{x*{size}}}");
        cases.push(Case::new("Range", format!("of {size} bytes")).answers([&answer]).ask(asked.clone()));
    }
    cases.push(Case::new("Range", "HEAD").answers(["HTTP/1.1 200 OK\nContent-Length: 10\n\n"]).ask(request(
        "HEAD",
        "/",
        "Range: bytes=0-3\n",
    )));
    cases.push(Case::new("Range", "POST with a range").answers([TEN]).ask(request(
        "POST",
        "/",
        "Range: bytes=0-3\nContent-Length: 0\n",
    )));
    cases.push(
        Case::new("Range", "PUT with a range")
            .answers([TEN])
            .ask(request("PUT", "/", "Range: bytes=0-3\nContent-Length: 3\n") + "abc"),
    );
    cases.push(Case::new("Range", "Request-Range").answers([TEN]).ask(request(
        "GET",
        "/",
        "Request-Range: bytes=0-3\n",
    )));
    cases.push(Case::new("Range", "the connection stays").answers([TEN]).ask(asked.clone()).then(asked));
    cases
}
