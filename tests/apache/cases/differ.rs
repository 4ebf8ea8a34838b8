//! Where we differ from Apache on purpose: a case by its name, why, and a part of what each side says.

use crate::case::{Case, Judge};

const GUESSED: &str = "what is no HTTP/1 answer is taken for HTTP/0.9 by Apache, and shown as a page; we say that the backend is at fault";
const UNSAID: &str = "hyper does not say how far a broken answer came, so the page always gives the reason";
const LENGTH: &str = "Apache writes this page late and says no length; ours has one";
const INTERIM: &str = "a proxy is to pass these on (RFC 9110 §15.2), but hyper's server cannot send them";
const FAULT: &str = "the fault is the backend's, which 502 says; Apache says 500";
const FRAMING: &str =
    "a length that is none, or two of them, may hide a second answer (RFC 9112 §6.3): we take neither";
const CONTINUE: &str = "no body was announced, so the connection is in order; Apache closes it";
const REUSED: &str = "Apache does not find the worker of such a URL again and closes its connection to the backend; we keep it";
const ESCAPED: &str =
    "these characters are none of a URI (RFC 3986 §2); Apache sends them on, we send them escaped";

const NO_HOST: &str = "the same fault, a host that is none, which Apache finds in another place";

/// The name of a case, why, what Apache says, what we say.
const DIFFER: [(&str, &str, &str, &str); 57] = [
    (
        "under a path, /app/../app/x",
        "a client must not climb out of the part of the backend that the line names; Apache lets it",
        "GET /back/../app/x",
        "GET /back/x",
    ),
    (
        "ProxyPassReverseCookieDomain back.test front.test and a=b; Domain=back.test.evil.org",
        "Apache compares the beginning only, and so gives a stranger's cookie our name",
        "Domain=front.test",
        "Domain=back.test.evil.org",
    ),
    (
        "AllowEncodedSlashes NoDecode\nProxyPass / http://{A}/ and /a%252Fb",
        "what is decoded twice can hide a slash from whoever checks it in between",
        "GET /a%2Fb",
        "GET /a%252Fb",
    ),
    (
        "HEAD of an empty answer",
        "a length of 0 is a length; Apache leaves it out",
        "HTTP/1.1 200 OK",
        "content-length: 0",
    ),
    (
        "no slash, nocanon, and no path",
        "an empty query after the host is no fault of the URL; Apache cannot parse it",
        "HTTP/1.1 400",
        "GET /? HTTP/1.1",
    ),
    (
        "OPTIONS at zero, of no path",
        "what is asked of the proxy itself is about no path",
        "HTTP/1.1 400",
        "allow: TRACE",
    ),
    ("no slash, and a question mark", NO_HOST, "HTTP/1.1 400", "HTTP/1.1 500"),
    ("no slash, nocanon, and a query", NO_HOST, "HTTP/1.1 400", "HTTP/1.1 500"),
    (
        "no slash, and Max-Forwards zero",
        "two faults, of which we name the other one",
        "HTTP/1.1 400",
        "HTTP/1.1 500",
    ),
    (
        "NoDecode and a percent sign",
        "Apache decodes the path twice, and refuses what is left",
        "HTTP/1.1 400",
        "GET /%25 HTTP/1.1",
    ),
    (
        "CONNECT",
        "a tunnel through a reverse proxy reaches what nobody meant to publish; Apache asks the backend for `/`",
        "CONNECT / HTTP/1.1",
        "HTTP/1.1 400",
    ),
    (
        "absolute form, and a bad Host",
        "a Host that is none is refused, even where the target names another (RFC 9112 §3.2)",
        "HTTP/1.1 200",
        "HTTP/1.1 400",
    ),
    ("TRACE at zero", LENGTH, "transfer-encoding: chunked", "content-length: 62"),
    (
        "Expect unknown",
        "after 417 Apache closes without saying so; our connection stays",
        "HTTP/1.1 417",
        "client 1 got\nHTTP/1.1 200 OK",
    ),
    ("a bad chunk size", LENGTH, "HTTP/1.1 400", "content-length: 266"),
    ("a chunk without its end", LENGTH, "HTTP/1.1 400", "content-length: 266"),
    (
        "100-continue, and the backend refuses",
        CONTINUE,
        "connection: close",
        "HTTP/1.1 403 Forbidden\ndate: *\nserver: *\ncontent-length: 2\n\n",
    ),
    (
        "100-continue without a body",
        CONTINUE,
        "connection: close",
        "HTTP/1.1 200 OK\ndate: *\nserver: *\ncontent-length: 1\n\n",
    ),
    (
        "no version",
        "HTTP/0.9 has no head, and so no errors; nobody speaks it",
        "client 1 got\nA\n",
        "HTTP/1.1 400",
    ),
    (
        "chunked and empty",
        "our head goes out before the end of the body is known",
        "content-length: 0",
        "transfer-encoding: chunked",
    ),
    (
        "a folded header",
        "folds become one space (RFC 9112 §5.2); Apache keeps the blanks after it",
        "x-a: a  b",
        "x-a: a b",
    ),
    ("103 goes on", INTERIM, "HTTP/1.1 103", "HTTP/1.1 200"),
    ("102 goes on", INTERIM, "HTTP/1.1 102", "HTTP/1.1 200"),
    ("ten 100s", "Apache gives up at the tenth; hyper skips them all", "HTTP/1.1 502", "HTTP/1.1 200"),
    (
        "HEAD chunked",
        "to HEAD, hyper does not say that a body would be chunked",
        "transfer-encoding: chunked",
        "HTTP/1.1 200",
    ),
    ("bytes=50-", LENGTH, "HTTP/1.1 416", "content-length: 354"),
    (
        "cut off before its end",
        "a part is cut from a body that is here in full; this one is not, which is 502",
        "(cut off in the body)",
        "HTTP/1.1 502",
    ),
    ("/?<>", ESCAPED, "GET /?<>", "GET /?%3C%3E"),
    ("/?\"", ESCAPED, "GET /?\"", "GET /?%22"),
    ("/?%zz", ESCAPED, "GET /?%zz", "GET /?%25zz"),
    ("/?é", ESCAPED, "GET /?Ã©", "GET /?%C3%A9"),
    ("/?{x}", ESCAPED, "GET /?{x}", "GET /?%7Bx%7D"),
    ("/?a\\b", ESCAPED, "GET /?a\\b", "GET /?a%5Cb"),
    ("/?a^b`c|d", ESCAPED, "GET /?a^b`c|d", "GET /?a%5Eb%60c%7Cd"),
    ("ProxyPass / http://{A}/ nocanon and /[x]", ESCAPED, "GET /[x]", "GET /%5Bx%5D"),
    (
        "AllowEncodedSlashes NoDecode\nProxyPass / http://{A}/ nocanon and /[x]",
        ESCAPED,
        "GET /[x]",
        "GET /%5Bx%5D",
    ),
    (
        "an answer in gzip",
        "the client would get coded bytes as if they were not",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 502 Bad Gateway",
    ),
    ("no HTTP at all", GUESSED, "HTTP/1.1 200", "HTTP/1.1 502"),
    ("a status that is no number", GUESSED, "HTTP/1.1 200", "HTTP/1.1 502"),
    ("a status of two digits", GUESSED, "HTTP/1.1 200", "HTTP/1.1 502"),
    ("a status line without a blank", GUESSED, "HTTP/1.1 200", "HTTP/1.1 502"),
    (
        "HTTP/2.0",
        "the same 502, but hyper does not say what the status line was",
        "Corrupt status line",
        "Error reading from remote server",
    ),
    (
        "a member that says nothing of HTTP/2.0 stays",
        "the same 502, but hyper does not say what the status line was",
        "Corrupt status line",
        "Error reading from remote server",
    ),
    ("a header name with a blank", FAULT, "HTTP/1.1 500", "HTTP/1.1 502"),
    ("a blank before the colon", FAULT, "HTTP/1.1 500", "HTTP/1.1 502"),
    ("a control character in a header", FAULT, "HTTP/1.1 500", "HTTP/1.1 502"),
    ("closes in the head", UNSAID, "502 Bad Gateway", "502 Proxy Error"),
    ("in the middle of the head", UNSAID, "502 Bad Gateway", "502 Proxy Error"),
    ("Content-Length 1x", LENGTH, "HTTP/1.1 502", "content-length: 272"),
    ("Content-Length -1", LENGTH, "HTTP/1.1 502", "content-length: 272"),
    ("Content-Length 2 and 3", FRAMING, "content-length: 2\n", "HTTP/1.1 502"),
    (
        "a bad first chunk",
        "our head goes out before the body is read; then the connection breaks",
        "HTTP/1.1 502",
        "(no last chunk)",
    ),
    (
        "101 headers",
        "hyper takes 100 headers of an answer, as Apache does of a request",
        "HTTP/1.1 200",
        "HTTP/1.1 502",
    ),
    ("an escape in the URL", REUSED, "connection: close", "connection: Keep-Alive"),
    ("a query in the URL", REUSED, "connection: close", "connection: Keep-Alive"),
    ("a query in both", REUSED, "connection: close", "connection: Keep-Alive"),
    (
        "two ranges",
        "one part after the other is a format of its own; the whole is always right (RFC 9110 §14.2)",
        "multipart/byteranges",
        "0123456789",
    ),
];

/// Marks those cases that are in the table.
pub fn mark(cases: &mut [Case]) {
    for (name, why, apache, ours) in DIFFER {
        let case = cases.iter_mut().find(|case| case.name == name);
        case.unwrap_or_else(|| panic!("no case is called {name:?}")).judge =
            Judge::Differ { why, apache, ours };
    }
}
