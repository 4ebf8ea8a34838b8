//! `ProxyPassReverseCookieDomain` and `ProxyPassReverseCookiePath`: cookies that name the backend's domain or path are
//! made to name the proxy's.
//!
//! Where we differ: Apache takes any value that begins with the internal one, so that with `/back` a cookie for
//! `/backend-other` is sent to `/app`, and one for `backend.test.evil.org` to the proxy. Here a path must go on with
//! `/`, and a domain must be the whole.

use std::fmt;

use crate::proxy::{
    http1::{head::Head, name::SET_COOKIE},
    mod_proxy::ModProxy,
    site::directive::{Directive, Scope},
    site::words::{quoted, words},
};

/// The lines of both directives, each kind in file order: the first that matches decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassReverseCookie {
    pub(crate) domains: Vec<Line>,
    pub(crate) paths: Vec<Line>,
}

/// What the backend writes, and what the client is to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    internal: String,
    public: String,
}

impl PassReverseCookie {
    /// Rewrites the `Set-Cookie` lines of a response.
    pub(crate) fn apply(&self, head: &mut Head) {
        if self.domains.is_empty() && self.paths.is_empty() {
            return;
        }
        head.rewrite(SET_COOKIE, |cookie, new| {
            let rewritten = std::str::from_utf8(cookie).ok().and_then(|cookie| self.rewrite(cookie));
            rewritten.map(|text| new.extend(text.into_bytes())).is_some()
        });
    }

    /// The cookie with its last `Path` and its last `Domain` rewritten; `None` if nothing changes.
    fn rewrite(&self, cookie: &str) -> Option<String> {
        let mut parts: Vec<String> = cookie.split(';').map(str::to_owned).collect();
        let domain = replace(&mut parts, "domain", |value| {
            self.domains.iter().find(|line| value.eq_ignore_ascii_case(&line.internal))
        });
        let path = replace(&mut parts, "path", |value| self.paths.iter().find(|line| line.covers(value)));
        (domain || path).then(|| parts.join(";"))
    }

    /// The lines of a section come after those of its server.
    pub(crate) fn extend(&mut self, more: &Self) {
        self.domains.extend(more.domains.iter().cloned());
        self.paths.extend(more.paths.iter().cloned());
    }
}

/// Replaces the whole value of the last attribute of that name, as Apache does: what follows the prefix is lost.
fn replace<'a>(parts: &mut [String], name: &str, line: impl Fn(&str) -> Option<&'a Line>) -> bool {
    let attribute = parts.iter_mut().rev().find_map(|part| {
        let (found, value) = part.split_once('=')?;
        let (start, value) = (found.len() + 1, value.trim_end().to_owned());
        found.trim_start().eq_ignore_ascii_case(name).then_some((part, start, value))
    });
    let Some((part, start, value)) = attribute else { return false };
    let Some(line) = line(&value) else { return false };
    part.truncate(start);
    part.push_str(&line.public);
    true
}

impl Line {
    pub(crate) fn new(internal: &str, public: &str) -> Self {
        Self { internal: internal.to_owned(), public: public.to_owned() }
    }

    /// Whether a cookie's path is within this one.
    fn covers(&self, path: &str) -> bool {
        path.strip_prefix(&self.internal)
            .is_some_and(|rest| self.internal.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for PassReverseCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, lines) in [(DOMAIN.name, &self.domains), (PATH.name, &self.paths)] {
            lines.iter().try_for_each(|line| {
                writeln!(f, "{name} {} {}", quoted(&line.internal), quoted(&line.public))
            })?;
        }
        Ok(())
    }
}

pub(crate) const DOMAIN: Directive<ModProxy> = Directive {
    name: "ProxyPassReverseCookieDomain",
    read: |scope, line| {
        let line = read(scope, line, "ProxyPassReverseCookieDomain", "Domain")?;
        scope.here().pass_reverse_cookie.domains.push(line);
        Ok(())
    },
};

pub(crate) const PATH: Directive<ModProxy> = Directive {
    name: "ProxyPassReverseCookiePath",
    read: |scope, line| {
        let line = read(scope, line, "ProxyPassReverseCookiePath", "Path")?;
        scope.here().pass_reverse_cookie.paths.push(line);
        Ok(())
    },
};

