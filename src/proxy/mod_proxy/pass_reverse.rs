//! `ProxyPassReverse`: redirects that name the backend are made to name the proxy.

use std::{fmt, sync::Arc};

use crate::proxy::{
    core::front::Front,
    http1::{
        head::Head,
        name::{CONTENT_LOCATION, DESTINATION, LOCATION, Name, URI},
    },
    mod_proxy::ModProxy,
    mod_proxy::balancer::{self, Balancer},
    site::directive::{Directive, Scope, Section},
    site::words::{quoted, words},
};

/// The `ProxyPassReverse` lines, in file order: the first whose `real` begins the header's value decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassReverse(pub(crate) Vec<Reverse>);

/// One `ProxyPassReverse` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reverse {
    /// The path, or URL, that the client is to see.
    pub(crate) fake: String,
    /// The URL, path or `balancer://` that the backend writes.
    pub(crate) real: String,
}

/// The headers that may carry the backend's address (RFC 9110 §10.2.2, §8.7; RFC 4918 for Destination).
const MAY_NAME_THE_BACKEND: [Name<'_>; 4] = [LOCATION, CONTENT_LOCATION, URI, DESTINATION];

// ANCHOR: apply
impl PassReverse {
    /// Rewrites the headers of a response that name the backend; others stay untouched.
    pub(crate) fn apply(&self, head: &mut Head, front: &Front<'_>, balancers: &[Arc<Balancer>]) {
        if self.0.is_empty() {
            return;
        }
        for name in MAY_NAME_THE_BACKEND {
            head.rewrite(name, |value, new| self.rewrite(value, front, balancers, new));
        }
    }

    /// Writes the value that the client is to see; false if no line's `real` begins it.
    fn rewrite(
        &self,
        value: &[u8],
        front: &Front<'_>,
        balancers: &[Arc<Balancer>],
        new: &mut Vec<u8>,
    ) -> bool {
        let Some((fake, rest)) = self.0.iter().find_map(|line| line.matches(value, balancers)) else {
            return false;
        };
        if !fake.contains("://") {
            new.extend(front.origin().into_bytes());
        }
        new.extend(fake.as_bytes());
        new.extend(rest);
        true
    }
}
// ANCHOR_END: apply

impl Reverse {
    /// The fake and what follows the real, if the value begins with the real.
    fn matches<'a>(&'a self, value: &'a [u8], balancers: &[Arc<Balancer>]) -> Option<(&'a str, &'a [u8])> {
        if let Some((name, path)) = balancer::name_and_path(&self.real) {
            let balancer = balancer::find(balancers, name)?;
            let path = Some(path).filter(|path| path.len() > 1).unwrap_or_default();
            let rest = balancer
                .members
                .iter()
                .find_map(|member| strip_prefix(strip_prefix(value, &member.url.canonical())?, path))?;
            // The fake `/` already has the slash that the rest begins with.
            let fake = if self.fake == "/" && rest.starts_with(b"/") { "" } else { &self.fake };
            return Some((fake, rest));
        }
        if self.real.is_empty() {
            return None;
        }
        let host = memchr::memmem::find(value, b"://").map(|at| at + "://".len());
        let compared = match host {
            Some(host) if self.real.starts_with('/') => {
                let after = &value[host..];
                &after[memchr::memchr(b'/', after).unwrap_or(after.len())..]
            }
            _ => value,
        };
        strip_prefix(compared, &self.real).map(|rest| (self.fake.as_str(), rest))
    }
}

/// `strip_prefix` that ignores the case of ASCII letters, as Apache's comparison does.
fn strip_prefix<'a>(text: &'a [u8], prefix: &str) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix.as_bytes()).then_some(rest)
}

impl fmt::Display for PassReverse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| line.write(f, true))
    }
}

impl Reverse {
    /// The line, without its path inside of `<Location>`.
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>, with_path: bool) -> fmt::Result {
        match with_path {
            true => writeln!(f, "ProxyPassReverse {} {}", quoted(&self.fake), quoted(&self.real)),
            false => writeln!(f, "ProxyPassReverse {}", quoted(&self.real)),
        }
    }

    /// The same line in a section, whose path the client is to see.
    pub(crate) fn at(self, section: &str) -> Self {
        Self { fake: section.to_owned(), ..self }
    }
}

