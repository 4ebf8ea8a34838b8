//! The book's appendix, written by the run: what agrees with Apache, what differs and why, what is missing.

use std::fmt::Write;

use hop_by_hop::lessons::LESSONS;

use crate::{
    allowed::ALLOWED,
    case::{Case, Judge},
};

/// A directive as its cases name it, its syntax, its module, and the lesson it belongs to.
const DIRECTIVES: [(&str, &str, &str, &str); 18] = [
    ("ProxyPass", "ProxyPass [path] !|url [key=value …]", "mod_proxy", "pass"),
    ("ProxyPassMatch", "ProxyPassMatch [regex] !|url [key=value …]", "mod_proxy", "pass"),
    ("nocanon", "ProxyPass … nocanon", "mod_proxy", "pass"),
    ("timeout=", "ProxyPass … timeout=seconds", "mod_proxy", "pass"),
    ("worker parameters", "ProxyPass … key=value", "mod_proxy", "pass"),
    ("ProxyTimeout", "ProxyTimeout seconds", "mod_proxy", "pass"),
    ("<Location>", "<Location path>", "core", "pass"),
    ("AllowEncodedSlashes", "AllowEncodedSlashes On|Off|NoDecode", "core", "pass"),
    ("<VirtualHost>", "<VirtualHost address>", "core", "pass"),
    ("ServerName", "ServerName name[:port]", "core", "pass"),
    ("ProxyPreserveHost", "ProxyPreserveHost On|Off", "mod_proxy", "preserve_host"),
    ("ProxyVia", "ProxyVia On|Off|Full|Block", "mod_proxy", "preserve_host"),
    ("ProxyAddHeaders", "ProxyAddHeaders On|Off", "mod_proxy", "preserve_host"),
    ("ProxyPassReverse", "ProxyPassReverse [path] url", "mod_proxy", "pass_reverse"),
    ("ProxyPassReverseCookiePath", "ProxyPassReverseCookiePath internal public", "mod_proxy", "pass_reverse"),
    (
        "ProxyPassReverseCookieDomain",
        "ProxyPassReverseCookieDomain internal public",
        "mod_proxy",
        "pass_reverse",
    ),
    ("<Proxy balancer://>", "<Proxy balancer://name>", "mod_proxy_balancer", "balancer"),
    ("balancer parameters", "BalancerMember url [key=value …]", "mod_proxy_balancer", "balancer"),
];

/// The whole of it, in parts that the book includes.
pub fn appendix(cases: &[Case], configtests: (usize, usize)) -> String {
    let mut text = String::new();
    for (name, content) in [
        ("totals", totals(cases, configtests)),
        ("directives", directives(cases)),
        ("http", http(cases)),
        ("differ", differ(cases)),
        ("allowed", allowed()),
        ("unsupported", unsupported(cases)),
    ] {
        _ = write!(text, "ANCHOR: {name}\n{}\nANCHOR_END: {name}\n", content.trim_end());
    }
    text
}

/// How many agree, differ and are unsupported.
fn count<'a>(cases: impl Iterator<Item = &'a Case>) -> (usize, usize, usize) {
    cases.fold((0, 0, 0), |(agree, differ, unsupported), case| match case.judge {
        Judge::Agree => (agree + 1, differ, unsupported),
        Judge::Differ { .. } => (agree, differ + 1, unsupported),
        Judge::Unsupported(_) => (agree, differ, unsupported + 1),
    })
}

fn totals(cases: &[Case], (configtests, refused): (usize, usize)) -> String {
    let (agree, differ, unsupported) = count(cases.iter());
    format!(
        "Of {} cases, {agree} agree with Apache, {differ} differ on purpose, and {unsupported} ask for what this proxy does \
         not have. {configtests} site files were shown to `apache2 -t` and to this proxy, which say the same of all but {refused}: those we \
         refuse, and Apache does not.",
        cases.len()
    )
}

fn directives(cases: &[Case]) -> String {
    let mut text = "| directive | module | lesson | agree | differ |\n|---|---|---|---|---|\n".to_owned();
    for (about, syntax, module, lesson) in DIRECTIVES {
        let lesson =
            LESSONS.iter().find(|known| known.stem == lesson).unwrap_or_else(|| panic!("no lesson {lesson}"));
        let (agree, differ, _) = count(cases.iter().filter(|case| case.about == about));
        assert!(agree > 0, "no case is about {about}");
        let syntax = syntax.replace('|', "\\|");
        _ = writeln!(
            text,
            "| `{syntax}` | {module} | [{}]({}.md) | {agree} | {differ} |",
            lesson.title, lesson.stem
        );
    }
    text
}

/// The cases that are about no directive.
fn http(cases: &[Case]) -> String {
    let mut text = "| what | agree | differ |\n|---|---|---|\n".to_owned();
    let is_directive = |about: &str| DIRECTIVES.iter().any(|(directive, ..)| *directive == about);
    let supported = |case: &&Case| !matches!(case.judge, Judge::Unsupported(_));
    let mut abouts: Vec<_> = cases.iter().filter(supported).map(|case| case.about).collect();
    abouts.sort_unstable();
    abouts.dedup();
    for about in abouts.into_iter().filter(|about| !is_directive(about)) {
        let (agree, differ, _) = count(cases.iter().filter(|case| case.about == about));
        _ = writeln!(text, "| {about} | {agree} | {differ} |");
    }
    text
}

fn differ(cases: &[Case]) -> String {
    let mut text = "| case | why |\n|---|---|\n".to_owned();
    for case in cases {
        if let Judge::Differ { why, .. } = case.judge {
            _ = writeln!(
                text,
                "| {}: {} | {why} |",
                case.about.replace('<', "&lt;"),
                case.name.replace('<', "&lt;")
            );
        }
    }
    text
}

fn allowed() -> String {
    let mut text = "| difference | why it is allowed |\n|---|---|\n".to_owned();
    for allowed in ALLOWED {
        _ = writeln!(text, "| {} | {} |", allowed.name, allowed.why);
    }
    text
}

fn unsupported(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        if let Judge::Unsupported(directive) = case.judge {
            _ = writeln!(text, "- `{directive}`");
        }
    }
    text
}
