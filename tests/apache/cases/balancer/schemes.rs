//! Backends and members whose URL is no `http://`: what is not spoken is not asked, least of all in clear text.

use crate::case::{Case, get, request};

/// Schemes in some spelling.
const SCHEMES: [&str; 10] = ["https", "HTTPS", "wss", "ws", "WS", "ajp", "ftp", "h2c", "uwsgi", "foo"];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for scheme in SCHEMES {
        let case = |name: &str, site: String| Case::new("schemes", format!("{scheme}, {name}")).site(site);
        let balancer =
            |members: &str| format!("<Proxy balancer://c>\n{members}\n</Proxy>\nProxyPass / balancer://c/");
        let alone = format!("BalancerMember {scheme}://{{A}}/a");
        let route = format!("ProxySet stickysession=S\n{alone} route=a\nBalancerMember http://{{B}} route=b");
        let session = request("GET", "/x", "Cookie: S=1.a\n");
        cases.extend([
            case("ProxyPass", format!("ProxyPass / {scheme}://{{A}}/a/")).ask(get("/x?q")),
            case("the only member", balancer(&alone)).times(2, &get("/x")),
            case("the first member", balancer(&format!("{alone}\nBalancerMember http://{{B}}")))
                .times(4, &get("/x")),
            case("the second member", balancer(&format!("BalancerMember http://{{B}}\n{alone}")))
                .times(4, &get("/x")),
            case("a member with status=+I", balancer(&format!("{alone} status=+I"))).times(2, &get("/x")),
            case("the member of a session", balancer(&route)).times(2, &session),
        ]);
    }
    cases
}
