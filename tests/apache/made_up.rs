//! Site files, requests and answers made up by chance, from the grammar that both proxies know.

use proptest::{prelude::*, sample::select};

use crate::case::{Case, ok};

const PATHS: [&str; 10] = ["/", "/app", "/app/", "/app/x", "/a", "/a/", "/a.b", "/app/static", "/b//c", "/é"];
const BACK: [&str; 7] = ["/", "", "/back", "/back/", "/app/", "/back/x", "/a.b/"];
const SEGMENTS: [&str; 25] = [
    "app", "a", "b", "x", "static", "back", "a.b", "", ".", "..", "%2e", "%2E%2e", "%61pp", "%20", "%3f",
    "%3B", "%c3%a9", "é", "~", "a;b", "a=b", "%5c", "[x]", "{y}", "a|b",
];
const QUERIES: [&str; 8] = ["", "?", "?a=1", "?a/../b", "?%41", "?a?b", "?%c3%a9", "?a=%2F&b"];

/// Lines of a site that are no `ProxyPass`.
const LINES: [&str; 22] = [
    "ProxyPreserveHost On",
    "ProxyPreserveHost Off",
    "ProxyPassReverse / http://{A}/",
    "ProxyPassReverse /app http://{A}/back",
    "ProxyPassReverse /app/ http://{B}/",
    "ProxyPassReverse / http://{A}",
    "ProxyPassReverse /a /back",
    "ServerName named.test",
    "ServerName named.test:81",
    "ProxyPass /app/static !",
    "ProxyPass /a !",
    "ProxyVia On",
    "ProxyVia Block",
    "ProxyAddHeaders Off",
    "ProxyPassReverseCookiePath /back /app",
    "ProxyPassReverseCookiePath / /app/",
    "ProxyPassReverseCookieDomain back.test front.test",
    "AllowEncodedSlashes On",
    "AllowEncodedSlashes NoDecode",
    "ProxyPassMatch ^/(a.*)$ http://{B}/m/$1",
    "ProxyPassMatch ^/x !",
    "<Location /app/x>\nProxyPass http://{C}/loc\nProxyPassReverse http://{C}/loc\n</Location>",
];

fn pass() -> impl Strategy<Value = String> {
    let target = prop_oneof![
        8 => (select(&["{A}", "{B}", "{C}"][..]), select(&BACK[..])).prop_map(|(at, path)| format!("http://{at}{path}")),
        1 => Just("http://{DEAD}/".to_owned()),
        2 => Just("balancer://c/".to_owned()),
        1 => Just("balancer://c/back".to_owned()),
    ];
    let words = select(&["", "", "", " nocanon"][..]);
    (select(&PATHS[..]), target, words)
        .prop_map(|(path, target, words)| format!("ProxyPass {path} {target}{words}"))
}

fn server() -> impl Strategy<Value = String> {
    let line = prop_oneof![pass(), select(&LINES[..]).prop_map(str::to_owned)];
    prop::collection::vec(line, 0..4).prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
}

fn sites() -> impl Strategy<Value = String> {
    let members = prop::collection::vec((select(&["{A}", "{B}", "{C}", "{DEAD}"][..]), 1..4), 1..4);
    let host = prop_oneof![3 => Just(None), 1 => server().prop_map(Some)];
    // Most sites pass everything: what Apache does with files of its own is not compared.
    let last = prop_oneof![6 => Just("ProxyPass / http://{A}/".to_owned()), 1 => pass()];
    (members, server(), host, last).prop_map(|(members, main, host, last)| {
        let members: String = members
            .iter()
            .map(|(at, factor)| format!("BalancerMember http://{at} loadfactor={factor}\n"))
            .collect();
        let balancer = format!("<Proxy balancer://c>\n{members}</Proxy>\n");
        let host = host
            .map(|lines| format!("<VirtualHost *:{{FRONT}}>\n{lines}</VirtualHost>\n"))
            .unwrap_or_default();
        let site = format!("{main}{last}\n{host}");
        if site.contains("balancer://") { balancer + &site } else { site }
    })
}

fn targets() -> impl Strategy<Value = String> {
    let path = prop::collection::vec(select(&SEGMENTS[..]), 1..5)
        .prop_map(|segments| format!("/{}", segments.join("/")));
    let path = prop_oneof![2 => select(&PATHS[..]).prop_map(str::to_owned), 3 => path];
    let origin = select(&["", "", "", "", "http://Other.test", "http://other.test:81"][..]);
    (origin, path, select(&QUERIES[..])).prop_map(|(origin, path, query)| format!("{origin}{path}{query}"))
}

