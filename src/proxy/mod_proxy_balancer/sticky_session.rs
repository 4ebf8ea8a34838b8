//! `stickysession=`: a session stays with the member whose `route=` it names.

use crate::proxy::http1::{head::Head, name::COOKIE};

use crate::proxy::mod_proxy::balancer::parameters::StickySession;

impl StickySession {
    /// The route that the request's session names; what the URL says goes before the cookie.
    pub fn route<'a>(&self, path: &'a str, query: Option<&'a str>, head: &'a Head) -> Option<&'a str> {
        if self.names.is_empty() {
            return None;
        }
        let (cookie, parameter) = self.names.split_once('|').unwrap_or((&self.names, &self.names));
        let session = (self.parameter(path, parameter))
            .or_else(|| self.parameter(query?, parameter))
            .or_else(|| in_cookies(head.text(COOKIE)?, cookie))?;
        let route = match self.separator {
            Some(separator) => session.split_once(separator)?.1,
            None => session,
        };
        Some(route).filter(|route| !route.is_empty())
    }

    /// The value of `name=`, wherever that stands: `;jsessionid=` and `?jsessionid=` alike.
    fn parameter<'a>(&self, text: &'a str, name: &str) -> Option<&'a str> {
        let value = text.match_indices(name).find_map(|(at, _)| {
            text[at + name.len()..].strip_prefix('=').filter(|value| !value.is_empty())
        })?;
        let end = value.find(|c| c == '?' || c == '&' || c == ';' && self.semicolons);
        Some(&value[..end.unwrap_or(value.len())])
    }
}

/// The value of a cookie that is called `name`, as Apache looks for it.
fn in_cookies<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    cookies.match_indices(name).find_map(|(at, _)| {
        let begins = cookies[..at].ends_with(|c: char| c == ';' || c == ',' || c.is_ascii_whitespace());
        let value = cookies[at + name.len()..].trim_start().strip_prefix('=')?;
        let value = value.split([';', ',']).next().unwrap_or_default();
        ((begins || at == 0) && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sticky() -> StickySession {
        StickySession { names: "SID|sid".to_owned(), ..StickySession::default() }
    }

    fn route(sticky: &StickySession, target: &str, cookie: &'static str) -> Option<String> {
        let mut head = Head::default();
        head.add(COOKIE, cookie.as_bytes());
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        sticky.route(path, query, &head).map(str::to_owned)
    }

    /// Each row as Apache 2.4.71 chose.
    #[test]
    fn cookies() {
        for (cookie, expected) in [
            ("SID=x.b", Some("b")),
            ("a=b; SID=x.b; c=d", Some("b")),
            ("SID = x.b", Some("b")),
            ("SID =x.b", Some("b")),
            ("SID=.b", Some("b")),
            ("SID=x.y.b", Some("y.b")),
            ("SID=x.b.c", Some("b.c")),
            ("SID=\"x.b\"", Some("b\"")),
            ("SID=b", None),
            ("XSID=x.b", None),
            ("XSID=x.a; SID=x.b", Some("b")),
            ("sid=x.b", None),
            ("SID=x.", None),
            ("SID=", None),
            ("", None),
        ] {
            let found = route(&sticky(), "/", cookie);
            assert_eq!(found.as_deref(), expected, "{cookie}");
        }
    }

    #[test]
    fn urls_go_before_cookies() {
        for (target, expected) in [
            ("/p;sid=x.b", "b"),
            ("/p?sid=x.b", "b"),
            ("/p?q=1&sid=x.b&r=2", "b"),
            ("/p?xsid=x.b", "b"),
            ("/p;sid=x.b;r=2", "b;r=2"),
            ("/p?SID=x.b", "a"),
            ("/p?sid=", "a"),
            ("/p", "a"),
        ] {
            assert_eq!(route(&sticky(), target, "SID=x.a").as_deref(), Some(expected), "{target}");
        }
        let semicolons = StickySession { semicolons: true, ..sticky() };
        assert_eq!(route(&semicolons, "/p;sid=x.b;r=2", "").as_deref(), Some("b"));
    }

    #[test]
    fn the_separator_can_be_another_or_none() {
        let separator = |separator| StickySession { separator, ..sticky() };
        assert_eq!(route(&separator(Some('-')), "/", "SID=x-b").as_deref(), Some("b"));
        assert_eq!(route(&separator(None), "/", "SID=b").as_deref(), Some("b"));
    }

    #[test]
    fn without_a_name_nothing_is_looked_for() {
        assert_eq!(route(&StickySession::default(), "/;=x.b", "=x.b"), None);
    }
}