fn read(scope: &Scope<'_, ModProxy>, line: &str, name: &str, kind: &str) -> Result<Line, String> {
    scope.not_in_proxy(name)?;
    match words(line).as_slice() {
        // The third argument (`interpolate`) says nothing without ProxyPassInterpolateEnv.
        [internal, public] | [internal, public, _] => Ok(Line::new(internal, public)),
        _ => Err(format!("{name} takes two or three arguments, {kind} rewrite rule for proxying cookies")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::Proxy;

    fn rewritten(proxy: &Proxy, cookie: &str) -> String {
        let mut head = Head::default();
        head.add(SET_COOKIE, cookie.as_bytes());
        proxy.proxy.pass_reverse_cookie.apply(&mut head);
        head.text(SET_COOKIE).unwrap().to_owned()
    }

    /// Each row as Apache 2.4.71 answered it.
    #[test]
    fn paths() {
        let proxy = Proxy::new().pass_reverse_cookie_path("/back/", "/app/");
        for (cookie, expected) in [
            ("a=b; Path=/back/", "a=b; Path=/app/"),
            ("a=b; path=/back/x; HttpOnly", "a=b; path=/app/; HttpOnly"),
            ("a=b;Path=/back/x;Secure", "a=b;Path=/app/;Secure"),
            ("a=b;  PATH=/back/x ; x=y", "a=b;  PATH=/app/; x=y"),
            ("a=b; Path=/other", "a=b; Path=/other"),
            ("a=b; Path = /back/", "a=b; Path = /back/"),
            ("a=b; Path=\"/back/\"", "a=b; Path=\"/back/\""),
            ("path=/back/x; Path=/back/y", "path=/back/x; Path=/app/"),
            ("path=/back/x; Secure", "path=/app/; Secure"),
            ("a=b; Path=/Back/", "a=b; Path=/Back/"),
            ("a=b; Path=", "a=b; Path="),
            ("a=b", "a=b"),
            ("a=b; Path=/other; Path=/back/z", "a=b; Path=/other; Path=/app/"),
            ("a=b; Path=/back/1; Path=/back/2", "a=b; Path=/back/1; Path=/app/"),
            ("a=b; xpath=/back/", "a=b; xpath=/back/"),
            ("a=b; Domain=/back/; Path=/back", "a=b; Domain=/back/; Path=/back"),
            ("a=b;Path=/back/x;", "a=b;Path=/app/;"),
            ("", ""),
        ] {
            assert_eq!(rewritten(&proxy, cookie), expected, "{cookie}");
        }
        let root = Proxy::new().pass_reverse_cookie_path("/", "/app/");
        assert_eq!(rewritten(&root, "a=b; Path=/x/y"), "a=b; Path=/app/");
    }

    #[test]
    fn domains() {
        let proxy = Proxy::new()
            .pass_reverse_cookie_domain("backend.test", "front.test")
            .pass_reverse_cookie_path("/", "/app/");
        for (cookie, expected) in [
            ("a=b; Domain=backend.test", "a=b; Domain=front.test"),
            ("a=b; DOMAIN=Backend.Test; Path=/", "a=b; DOMAIN=front.test; Path=/app/"),
            ("a=b; Path=/q; domain=backend.test", "a=b; Path=/app/; domain=front.test"),
            ("a=b; Domain=.backend.test", "a=b; Domain=.backend.test"),
            ("a=b; Domain=sub.backend.test", "a=b; Domain=sub.backend.test"),
        ] {
            assert_eq!(rewritten(&proxy, cookie), expected, "{cookie}");
        }
    }

    /// Apache rewrites all of these.
    #[test]
    fn what_only_begins_alike_is_another() {
        let proxy = Proxy::new()
            .pass_reverse_cookie_domain("backend.test", "front.test")
            .pass_reverse_cookie_path("/back", "/app");
        for cookie in ["a=b; Path=/backend-other", "a=b; Domain=backend.test.evil.org"] {
            assert_eq!(rewritten(&proxy, cookie), cookie);
        }
        assert_eq!(rewritten(&proxy, "a=b; Path=/back/x"), "a=b; Path=/app");
    }

    #[test]
    fn the_first_line_wins_and_every_cookie_is_treated() {
        let proxy = Proxy::new().pass_reverse_cookie_path("/a", "/1").pass_reverse_cookie_path("/a/b", "/2");
        let mut head = Head::default();
        head.add(SET_COOKIE, b"a=b; Path=/a/b");
        head.add(SET_COOKIE, b"c=d; Path=/a");
        proxy.proxy.pass_reverse_cookie.apply(&mut head);
        assert!(head.all(SET_COOKIE).eq([&b"a=b; Path=/1"[..], b"c=d; Path=/1"]));
    }
}
