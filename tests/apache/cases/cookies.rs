//! `ProxyPassReverseCookiePath` and `ProxyPassReverseCookieDomain`.

use crate::case::{Case, ROOT, get};

const COOKIES: [&str; 18] = [
    "a=b; Path=/back/",
    "a=b; Path=/back/x",
    "a=b; path=/back/x; HttpOnly",
    "a=b;Path=/back/",
    "a=b; Path = /back/",
    "a=b; Path=/BACK/",
    "a=b; Path=\"/back/\"",
    "a=b; Path=/backend",
    "a=b; Path=/",
    "a=b; Path=/back/; Path=/back/y",
    "path=/back/",
    "a=b; Domain=back.test",
    "a=b; domain=BACK.test",
    "a=b; Domain=.back.test",
    "a=b; Domain=sub.back.test",
    "a=b; Domain=back.test.evil.org",
    "a=b; Domain=back.test; Path=/back/; Secure",
    "a=b",
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for cookie in COOKIES {
        for (about, line) in [
            ("ProxyPassReverseCookiePath", "ProxyPassReverseCookiePath /back/ /app/"),
            ("ProxyPassReverseCookiePath", "ProxyPassReverseCookiePath / /app"),
            ("ProxyPassReverseCookieDomain", "ProxyPassReverseCookieDomain back.test front.test"),
        ] {
            let answer =
                format!("HTTP/1.1 200 OK\nSet-Cookie: {cookie}\nSet-Cookie: c=d\nContent-Length: 2\n\nok");
            cases.push(
                Case::new(about, format!("{line} and {cookie}"))
                    .site(format!("{line}\n{ROOT}"))
                    .answers([&answer])
                    .ask(get("/")),
            );
        }
    }
    cases
}
