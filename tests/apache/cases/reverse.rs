//! `ProxyPassReverse`, row by row.

use crate::case::{Case, get};

/// A line, the rest of the site, and what the backend writes into `Location`.
const ROWS: [(&str, &[&str]); 13] = [
    (
        "/ http://{A}/",
        &[
            "http://{A}/x?q=1#f",
            "HTTP://{A}/x",
            "http://{A}",
            "https://{A}/x",
            "http://localhost:1/x",
            "//{A}/x",
            "http://127.0.0.1/x",
            "http://{B}/x",
            "/x",
            "x",
            "../x",
            "?q",
            "",
            "http://{A}/é",
            "http://{A}/a b",
        ],
    ),
    ("/ http://{A}", &["http://{A}/x", "http://{A}", "http://{A}0/x"]),
    ("/app http://{A}", &["http://{A}", "http://{A}/x", "http://{A}0/x"]),
    (
        "/app http://{A}/back",
        &["http://{A}/back/x", "http://{A}/BACK/x", "http://{A}/backx", "http://{A}/other", "/back/x"],
    ),
    (
        "/app /back",
        &[
            "/back/x",
            "http://anything/back/x",
            "http://anything/other",
            "back/x",
            "//host/back/x",
            "http://anything",
        ],
    ),
    ("/app/ http://{A}/back/", &["http://front.test:18000/back/x", "http://{A}/back/"]),
    ("https://other.test/ http://{A}/", &["http://{A}/x"]),
    ("/ http://127.0.0.1:80/", &["http://127.0.0.1/x", "http://127.0.0.1:80/x"]),
    ("/a/ http://{A}/\nProxyPassReverse / http://{A}/", &["http://{A}/x"]),
    ("/ balancer://nowhere/", &["http://{A}/x"]),
    ("app http://{A}/", &["http://{A}/x"]),
    ("/ foo", &["foox", "http://{A}/x"]),
    ("/ \"\"", &["http://{A}/x", "x"]),
];

const BALANCER: &str = "<Proxy balancer://c>
BalancerMember http://{A}
BalancerMember http://{B}
</Proxy>
ProxyPass / balancer://c/
ProxyPassReverse / balancer://c/";

const MEMBER_PATHS: &str = "<Proxy balancer://c>
BalancerMember http://{A}/one
BalancerMember http://{B}/two
</Proxy>
ProxyPass /app balancer://c
ProxyPassReverse /app balancer://c";

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let redirect =
        |header: &str, value: &str| format!("HTTP/1.1 302 Found\n{header}: {value}\nContent-Length: 0\n\n");
    for (line, values) in ROWS {
        for value in values {
            let site = format!("ProxyPass / http://{{A}}/\nProxyPassReverse {line}");
            let case = Case::new("ProxyPassReverse", format!("{line} and {value}")).site(site);
            cases.push(case.answers([&redirect("Location", value)]).ask(get("/y")));
        }
    }
    let site = "ProxyPass / http://{A}/\nProxyPassReverse / http://{A}/";
    for header in ["Location", "Content-Location", "URI", "Destination", "Link", "Refresh"] {
        let case = Case::new("ProxyPassReverse", header).site(site);
        cases.push(case.answers([&redirect(header, "http://{A}/x")]).ask(get("/y")));
    }
    for (name, says) in [
        ("a Host without a port", "GET / HTTP/1.1\nHost: Plain.test\n\n"),
        ("a Host with port 80", "GET / HTTP/1.1\nHost: plain.test:80\n\n"),
        ("an IPv6 Host", "GET / HTTP/1.1\nHost: [::1]:9\n\n"),
        ("absolute form", "GET http://Other.test/x HTTP/1.1\nHost: front.test\n\n"),
        ("absolute form with a port", "GET http://Other.test:7/x HTTP/1.1\nHost: front.test\n\n"),
        ("HTTP/1.0 without Host", "GET / HTTP/1.0\n\n"),
    ] {
        let case = Case::new("ProxyPassReverse", name).site(site);
        cases.push(case.answers([&redirect("Location", "http://{A}/x")]).ask(says));
    }
    for (name, server) in [
        ("the port of the virtual host", "<VirtualHost *:{FRONT}>\n"),
        ("a virtual host on any port", "<VirtualHost *>\n"),
        ("the port of ServerName", "ServerName a.test:81\n<VirtualHost *:{FRONT}>\nServerName b.test:82\n"),
        ("the port of the main ServerName", "ServerName a.test:81\n<VirtualHost *:{FRONT}>\n"),
        ("the port of the main ServerName, on any port", "ServerName a.test:81\n<VirtualHost *>\n"),
        ("a ServerName without a port", "<VirtualHost *:{FRONT}>\nServerName b.test\n"),
        ("port 80 of ServerName", "<VirtualHost *:{FRONT}>\nServerName b.test:80\n"),
    ] {
        let case = Case::new("ProxyPassReverse", name).site(format!("{server}{site}\n</VirtualHost>"));
        let case =
            case.answers([&redirect("Location", "http://{A}/x")]).ask("GET / HTTP/1.1\nHost: plain.test\n\n");
        cases.push(case.ask("GET / HTTP/1.0\n\n"));
    }
    let main = format!("ServerName a.test:81\n{site}");
    let case = Case::new("ProxyPassReverse", "the port of ServerName, without virtual hosts").site(main);
    cases.push(
        case.answers([&redirect("Location", "http://{A}/x")]).ask("GET / HTTP/1.1\nHost: plain.test\n\n"),
    );
    for status in [200, 201, 404, 500] {
        let answer = format!("HTTP/1.1 {status} X\nLocation: http://{{A}}/x\nContent-Length: 0\n\n");
        cases.push(
            Case::new("ProxyPassReverse", format!("status {status}"))
                .site(site)
                .answers([&answer])
                .ask(get("/")),
        );
    }
    let twice =
        "HTTP/1.1 200 OK\nLocation: http://{A}/1\nX: 1\nLocation: http://{A}/2\nContent-Length: 0\n\n";
    cases.push(Case::new("ProxyPassReverse", "two Locations").site(site).answers([twice]).ask(get("/")));
    for value in
        ["http://{A}/x", "http://{B}/x", "http://{A}", "http://{C}/x", "balancer://c/x", "http://{A}/back/x"]
    {
        let case = Case::new("ProxyPassReverse", format!("balancer://c/ and {value}")).site(BALANCER);
        cases.push(case.answers([&redirect("Location", value)]).ask(get("/y")));
    }
    for value in ["http://{A}/one/x", "http://{B}/two/x", "http://{A}/x", "http://{A}/onex"] {
        let case =
            Case::new("ProxyPassReverse", format!("members with paths and {value}")).site(MEMBER_PATHS);
        cases.push(case.answers([&redirect("Location", value)]).ask(get("/app/y")));
    }
    cases
}
