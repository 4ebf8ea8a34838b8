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

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
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