pub(crate) const PROXY_PASS_REVERSE: Directive<ModProxy> = Directive {
    name: "ProxyPassReverse",
    read: |scope: &mut Scope<'_, ModProxy>, line| {
        if matches!(scope.section, Section::Proxy(_)) {
            return Err("ProxyPassReverse can not have a path when defined in a location".to_owned());
        }
        let mut words = words(line);
        let interpolates =
            words.len() < 4 && words.get(1).is_some_and(|word| word.eq_ignore_ascii_case("interpolate"));
        if let (Section::Location(path), 1..=3) = (scope.section, words.len()) {
            if words.len() > 1 && !interpolates {
                return Err("ProxyPassReverse can not have a path when defined in a location".to_owned());
            }
            words.truncate(1);
            words.insert(0, path.to_owned());
        } else if interpolates {
            words.truncate(1);
        }
        match words.as_slice() {
            // The third argument (`interpolate`) says nothing without ProxyPassInterpolateEnv.
            [fake, real] | [fake, real, _] => {
                let line = Reverse { fake: fake.clone(), real: real.clone() };
                scope.here().pass_reverse.0.push(line);
                Ok(())
            }
            [_] => Err("ProxyPassReverse needs a path when not defined in a location".to_owned()),
            _ => Err("ProxyPassReverse takes one, two or three arguments, a virtual path and a URL for reverse proxy behaviour"
                .to_owned()),
        }
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::{Proxy, Worker};

    fn rewritten(line: (&str, &str), value: &str) -> Option<String> {
        let member = |url: &str| Worker::new(url.parse().unwrap());
        let proxy = Proxy::new()
            .balancer("mycluster", [member("http://127.0.0.1:8080"), member("http://127.0.0.1:8081")])
            .balancer("ports", [member("http://LocalHost:080")])
            .balancer("paths", [member("http://127.0.0.1:8080/one"), member("http://127.0.0.1:8081/two")])
            .pass_reverse(line.0, line.1);
        let front = Front::for_test("Front.test:8000");
        let (mut new, reverse) = (Vec::new(), &proxy.proxy.pass_reverse);
        let rewritten = reverse.rewrite(value.as_bytes(), &front, &proxy.proxy.balancers, &mut new);
        rewritten.then(|| String::from_utf8(new).unwrap())
    }

    /// apache-facts §6: (fake, real), the backend's value, what the client gets.
    #[test]
    fn every_row_of_the_table() {
        let root = ("/", "http://127.0.0.1:8080/");
        let cluster = ("/", "balancer://mycluster/");
        for (line, value, expected) in [
            (root, "http://127.0.0.1:8080/x?q=1#f", Some("http://front.test:8000/x?q=1#f")),
            (root, "HTTP://127.0.0.1:8080/x", Some("http://front.test:8000/x")),
            (root, "http://127.0.0.1:8080", None),
            (root, "https://127.0.0.1:8080/x", None),
            (root, "http://localhost:8080/x", None),
            (root, "//127.0.0.1:8080/x", None),
            (root, "http://127.0.0.1/x", None),
            (root, "http://127.0.0.1:8081/x", None),
            // The member's name has no port that its scheme has anyway.
            (("/", "balancer://ports/"), "http://localhost/x", Some("http://front.test:8000/x")),
            (root, "/x", None),
            (root, "", None),
            (("/", "http://127.0.0.1:8080"), "http://127.0.0.1:8080/x", Some("http://front.test:8000//x")),
            (("/app", "http://127.0.0.1:8080"), "http://127.0.0.1:8080", Some("http://front.test:8000/app")),
            (
                ("/app", "http://127.0.0.1:8080"),
                "http://127.0.0.1:80800/x",
                Some("http://front.test:8000/app0/x"),
            ),
            (("/app", "http://b/back"), "http://b/back/x", Some("http://front.test:8000/app/x")),
            (("/app", "http://b/back"), "http://b/BACK/x", Some("http://front.test:8000/app/x")),
            (("/app", "http://b/back"), "http://b/backx", Some("http://front.test:8000/appx")),
            (("/app", "http://b/back"), "http://b/other", None),
            (("/app", "http://b/back"), "/back/x", None),
            (("/app", "/back"), "/back/x", Some("http://front.test:8000/app/x")),
            (("/app", "/back"), "http://anything/back/x", Some("http://front.test:8000/app/x")),
            (("https://other/", "http://b/"), "http://b/x", Some("https://other/x")),
            (("/", "http://127.0.0.1:80/"), "http://127.0.0.1/x", None),
            (cluster, "http://127.0.0.1:8080/x", Some("http://front.test:8000/x")),
            (cluster, "http://127.0.0.1:8081/x", Some("http://front.test:8000/x")),
            (cluster, "http://127.0.0.1:8080", Some("http://front.test:8000/")),
            (cluster, "http://127.0.0.1:8082/x", None),
            (cluster, "balancer://mycluster/x", None),
            (("/", "balancer://othercluster/"), "http://127.0.0.1:8080/x", None),
            (
                ("/app", "balancer://paths"),
                "http://127.0.0.1:8080/one/x",
                Some("http://front.test:8000/app/x"),
            ),
        ] {
            assert_eq!(rewritten(line, value).as_deref(), expected, "{line:?} {value}");
        }
    }
}
