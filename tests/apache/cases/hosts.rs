//! `<VirtualHost>`, `ServerName`, `ServerAlias`: which site a request is for, and what it inherits.

use crate::case::{Case, get};

const TWO: &str = "<VirtualHost *:{FRONT}>
ServerName first.test
ProxyPass / http://{A}/
</VirtualHost>
<VirtualHost *:{FRONT}>
ServerName second.test:81
ServerAlias *.second.test alias?.test
ProxyPass / http://{B}/
</VirtualHost>";

const INHERITED: &str = "ServerName main.test
ProxyPreserveHost On
ProxyPass /main http://{A}/main
ProxyPassReverse /main http://{A}/main
<VirtualHost *:{FRONT}>
ProxyPass /main/x http://{B}/
ProxyPass / http://{C}/
</VirtualHost>";

/// Sections of which the first to fit is A's, the second B's and the third C's, each with a name.
fn sections(heads: &[(&str, &str)]) -> String {
    let section = |(&(address, lines), backend): (&(&str, &str), &str)| {
        format!("<VirtualHost {address}>\n{lines}\nProxyPass / http://{backend}/\n</VirtualHost>\n")
    };
    heads.iter().zip(["{A}", "{B}", "{C}"]).map(section).collect()
}

/// Which address fits best, and names that are the address's own.
fn addresses() -> Vec<Case> {
    let (a, b, c) = ("ServerName a.test", "ServerName b.test", "ServerName c.test");
    let (port, any) = ("*:{FRONT}", "*:*");
    let mut cases = Vec::new();
    for heads in [
        [(any, a), (port, b), (any, c)],
        [(any, "ServerName a.test\nServerAlias *"), (port, b), (port, c)],
        [("127.0.0.1", a), ("127.0.0.1:{FRONT}", b), ("127.0.0.1:*", c)],
        [(port, a), ("127.0.0.1", b), (any, c)],
        [("_default_:{FRONT}", a), ("127.0.0.1:1 *:{FRONT}", b), (any, c)],
        [("127.0.0.1:{FRONT}", a), ("127.0.0.1:{FRONT}", b), ("localhost:{FRONT}", c)],
        [
            ("localhost:{FRONT}", a),
            ("127.0.0.1:{FRONT}", b),
            ("localhost:{FRONT}", "ServerName c.test\nServerAlias 127.0.0.1"),
        ],
        [(port, a), (port, "ServerName b.test\nServerAlias *"), (port, c)],
    ] {
        let site = sections(&heads);
        let name = heads.map(|(address, lines)| format!("{address} {}", lines.replace('\n', " "))).join(", ");
        for host in ["a.test", "b.test", "c.test", "localhost", "LOCALHOST:{FRONT}", "127.0.0.1", "x.test"] {
            let says = format!("GET /x HTTP/1.1\nHost: {host}\n\n");
            cases.push(Case::new("<VirtualHost>", format!("{host} of {name}")).site(&site).ask(says));
        }
        cases.push(
            Case::new("<VirtualHost>", format!("no Host of {name}")).site(site).ask("GET /x HTTP/1.0\n\n"),
        );
    }
    cases
}

/// `ServerName https://…`, as it is written where TLS ends before the proxy.
fn https_names() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in [
        "https://f.test",
        "HTTPS://f.test:443",
        "https://f.test:8443",
        "https://f.test:80",
        "http://f.test:443",
    ] {
        for (kind, site) in [
            (
                "main",
                format!("ServerName {name}\nProxyPass / http://{{A}}/\nProxyPassReverse / http://{{A}}/"),
            ),
            (
                "of a section",
                format!(
                    "<VirtualHost *:{{FRONT}}>\nServerName {name}\nProxyPass / http://{{A}}/\nProxyPassReverse / http://{{A}}/\n</VirtualHost>"
                ),
            ),
            (
                "main, and a section without",
                format!(
                    "ServerName {name}\n<VirtualHost *:{{FRONT}}>\nProxyPass / http://{{A}}/\nProxyPassReverse / http://{{A}}/\n</VirtualHost>"
                ),
            ),
        ] {
            for says in [
                "GET / HTTP/1.1\nHost: f.test\n\n",
                "GET / HTTP/1.1\nHost: F.test:8443\n\n",
                "GET / HTTP/1.1\nHost: f.test:443\n\n",
                "GET / HTTP/1.1\nHost: f.test:80\n\n",
                "GET / HTTP/1.0\n\n",
            ] {
                let found = "HTTP/1.1 302 Found\nLocation: http://{A}/y\nContent-Location: http://{A}/z\nContent-Length: 0\n\n";
                let host = says.lines().nth(1).unwrap_or_default();
                let case = Case::new("ServerName", format!("{name} {kind}, {host}")).site(&site);
                cases.push(case.answers([found]).ask(says));
            }
        }
    }
    cases
}

pub fn cases() -> Vec<Case> {
    let mut cases = [addresses(), https_names()].concat();
    for host in [
        "first.test",
        "second.test",
        "SECOND.test:99",
        "second.test.",
        "second.test.:80",
        "a.second.test",
        "a.b.second.test",
        "aliasx.test",
        "aliasxy.test",
        "unknown.test",
        "second.testx",
        "127.0.0.1",
        "second_.test",
    ] {
        let says = format!("GET / HTTP/1.1\nHost: {host}\n\n");
        cases.push(Case::new("<VirtualHost>", host).site(TWO).ask(says));
    }
    let absolute = "GET http://second.test/abs HTTP/1.1\nHost: first.test\n\n";
    cases.push(Case::new("<VirtualHost>", "absolute form").site(TWO).ask(absolute));
    cases.push(Case::new("<VirtualHost>", "HTTP/1.0 without Host").site(TWO).ask("GET / HTTP/1.0\n\n"));
    for path in ["/main", "/main/x", "/x"] {
        cases.push(
            Case::new("<VirtualHost>", format!("inherited lines and {path}")).site(INHERITED).ask(get(path)),
        );
    }
    let elsewhere = "ProxyPass /m http://{A}/\n<VirtualHost *:1>\nProxyPass / http://{B}/\n</VirtualHost>";
    for path in ["/m", "/x"] {
        cases.push(
            Case::new("<VirtualHost>", format!("on another port, and {path}")).site(elsewhere).ask(get(path)),
        );
    }
    let named = "ServerName http://named.test:81\nProxyPreserveHost On\nProxyPass / http://{A}/";
    cases.push(Case::new("ServerName", "with scheme and port").site(named).ask("GET / HTTP/1.0\n\n"));
    cases
}