const HEADERS: [&str; 24] = [
    "Accept: */*",
    "Cookie: a=b",
    "Cookie: c=d",
    "X-A: 1",
    "x-a: 2",
    "X_B: 1",
    "X-Empty:",
    "Connection: X-A",
    "Connection: close",
    "Connection: keep-alive",
    "Keep-Alive: 5",
    "TE: trailers",
    "Upgrade: h2c",
    "Proxy-Connection: x",
    "Proxy-Authorization: x",
    "Authorization: x",
    "Via: 1.1 v",
    "X-Forwarded-For: 1.2.3.4",
    "X-Forwarded-Host: h",
    "Max-Forwards: 3",
    "Max-Forwards: 0",
    "Range: bytes=1-2",
    "If-None-Match: \"a\"",
    "X-Fold: a\n  b",
];
const HOSTS: [&str; 8] = [
    "front.test:18000",
    "front.test",
    "Front.TEST",
    "named.test",
    "127.0.0.1",
    "[::1]:80",
    "front.test:80",
    "a b",
];

fn requests() -> impl Strategy<Value = String> {
    let methods = select(&["GET", "GET", "GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "FOO"][..]);
    let versions = select(&["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"][..]);
    let body = select(
        &[
            "",
            "",
            "",
            "Content-Length: 5\n\nhello",
            "Content-Length: 0\n\n",
            "Transfer-Encoding: chunked\n\n3\nabc\n0\n\n",
        ][..],
    );
    let headers = prop::collection::vec(select(&HEADERS[..]), 0..5);
    (methods, targets(), versions, select(&HOSTS[..]), headers, body).prop_map(
        |(method, target, version, host, headers, body)| {
            // A range is of what GET asks for (see `differ`).
            let ranged = |header: &&&str| method == "GET" || !header.starts_with("Range:");
            let headers: String = headers.iter().filter(ranged).map(|header| format!("{header}\n")).collect();
            // HTTP/1.0 has no chunks.
            let body = if body.is_empty() || version == "HTTP/1.0" && body.contains("chunked") {
                "\n"
            } else {
                body
            };
            format!("{method} {target} {version}\nHost: {host}\n{headers}{body}")
        },
    )
}

const ANSWER_HEADERS: [&str; 24] = [
    "Location: http://{A}/x",
    "Location: http://{A}/back/x",
    "Location: http://{B}/x?q#f",
    "Location: /back/x",
    "Location: http://{A}",
    "Content-Location: http://{A}/x",
    "Link: <http://{A}/>",
    "Set-Cookie: a=b; Path=/back; Domain=back.test",
    "Set-Cookie: c=d; path=/",
    "Server: be",
    "Date: Mon, 23 Nov 2026 17:40:57 GMT",
    "Content-Type: text/plain",
    "ETag: \"a\"",
    "Via: 1.1 be",
    "X-A: 1",
    "X-A: 2",
    "Connection: X-A",
    "Connection: close",
    "Keep-Alive: 5",
    "Upgrade: h2c",
    "Proxy-Authenticate: Basic",
    "WWW-Authenticate: Basic",
    "X-C: 3",
    "Trailer: X",
];

fn answers() -> impl Strategy<Value = String> {
    let starts = select(
        &[
            "200 OK",
            "200 OK",
            "200 Fine",
            "200",
            "201 Created",
            "299 Odd",
            "302 Found",
            "304 Not Modified",
            "204 No Content",
            "400 Bad",
            "404 NOT FOUND",
            "500 Oops",
            "503 Busy",
        ][..],
    );
    let bodies = select(
        &[
            "Content-Length: 5\n\nhello",
            "Content-Length: 0\n\n",
            "Transfer-Encoding: chunked\n\n5\nhello\n0\n\n",
            "\nhello{close}",
        ][..],
    );
    let headers = prop::collection::vec(select(&ANSWER_HEADERS[..]), 0..5);
    let whole = (starts, headers, bodies).prop_map(|(start, headers, body)| {
        let headers: String = headers.iter().map(|header| format!("{header}\n")).collect();
        let bodiless = start.starts_with("304") || start.starts_with("204");
        format!("HTTP/1.1 {start}\n{headers}{}", if bodiless { "\n" } else { body })
    });
    prop_oneof![12 => whole, 1 => Just("{close}".to_owned())]
}

/// A case: a site, what clients say, what backends answer.
pub fn cases() -> impl Strategy<Value = Case> {
    let clients = prop::collection::vec(prop::collection::vec(requests(), 1..3), 1..4);
    (sites(), clients, answers(), prop::option::of(answers())).prop_map(|(site, clients, a, b)| {
        let mut case = Case::new("differential", "made up")
            .site(site)
            .answers([&a])
            .b_answers(&b.unwrap_or_else(|| ok("B")));
        case.clients = clients;
        // To HEAD a backend sends no body.
        if case.clients.iter().flatten().any(|says| says.starts_with("HEAD")) {
            case.clients.truncate(1);
            case.clients[0].truncate(1);
            if case.clients[0][0].starts_with("HEAD") {
                for answers in &mut case.answers {
                    let answer = &answers[0];
                    let head = answer.split_once("\n\n").map_or(answer.as_str(), |(head, _)| head);
                    let head = head
                        .replace("Transfer-Encoding: chunked", "Content-Length: 5")
                        .replace("Content-Length: 0", "Content-Length: 5");
                    answers[0] = if head == "{close}" { head } else { format!("{head}\n\n") };
                }
            }
        }
        case
    })
}
