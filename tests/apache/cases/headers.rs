//! `ProxyVia`, `ProxyAddHeaders` and what a worker's parameters do to its connections.

use crate::case::{Case, ROOT, get, request};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let answer = "HTTP/1.1 200 OK\nVia: 1.0 be\nX-A: 1\nContent-Length: 2\n\nok";
    for value in ["Off", "On", "Block", "full"] {
        for (name, says) in [
            ("alone", get("/")),
            ("with one", request("GET", "/", "Via: 1.1 client\n")),
            ("HTTP/1.0", "GET / HTTP/1.0\nHost: front.test:18000\n\n".to_owned()),
            ("a Host without a port", "GET / HTTP/1.1\nHost: front.test\n\n".to_owned()),
        ] {
            let case = Case::new("ProxyVia", format!("ProxyVia {value}, {name}"))
                .site(format!("ProxyVia {value}\n{ROOT}"));
            cases.push(case.answers([answer]).ask(says));
        }
    }
    let block = Case::new("ProxyVia", "ProxyVia Block keeps the order of the others");
    let lines = "Via: 1.1 v\nCookie: a=b\nAccept: */*\nX-A: 1\n";
    cases.push(block.site(format!("ProxyVia Block\n{ROOT}")).ask(request("GET", "/", lines)));
    let host = format!("<VirtualHost *:{{FRONT}}>\nProxyVia On\n{ROOT}\n</VirtualHost>");
    let via = Case::new("ProxyVia", "ProxyVia in a virtual host, a Host without a port").site(host);
    cases.push(via.ask("GET / HTTP/1.1\nHost: front.test\n\n"));
    let client = "X-Forwarded-For: 1.2.3.4\nX-Forwarded-Host: h\nX-Forwarded-Server: s\n";
    for (value, lines) in [("Off", ""), ("Off", client), ("On", client)] {
        let case = Case::new("ProxyAddHeaders", format!("ProxyAddHeaders {value} {}", lines.len()));
        cases.push(case.site(format!("ProxyAddHeaders {value}\n{ROOT}")).ask(request("GET", "/", lines)));
    }
    for word in ["disablereuse=On", "enablereuse=Off", "max=1", "ttl=60", "acquire=100"] {
        let case = Case::new("worker parameters", word).site(format!("ProxyPass / http://{{A}}/ {word}"));
        cases.push(case.times(3, &get("/")));
    }
    let closed = Case::new("worker parameters", "disablereuse=On makes a connection for each request");
    cases.push(closed.site(format!("{ROOT} disablereuse=On")).times(3, &get("/")).connections());
    let hang = ["{hang}"];
    cases.push(
        Case::new("ProxyTimeout", "ProxyTimeout 1")
            .site(format!("ProxyTimeout 1\n{ROOT}"))
            .answers(hang)
            .ask(get("/")),
    );
    let both = "ProxyTimeout 9\nProxyPass / http://{A}/ timeout=1";
    cases.push(Case::new("ProxyTimeout", "timeout= goes before it").site(both).answers(hang).ask(get("/")));
    cases
}
