//! `<Location>`, `ProxyPassMatch`, `nocanon`, `AllowEncodedSlashes`.

use crate::case::{Case, get, request};

const LATER: &str =
    "<Location /b/>\nProxyPass http://{B}/\n</Location>\n<Location />\nProxyPass http://{A}/\n</Location>";
const EARLIER: &str =
    "<Location />\nProxyPass http://{A}/\n</Location>\n<Location /b/>\nProxyPass http://{B}/\n</Location>";
const OVER: &str = "ProxyPass / http://{A}/\n<Location /b/>\nProxyPass http://{B}/in/\n</Location>\n<Location /no>\nProxyPass !\n</Location>";

/// Lines, and what is asked.
const MATCHES: [(&str, &[&str]); 7] = [
    ("ProxyPassMatch ^/m/ http://{A}/", &["/m/x", "/m/", "/x", "/m/x?q"]),
    ("ProxyPassMatch ^/m/ http://{A}", &["/m/x", "/m/"]),
    ("ProxyPassMatch ^/m/(.*)$ http://{A}/n/$1", &["/m/x", "/m/", "/m/a%20b", "/m/x?q=1", "/m/../x"]),
    ("ProxyPassMatch ^/(.*)\\.txt$ http://{A}/$1.html", &["/a.txt", "/a/b.txt", "/a.txtx", "/.txt"]),
    ("ProxyPassMatch ^/.*\\.txt$ !\nProxyPass / http://{A}/", &["/a.txt", "/a.html"]),
    ("ProxyPassMatch ^/([a-z]+)/([0-9]+)$ http://{A}/$2/$1", &["/abc/12", "/abc/x", "/ABC/1"]),
    ("ProxyPassMatch /x http://{A}", &["/a/x/b", "/xx"]),
];

const NOCANON: [&str; 18] = [
    "/a%41b",
    "/%7E%3b",
    "/%c3%a9",
    "/a/./b",
    "/a/../b",
    "/a//b",
    "/a/..",
    "/../b",
    "/a%zz",
    "/a%00b",
    "/a%2Fb",
    "/a%252Fb",
    "/[x]",
    "/a%20b",
    "/%61",
    "/a%2fb?x=%2f",
    "/a/%2e%2e/b",
    "/;x",
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, site) in [("later", LATER), ("earlier", EARLIER), ("over the server's", OVER)] {
        for path in ["/b/x", "/b", "/x", "/no/x", "/b/"] {
            cases.push(
                Case::new("<Location>", format!("<Location> {name}, {path}")).site(site).ask(get(path)),
            );
        }
    }
    let reverse =
        "<Location /loc/>\nProxyPass http://{A}/back/\nProxyPassReverse http://{A}/back/\n</Location>";
    let answer = "HTTP/1.1 302 Found\nLocation: http://{A}/back/x\nContent-Length: 0\n\n";
    cases.push(
        Case::new("<Location>", "<Location> and ProxyPassReverse")
            .site(reverse)
            .answers([answer])
            .ask(get("/loc/y")),
    );
    for (line, paths) in MATCHES {
        for path in paths {
            cases.push(Case::new("ProxyPassMatch", format!("{line} and {path}")).site(line).ask(get(path)));
        }
    }
    for path in NOCANON {
        for (about, site) in [
            ("nocanon", "ProxyPass / http://{A}/ nocanon"),
            ("AllowEncodedSlashes", "AllowEncodedSlashes On\nProxyPass / http://{A}/"),
            ("AllowEncodedSlashes", "AllowEncodedSlashes NoDecode\nProxyPass / http://{A}/"),
            ("AllowEncodedSlashes", "AllowEncodedSlashes NoDecode\nProxyPass / http://{A}/ nocanon"),
        ] {
            cases.push(Case::new(about, format!("{site} and {path}")).site(site).ask(get(path)));
        }
    }
    let after = "ProxyPass / http://{A}";
    cases.push(Case::new("ProxyPass", "no slash, and Max-Forwards zero").site(after).ask(request(
        "GET",
        "/x",
        "Max-Forwards: 0\n",
    )));
    let twice = "AllowEncodedSlashes NoDecode\nProxyPass / http://{A}/";
    cases.push(Case::new("AllowEncodedSlashes", "NoDecode and a percent sign").site(twice).ask(get("/%25")));
    for path in ["/app/x", "/%61pp/x", "/app/../app/x"] {
        let site = "ProxyPass /app/ http://{A}/back/ nocanon";
        cases.push(Case::new("nocanon", format!("under a path, {path}")).site(site).ask(get(path)));
    }
    cases
}
