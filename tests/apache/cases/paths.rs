//! Which path leads where: `ProxyPass` and the encoding of paths.

use crate::case::{Case, get};

/// Expressions that the crate would read in another way, and paths; what they do not take goes to B.
const EXPRESSIONS: [(&str, &[&str]); 8] = [
    ("^/a[&&b]c$", &["/a&c", "/abc", "/axc"]),
    ("^/a[+--]c$", &["/a,c", "/a-c", "/a+c", "/a.c"]),
    ("^/a[--/]c$", &["/a.c", "/a-c", "/a,c"]),
    (r"^/\x{e9}$", &["/%E9", "/%C3%A9"]),
    ("^/a[~~b]c$", &["/a~c", "/abc"]),
    ("^/a[x[y]c$", &["/a[c", "/axc", "/azc"]),
    ("^/a[[:digit:]-]c$", &["/a5c", "/a-c", "/abc"]),
    ("^/a[^]b]c$", &["/a]c", "/abc", "/axc"]),
];

/// Lines with `noquery`.
const NOQUERY: [&str; 6] = [
    "ProxyPass / http://{A}/ noquery",
    "ProxyPass / http://{A}/ nocanon noquery",
    "ProxyPassMatch ^/ http://{A}/b noquery",
    "ProxyPassMatch ^/(.*)$ http://{A}/$1 noquery",
    "ProxyPassMatch ^/(.*)$ http://{A}/$1 nocanon noquery",
    "ProxyPassMatch ^/(.*)$ http://{A}/$1?d=e noquery",
];

fn expressions() -> Vec<Case> {
    let mut cases = Vec::new();
    for (expression, paths) in EXPRESSIONS {
        let site = format!(
            "ProxyPassMatch \"{}\" http://{{A}}/m\nProxyPass / http://{{B}}/",
            expression.replace('\\', "\\\\")
        );
        for path in paths {
            let case = Case::new("ProxyPassMatch", format!("{expression} and {path}"));
            cases.push(case.site(&site).ask(get(path)));
        }
    }
    for line in NOQUERY {
        cases.push(Case::new("ProxyPass", line).site(line).ask(get("/a?b=c")).ask(get("/a")));
    }
    cases
}

pub fn cases() -> Vec<Case> {
    let mut cases = expressions();
    // Slashes on either side, row by row.
    for line in [
        "/app http://{A}/",
        "/app/ http://{A}",
        "/app http://{A}",
        "/app/ http://{A}/",
        "/app http://{A}/back/",
        "/app/ http://{A}/back",
    ] {
        for path in ["/app", "/app/", "/app/x", "/appx", "/app?q=1", "/APP", "/app/x/"] {
            cases.push(
                Case::new("ProxyPass", format!("{line} and {path}"))
                    .site(format!("ProxyPass {line}"))
                    .ask(get(path)),
            );
        }
    }
    for path in [
        "/a%2Fb",
        "/a%20b",
        "/%25%3F%23%5C%0A%7F",
        "/a%41b",
        "/%7E%3b",
        "/%c3%a9",
        "/é",
        "/[]{}|^\\`\"<>",
        "/;:@&~!$'()*,=+",
        "/a/./b",
        "/a/../b",
        "/a/%2e%2e/b",
        "/a//b",
        "/a/..",
        "/a/.",
        "/../b",
        "/a/../../b",
        "/%2e%2e/b",
        "/..",
        "/.",
        "/./",
        "/a%zz",
        "/a%",
        "/a%0",
        "/a%00b",
        "/a/..;/b",
        "//x",
        "///",
        "/a/b/../..",
        "/a/b/../../..",
        "/a%2f",
        "/%2F",
        "/a%2e",
        "/?a?b",
        "/??",
        "/?%zz",
        "/?",
        "/?a=%2F",
        "/?é",
        "/x?/../y",
        "/%",
        "/a/...",
        "/...",
        "/a%2E%2E/b",
        "/a\\b",
        "/%E9",
        "/a%09b",
        "/?<>",
        "/?\"",
        "/?{x}",
        "/?a\\b",
        "/?a^b`c|d",
    ] {
        cases.push(Case::new("paths", path).ask(get(path)));
    }
    let exclusion = "ProxyPass /static !\nProxyPass / http://{A}/";
    for path in [
        "/static",
        "/static/f",
        "/%73tatic/f",
        "//static/f",
        "/x/../static/f",
        "/staticx",
        "/STATIC",
        "/static?x",
    ] {
        cases.push(Case::new("ProxyPass", format!("/static ! and {path}")).site(exclusion).ask(get(path)));
    }
    for (name, site, path) in [
        ("an exclusion that comes too late", "ProxyPass / http://{A}/\nProxyPass /static !", "/static"),
        ("the first line in the file", "ProxyPass /a http://{A}/\nProxyPass /a/b http://{B}/", "/a/b"),
        ("the longer line first", "ProxyPass /a/b http://{B}/\nProxyPass /a http://{A}/", "/a/b"),
        ("the same path twice", "ProxyPass /a http://{A}/\nProxyPass /a http://{B}/", "/a"),
        ("no slash, and a path", "ProxyPass / http://{A}", "/x"),
        ("no slash, and no path", "ProxyPass / http://{A}", "/"),
        ("no slash, and a query", "ProxyPass / http://{A}", "/?q"),
        ("no slash, and an escape", "ProxyPass / http://{A}", "/%20"),
        ("no slash, and no ASCII", "ProxyPass / http://{A}", "/é"),
        ("no slash, and a question mark", "ProxyPass / http://{A}", "/%3f"),
        ("no slash, nocanon, and no path", "ProxyPass / http://{A} nocanon", "/?"),
        ("no slash, nocanon, and a query", "ProxyPass / http://{A} nocanon", "/a?b"),
        ("a query in the URL", "ProxyPass /app http://{A}/back?fixed=1", "/app/x"),
        ("a query in both", "ProxyPass /app http://{A}/back?fixed=1", "/app/x?y=2"),
        ("characters are literal", "ProxyPass /a.c/ http://{A}/", "/abc/"),
        ("a path without its slash", "ProxyPass app http://{A}/", "/app"),
        ("a blank in the path", "ProxyPass \"/a b\" http://{A}/", "/a%20b"),
        ("an escape in the path of the line", "ProxyPass /a%20b http://{A}/", "/a%20b"),
        ("an escape in the URL", "ProxyPass / http://{A}/a%20b/", "/x"),
        ("a port out of range", "ProxyPass / http://127.0.0.1:99999/", "/x"),
        ("a host name that does not exist", "ProxyPass / http://nosuch.invalid/", "/x"),
        ("a scheme without a module", "ProxyPass / foo://{A}/", "/x"),
        ("directives in any case", "proxypass / http://{A}/", "/x"),
        ("a scheme in upper case", "ProxyPass / HTTP://{A}/", "/x"),
        ("no ProxyPass at all", "", "/x"),
        ("a line that ends in two slashes", "ProxyPass /a// http://{A}/", "/a//b"),
        ("two slashes in the line", "ProxyPass //a http://{A}/", "/a/b"),
    ] {
        cases.push(Case::new("ProxyPass", name).site(site).ask(get(path)));
    }
    cases
}
