//! What Apache has and we do not have yet: counted, so that nobody takes it for granted.

use crate::case::{Case, ROOT, get};

/// A directive, and a line that Apache takes.
const DIRECTIVES: [(&str, &str); 12] = [
    ("ProxyRequests", "ProxyRequests Off"),
    ("ProxyErrorOverride", "ProxyErrorOverride On"),
    ("ErrorDocument", "ErrorDocument 503 \"later\""),
    ("RequestHeader", "RequestHeader set X-A 1"),
    ("Header", "Header set X-A 1"),
    ("ProxyReceiveBufferSize", "ProxyReceiveBufferSize 2048"),
    ("ProxyMaxForwards", "ProxyMaxForwards 10"),
    ("ProxyBadHeader", "ProxyBadHeader Ignore"),
    ("UseCanonicalName", "UseCanonicalName On"),
    ("TraceEnable", "TraceEnable Off"),
    ("KeepAlive", "KeepAlive Off"),
    ("LimitRequestFields", "LimitRequestFields 10"),
];

pub fn cases() -> Vec<Case> {
    let case = |(directive, line): (&'static str, &str)| {
        Case::new(directive, line).site(format!("{line}\n{ROOT}")).ask(get("/")).unsupported(directive)
    };
    let mut cases: Vec<_> = DIRECTIVES.into_iter().map(case).collect();
    let site =
        "<Proxy balancer://c>\nBalancerMember http://{A}\n</Proxy>\nProxyPass / balancer://c/ timeout=5";
    let balancer = Case::new("<Proxy balancer://>", "timeout= of a balancer").site(site).ask(get("/"));
    cases.push(balancer.unsupported("timeout= of a balancer"));
    for (word, parameter) in [
        ("keepalive=On", "keepalive="),
        ("smax=1", "smax="),
        ("ping=1", "ping="),
        ("flushpackets=on", "flushpackets="),
        ("iobuffersize=8192", "iobuffersize="),
    ] {
        let case = Case::new("worker parameters", word).site(format!("{ROOT} {word}")).ask(get("/"));
        cases.push(case.unsupported(parameter));
    }
    cases
}
