//! The balancer: who is asked, in which order, and what happens when a member is dead.

pub mod parameters;
pub mod schemes;

use crate::case::{Case, get, request};

/// A site with these members.
fn members(lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("BalancerMember {line}\n")).collect();
    format!("<Proxy balancer://c>\n{lines}</Proxy>\nProxyPass / balancer://c/")
}

/// Load factors of A, B and C.
const FACTORS: [&[&str]; 10] = [
    &["1", "1"],
    &["1", "1", "1"],
    &["2", "1"],
    &["1", "2"],
    &["3", "1"],
    &["5", "1", "1"],
    &["1", "2", "3"],
    &["3", "2", "1"],
    &["1.5", "1"],
    &["100", "1"],
];

/// A balancer that the main server has, and a virtual host too: what each says of it.
const IN_BOTH: [(&str, &str, &str); 9] = [
    ("more members", "", "<Proxy balancer://c>\nBalancerMember http://{C}\n</Proxy>"),
    ("a member again", "", "<Proxy balancer://c>\nBalancerMember http://{B} loadfactor=5 route=x\n</Proxy>"),
    ("a session by ProxyPass", "", "stickysession=S"),
    ("a session by ProxySet", "", "<Proxy balancer://c>\nProxySet stickysession=S\n</Proxy>"),
    ("a session of the main server", "ProxySet stickysession=S", ""),
    ("a session of the main server, and another word", "ProxySet stickysession=S", "nofailover=On"),
    ("a session of the main server, and another", "ProxySet stickysession=S", "stickysession=T"),
    ("a name in other letters", "", "<Proxy balancer://C>\nBalancerMember http://{C}\n</Proxy>"),
    ("no word", "", ""),
];

fn in_both() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, main, host) in IN_BOTH {
        let (section, words) = if host.contains('<') { (host, "") } else { ("", host) };
        let site = format!(
            "<Proxy balancer://c>\nBalancerMember http://{{A}} route=a\nBalancerMember http://{{B}} route=b\n{main}\n</Proxy>\n\
             <VirtualHost *:{{FRONT}}>\n{section}\nProxyPass / balancer://c/ {words}\n</VirtualHost>"
        );
        let case =
            |what: &str| Case::new("<Proxy balancer://>", format!("in a virtual host too: {name}, {what}"));
        cases.push(case("free").site(&site).times(6, &get("/")));
        cases.push(case("a session").site(&site).times(3, &request("GET", "/", "Cookie: S=1.b\n")));
        cases.push(case("another session").site(&site).times(3, &request("GET", "/", "Cookie: T=1.b\n")));
    }
    cases
}

