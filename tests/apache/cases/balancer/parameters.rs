//! What members and balancers can be told: flags, sets, sessions, methods.

use crate::case::{Case, get, request};

fn site(members: &[&str], set: &str) -> String {
    let members: String = members.iter().map(|line| format!("BalancerMember {line}\n")).collect();
    format!("<Proxy balancer://c>\n{members}{set}\n</Proxy>\nProxyPass / balancer://c/")
}

/// A name, the members, a line for the balancer, and how many ask.
const TURNS: [(&str, &[&str], &str, usize); 26] = [
    ("status=+D", &["http://{A} status=+D", "http://{B}"], "", 3),
    ("status=+S", &["http://{A} status=+S", "http://{B}"], "", 3),
    ("status=+N", &["http://{A} status=+N", "http://{B}"], "", 3),
    ("status=+H", &["http://{A} status=+H", "http://{B}"], "", 3),
    ("status=+H and the other dead", &["http://{A} status=+H", "http://{DEAD}"], "", 3),
    ("status=+R and one dead", &["http://{A}", "http://{DEAD}", "http://{C} status=+R"], "", 8),
    ("status=+I and dead", &["http://{DEAD} status=+I", "http://{B}"], "", 4),
    ("status=+E", &["http://{A} status=+E", "http://{B}"], "", 4),
    ("all +D", &["http://{A} status=+D", "http://{B} status=+D"], "", 2),
    ("lbset=", &["http://{A} lbset=1", "http://{B} lbset=0"], "", 3),
    ("lbset= and the lower dead", &["http://{A} lbset=1", "http://{DEAD} lbset=0"], "", 3),
    ("bytraffic", &["http://{A}", "http://{B}"], "ProxySet lbmethod=bytraffic", 6),
    ("bytraffic 3:1", &["http://{A} loadfactor=3", "http://{B}"], "ProxySet lbmethod=bytraffic", 12),
    ("bybusyness", &["http://{A}", "http://{B}"], "ProxySet lbmethod=bybusyness", 6),
    ("bybusyness 2:1", &["http://{A} loadfactor=2", "http://{B}"], "ProxySet lbmethod=bybusyness", 6),
    ("maxattempts=1", &["http://{DEAD}", "http://{B}"], "ProxySet maxattempts=1", 3),
    ("forcerecovery=Off", &["http://{DEAD}"], "ProxySet forcerecovery=Off", 3),
    ("forcerecovery=On", &["http://{DEAD}"], "ProxySet forcerecovery=On", 3),
    ("three equal, one of no use", &["http://{A}", "http://{DEAD}", "http://{C}"], "", 8),
    ("lbmethod on ProxyPass", &["http://{A}", "http://{B}"], "", 4),
    ("growth of a set", &["http://{A} lbset=0", "http://{B} lbset=0", "http://{C} lbset=1"], "", 4),
    ("two spares", &["http://{A}", "http://{B} status=+R", "http://{C} status=+R"], "", 4),
    ("a hot spare and a standby", &["http://{DEAD}", "http://{B} status=+R", "http://{C} status=+H"], "", 4),
    ("drained, with a standby", &["http://{A} status=+N", "http://{C} status=+H"], "", 3),
    ("stopped and disabled", &["http://{A} status=+S", "http://{B} status=+D", "http://{C}"], "", 3),
    ("ignoring errors alone", &["http://{DEAD} status=+I"], "", 2),
];

pub fn cases() -> Vec<Case> {
    let mut cases: Vec<_> = (TURNS.into_iter())
        .map(|(name, members, set, times)| {
            Case::new("balancer parameters", name).site(site(members, set)).times(times, &get("/"))
        })
        .collect();
    let sticky = |set: &str| site(&["http://{A} route=a", "http://{B} route=b"], set);
    let asks = [
        ("a cookie", "/", "Cookie: SID=xyz.b\n"),
        ("a cookie without a dot", "/", "Cookie: SID=b\n"),
        ("a cookie with two dots", "/", "Cookie: SID=x.y.b\n"),
        ("a quoted cookie", "/", "Cookie: SID=\"x.b\"\n"),
        ("another cookie", "/", "Cookie: XSID=x.b\n"),
        ("the second cookie", "/", "Cookie: a=b; SID=x.b\n"),
        ("a parameter of the path", "/;sid=x.b", ""),
        ("a parameter of the query", "/?sid=x.b", ""),
        ("the path beats the cookie", "/?sid=x.a", "Cookie: SID=x.b\n"),
        ("an unknown route", "/", "Cookie: SID=x.z\n"),
    ];
    for (name, path, headers) in asks {
        let case = Case::new("stickysession", name).site(sticky("ProxySet stickysession=SID|sid"));
        cases.push(case.times(3, &request("GET", path, headers)));
    }
    let to_dead = |set: &str, more: &str| {
        site(&["http://{A} route=a", &format!("http://{{DEAD}} route=b{more}"), "http://{C} route=c"], set)
    };
    for (name, site) in [
        ("the member is dead", to_dead("ProxySet stickysession=SID", "")),
        ("nofailover", to_dead("ProxySet stickysession=SID nofailover=On", "")),
        ("redirect", to_dead("ProxySet stickysession=SID", " redirect=c")),
    ] {
        let case = Case::new("stickysession", name).site(site);
        cases.push(case.times(3, &request("GET", "/", "Cookie: SID=x.b\n")));
    }
    let failing = |set: &str| site(&["http://{A}", "http://{B}"], set);
    let busy = "HTTP/1.1 503 Busy\nContent-Length: 2\n\nno";
    cases.push(
        Case::new("failonstatus", "failonstatus=503")
            .site(failing("ProxySet failonstatus=503"))
            .answers([busy])
            .times(5, &get("/")),
    );
    cases.push(
        Case::new("failonstatus", "failonstatus of another")
            .site(failing("ProxySet failonstatus=500"))
            .answers([busy])
            .times(5, &get("/")),
    );
    let late = site(&["http://{A} timeout=1", "http://{B}"], "ProxySet failontimeout=On");
    cases.push(
        Case::new("failontimeout", "failontimeout=On").site(late).answers(["{hang}"]).times(4, &get("/")),
    );
    let retry = site(&["http://{DEAD} retry=1", "http://{B}"], "");
    cases.push(Case::new("balancer parameters", "retry=1").site(retry).times(3, &get("/")));
    cases
}
