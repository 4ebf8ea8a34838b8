//! Where we differ from Apache on purpose: a case by its name, why, and a part of what each side says.

use crate::case::{Case, Judge};

const GUESSED: &str = "what is no HTTP/1 answer is taken for HTTP/0.9 by Apache, and shown as a page; we say that the backend is at fault";
const LENGTH: &str = "Apache writes this page late and says no length; ours has one";
const FAULT: &str = "the fault is the backend's, which 502 says; Apache says 500";
const FRAMING: &str =
    "a length that is none, or two of them, may hide a second answer (RFC 9112 §6.3): we take neither";
const FOLD: &str = "folds become one space (RFC 9112 §5.2); Apache keeps the blanks after it";
const REASON: &str = "such a status line is none (RFC 9112 §4); Apache writes a reason of its own";
const HEAD: &str = "what says two lengths, or none that is a number, is no answer, to HEAD neither (RFC 9110 §8.6); Apache passes it on";
const CONTINUE: &str = "no body was announced, so the connection is in order; Apache closes it";
const REUSED: &str = "Apache does not find the worker of such a URL again and closes its connection to the backend; we keep it";
const ESCAPED: &str =
    "these characters are none of a URI (RFC 3986 §2); Apache sends them on, we send them escaped";

const NO_HOST: &str = "the same fault, a host that is none, which Apache finds in another place";

/// The name of a case, why, what Apache says, what we say.
const DIFFER: [(&str, &str, &str, &str); 76] = [
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
        "Content-Length: 0",
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
        "Allow: TRACE",
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
    ("TRACE at zero", LENGTH, "Transfer-Encoding: chunked", "Content-Length: 62"),
    (
        "Expect unknown",
        "after 417 Apache closes without saying so; our connection stays",
        "HTTP/1.1 417",
        "client 1 got\nHTTP/1.1 200 OK",
    ),
    ("a bad chunk size", LENGTH, "HTTP/1.1 400", "Content-Length: 266"),
    ("a chunk without its end", LENGTH, "HTTP/1.1 400", "Content-Length: 266"),
    ("a bad second chunk, nothing sent yet", LENGTH, "HTTP/1.1 400", "Content-Length: 266"),
    ("a bad second chunk, after 40 000 bytes", LENGTH, "HTTP/1.1 400", "Content-Length: 266"),
    ("NUL in a chunk's extension", LENGTH, "HTTP/1.1 400", "Content-Length: 266"),
    ("a blank before the size", LENGTH, "HTTP/1.1 400", "Content-Length: 266"),
    ("a bare line feed in the chunks", LENGTH, "HTTP/1.1 400", "Content-Length: 266"),
    ("a size of 17 digits", LENGTH, "HTTP/1.1 413", "HTTP/1.1 413 Request Entity Too Large"),
    (
        "GET http://a.test:99999/x",
        "a port beyond 65535 is none; Apache refuses it in Host, and takes it here",
        "X-Forwarded-Host: a.test:99999",
        "HTTP/1.1 400",
    ),
    (
        "closes on the second request of a client",
        "what closed may have been idle: GET is sent once more, over a new connection (RFC 9110 §9.2.2)",
        "GET /2 HTTP/1.1",
        "GET /2 HTTP/1.1\nHost: {A}\nX-Forwarded-For: 127.0.0.1\nX-Forwarded-Host: front.test:18000\nX-Forwarded-Server: localhost\nConnection: Keep-Alive\n\n\n--- backend A heard\nGET /2",
    ),
    (
        "100-continue, and the backend refuses",
        CONTINUE,
        "Connection: close",
        "HTTP/1.1 403 Forbidden\nDate: *\nServer: *\nContent-Length: 2\n\n",
    ),
    (
        "100-continue without a body",
        CONTINUE,
        "Connection: close",
        "HTTP/1.1 200 OK\nDate: *\nServer: *\nContent-Length: 1\n\n",
    ),
    (
        "no version",
        "HTTP/0.9 has no head, and so no errors; nobody speaks it",
        "client 1 got\nA\n",
        "HTTP/1.1 400",
    ),
    ("bytes=50-", LENGTH, "HTTP/1.1 416", "Content-Length: 354"),
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
    ("a header name with a blank", FAULT, "HTTP/1.1 500", "HTTP/1.1 502"),
    ("a blank before the colon", FAULT, "HTTP/1.1 500", "HTTP/1.1 502"),
    ("a control character in a header", FAULT, "HTTP/1.1 500", "HTTP/1.1 502"),
    ("Content-Length 1x", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    ("Content-Length -1", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    ("Content-Length 2 and 3", FRAMING, "Content-Length: 2\n", "HTTP/1.1 502"),
    ("a bad first chunk", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    ("an escape in the URL", REUSED, "Connection: close", "Connection: Keep-Alive"),
    ("a query in the URL", REUSED, "Connection: close", "Connection: Keep-Alive"),
    ("a query in both", REUSED, "Connection: close", "Connection: Keep-Alive"),
    (
        "two ranges",
        "one part after the other is a format of its own; the whole is always right (RFC 9110 §14.2)",
        "multipart/byteranges",
        "0123456789",
    ),
    ("a folded header", FOLD, "X-A: a  b", "X-A: a b"),
    ("folds of an answer", FOLD, "X-a: 1   2\t\t3", "X-a: 1 2 3"),
    ("a reason with a control character", REASON, "HTTP/1.1 200 OK", "HTTP/1.1 502"),
    ("no blank after the status", REASON, "HTTP/1.1 200 OK", "HTTP/1.1 502 Proxy Error"),
    ("a reason with a carriage return", REASON, "HTTP/1.1 200 OK", "HTTP/1.1 502"),
    ("GET, two lengths in one line", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    ("GET, two different lengths in one line", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    ("GET, a length that is no number", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    ("GET, an empty length", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    ("GET, a length beyond all", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    ("HEAD, two lengths in one line", HEAD, "Content-Length: 5, 5", "HTTP/1.1 502 Bad Gateway"),
    ("HEAD, two different lengths in one line", HEAD, "Content-Length: 5,6", "HTTP/1.1 502 Bad Gateway"),
    ("HEAD, a length that is no number", HEAD, "Content-Length: abc", "HTTP/1.1 502 Bad Gateway"),
    ("HEAD, an empty length", HEAD, "HTTP/1.1 200 OK", "HTTP/1.1 502 Bad Gateway"),
    ("HEAD, a length beyond all", HEAD, "Content-Length: 99999999999999999999", "HTTP/1.1 502 Bad Gateway"),
    (
        "HEAD, two equal length lines",
        HEAD,
        "Content-Length: 5\nContent-Length: 5",
        "HTTP/1.1 502 Bad Gateway",
    ),
    (
        "HEAD, two different length lines",
        HEAD,
        "Content-Length: 5\nContent-Length: 6",
        "HTTP/1.1 502 Bad Gateway",
    ),
    ("GET, two different length lines", FRAMING, "Content-Length: 5\n", "HTTP/1.1 502 Bad Gateway"),
    ("NUL in the first chunk's extension", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    ("a control character in the first chunk's extension", LENGTH, "HTTP/1.1 502", "Content-Length: 272"),
    (
        "POST with a range",
        "a range is of what GET asks for (RFC 9110 §14.2); Apache cuts any answer",
        "HTTP/1.1 206",
        "HTTP/1.1 200",
    ),
    (
        "PUT with a range",
        "a range is of what GET asks for (RFC 9110 §14.2); Apache cuts any answer",
        "HTTP/1.1 206",
        "HTTP/1.1 200",
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