pub fn cases() -> Vec<Case> {
    let mut cases = in_both();
    for factors in FACTORS {
        let lines: Vec<_> = (factors.iter().zip(["{A}", "{B}", "{C}"]))
            .map(|(factor, backend)| format!("http://{backend} loadfactor={factor}"))
            .collect();
        let site = members(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        cases.push(Case::new("byrequests", factors.join(":")).site(site).times(14, &get("/")));
    }
    let case = |name: &str, lines: &[&str]| Case::new("<Proxy balancer://>", name).site(members(lines));
    let long = request("POST", "/", "Content-Length: 100000\n") + "{x*100000}";
    let chunked = request("POST", "/", "Transfer-Encoding: chunked\n") + "9c40\n{x*40000}\n0\n\n";
    let two = ["http://{A}", "http://{B}"];
    cases.extend([
        case("a dead member", &["http://{A}", "http://{DEAD}", "http://{C}"]).times(8, &get("/")),
        case("a dead member, and a long body", &["http://{DEAD}", "http://{B}"]).ask(long),
        case("a dead member, and a chunked body", &["http://{DEAD}", "http://{B}"]).ask(chunked),
        case("a dead member that is tried at once", &["http://{DEAD} retry=0", "http://{B}"]).times(4, &get("/")),
        case("all dead", &["http://{DEAD}"]).times(3, &get("/")),
        case("one client, one connection", &two).ask(get("/1")).then(get("/2")).then(get("/3")).then(get("/4")),
        case("the same member twice", &["http://{A}", "http://{A}", "http://{B}"]).times(4, &get("/")),
        case("the same member with another factor", &["http://{B}", "http://{A} loadfactor=2", "http://{A} loadfactor=1"])
            .times(6, &get("/")),
        case("the same member with a lower factor first", &["http://{A}", "http://{B}", "http://{A} loadfactor=3"])
            .times(6, &get("/")),
        case("a member and the same with a slash", &["http://{A}", "http://{A}/", "http://{B}"]).times(6, &get("/x")),
        case("a member with a slash and the same without", &["http://{A}/", "http://{A}", "http://{B}"]).times(6, &get("/x")),
        case("a member and another below it", &["http://{A}/p1", "http://{A}/p11", "http://{A}/q"]).times(6, &get("/x")),
        case("a member and the same in capitals", &["http://{A}", "HTTP://{A}/x route=b", "http://{B}"]).times(4, &get("/x")),
        case("members with paths", &["http://{A}/one", "http://{B}/two/"]).times(4, &get("/x?q")),
        case("members with paths to encode", &["\"http://{A}/a b\"", "http://{B}/a%20b|"]).times(4, &get("/x?q")),
        case("a member that answers 503 stays", &two).answers(["HTTP/1.1 503 Busy\nContent-Length: 0\n\n"]).times(4, &get("/")),
        case("a member that closes stays", &two).answers(["{close}"]).times(4, &get("/")),
        case("a member that resets stays", &two).answers(["{reset}"]).times(4, &get("/")),
        case("a member that says nothing of HTTP/2.0 stays", &two).answers(["HTTP/2.0 200 OK\n\n{close}"]).times(4, &get("/")),
        case("no member", &[]).ask(get("/")),
        case("an unknown balancer", &["http://{A}"]).site("ProxyPass / balancer://nowhere/").ask(get("/x")),
        case("no slash after the name", &two).site("<Proxy balancer://c>\nBalancerMember http://{A}\n</Proxy>\nProxyPass / balancer://c").ask(get("/x")),
        case("names in any case", &two).site("<Proxy balancer://C>\nBalancerMember http://{A}\n</Proxy>\nProxyPass / BALANCER://c/").ask(get("/x")),
        case("a path in the line", &two).site("<Proxy balancer://c>\nBalancerMember http://{A}\n</Proxy>\nProxyPass /app balancer://c/back").ask(get("/app/x")),
        case("the host of the member", &["http://{A}"]).ask(get("/")),
        case("the members of two sections add up", &two)
            .site("<Proxy balancer://c>\nBalancerMember http://{A}\n</Proxy>\n<Proxy balancer://c>\nBalancerMember http://{B}\n</Proxy>\nProxyPass / balancer://c/")
            .times(4, &get("/")),
        case("ProxyPass before the section", &two)
            .site("ProxyPass / balancer://c/\n<Proxy balancer://c>\nBalancerMember http://{A}\nBalancerMember http://{B}\n</Proxy>")
            .times(4, &get("/")),
        case("a member outside of the section", &two)
            .site("BalancerMember balancer://c http://{A}\nBalancerMember balancer://c http://{B}\nProxyPass / balancer://c/")
            .times(3, &get("/")),
        case("ProxyPreserveHost", &two).site(format!("ProxyPreserveHost On\n{}", members(&two))).times(2, &get("/")),
        case("lbmethod=byrequests", &two)
            .site("<Proxy balancer://c>\nBalancerMember http://{A}\nBalancerMember http://{B}\nProxySet lbmethod=byrequests\n</Proxy>\nProxyPass / balancer://c/")
            .times(3, &get("/")),
        case("members of the main server, in a virtual host", &two)
            .site("<Proxy balancer://c>\nBalancerMember http://{A}\nBalancerMember http://{B}\n</Proxy>\n<VirtualHost *:{FRONT}>\nProxyPass / balancer://c/\n</VirtualHost>")
            .times(3, &get("/")),
    ]);
    cases
}
