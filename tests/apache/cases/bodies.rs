//! Request bodies: their framing on either side, `Expect`, and clients that stop.

use crate::case::{Case, ok, request};

const CHUNKED: &str = "Transfer-Encoding: chunked\n";

pub fn cases() -> Vec<Case> {
    let post = |headers: &str, body: &str| request("POST", "/p", headers) + body;
    let case = |name: &str| Case::new("request bodies", name);
    vec![
        case("Content-Length").ask(post("Content-Length: 5\n", "hello")),
        case("no length, no body").ask(post("", "")),
        case("Content-Length: 0").ask(post("Content-Length: 0\n", "")),
        case("a GET with a body").ask(request("GET", "/", "Content-Length: 5\n") + "hello"),
        case("small and chunked gets a length").ask(post(CHUNKED, "5\nhello\n3\nabc\n0\n\n")),
        case("chunked, without a chunk").ask(post(CHUNKED, "0\n\n")),
        case("trailers end here").ask(post(CHUNKED, "5\nhello\n0\nX-Trailer: 1\n\n")),
        case("chunk extensions end here").ask(post(CHUNKED, "5;a=b\nhello\n0\n\n")),
        case("16 KiB less one, chunked").ask(post(CHUNKED, "3fff\n{x*16383}\n0\n\n")),
        case("16 303 bytes, chunked").ask(post(CHUNKED, "3faf\n{x*16303}\n0\n\n")),
        case("16 304 bytes, chunked").ask(post(CHUNKED, "3fb0\n{x*16304}\n0\n\n")),
        case("40 000 bytes, chunked").ask(post(CHUNKED, "9c40\n{x*40000}\n0\n\n")),
        case("40 000 bytes with a length").ask(post("Content-Length: 40000\n", "{x*40000}")),
        case("a request follows").ask(post("Content-Length: 5\n", "hello") + &request("GET", "/next", "")),
        case("a request follows, chunked")
            .ask(post(CHUNKED, "5\nhello\n0\n\n") + &request("GET", "/next", "")),
        case("Content-Length and chunked")
            .ask(post("Content-Length: 5\nTransfer-Encoding: chunked\n", "5\nhello\n0\n\n")),
        case("a bad chunk size").ask(post(CHUNKED, "zz\nhello\n0\n\n")),
        case("a chunk without its end").ask(post(CHUNKED, "5\nhelloXX\n0\n\n")),
        case("half closed before the end").ask(post("Content-Length: 10\n", "hello{eof}")),
        case("half closed before the last chunk").ask(post(CHUNKED, "5\nhello\n{eof}")),
        case("the client stalls").ask(post("Content-Length: 10\n", "hello{quiet}")),
        case("the client stalls in a chunk").ask(post(CHUNKED, "5\nhel{quiet}")),
        case("a bad second chunk, nothing sent yet").ask(post(CHUNKED, "3\nabc\nzz\nabc\n0\n\n")),
        case("a bad second chunk, after 40 000 bytes").ask(post(CHUNKED, "9c40\n{x*40000}\nzz\nabc\n0\n\n")),
        case("half closed after 40 000 bytes").ask(post("Content-Length: 50000\n", "{x*40000}{eof}")),
        case("NUL in a chunk's extension").ask(post(CHUNKED, "3;a␀b\nabc\n0\n\n")),
        case("a blank before the size").ask(post(CHUNKED, " 3\nabc\n0\n\n")),
        case("a blank behind the size").ask(post(CHUNKED, "3 \nabc\n0\n\n")),
        case("a size of 17 digits").ask(post(CHUNKED, "fffffffffffffffff\nabc\n0\n\n")),
        case("a bare line feed in the chunks").ask(post(CHUNKED, "3␊abc\n0\n\n")),
        case("a trailer without a colon").ask(post(CHUNKED, "3\nabc\n0\nrubbish\n\n")),
        case("101 trailers").ask(post(CHUNKED, "3\nabc\n0\n{X: 1\n*101}\n")),
        Case::new("Expect", "100-continue, and the backend says so")
            .answers(["HTTP/1.1 100 Continue\n\n{body}HTTP/1.1 200 OK\nContent-Length: 2\n\nok"])
            .ask(post("Expect: 100-continue\nContent-Length: 5\n", ""))
            .then("hello"),
        Case::new("Expect", "100-continue, and the backend refuses")
            .answers(["HTTP/1.1 403 Forbidden\nContent-Length: 2\n\nno"])
            .ask(request("POST", "/p", "Expect: 100-continue\nContent-Length: 0\n")),
        Case::new("Expect", "100-continue without a body").ask(request("GET", "/", "Expect: 100-continue\n")),
        case("PUT with a length").ask(request("PUT", "/", "Content-Length: 3\n") + "abc").answers([&ok("A")]),
    ]
}
