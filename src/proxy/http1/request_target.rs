//! The target of a request in its forms (RFC 9112 §3.2): a path, a whole URL, or `*`.

/// The parts of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestTarget<'a> {
    /// The scheme of a whole URL.
    pub scheme: Option<&'a str>,
    /// `host[:port]` of a whole URL.
    pub authority: Option<&'a str>,
    /// The path, or what stands in its place.
    pub path: &'a str,
    /// What follows the first `?`.
    pub query: Option<&'a str>,
}

impl<'a> RequestTarget<'a> {
    /// Takes a target apart; whether its path is one is for whoever decodes it.
    pub(crate) fn of(target: &'a str) -> Self {
        let (rest, query) = match memchr::memchr(b'?', target.as_bytes()) {
            Some(at) => (&target[..at], Some(&target[at + 1..])),
            None => (target, None),
        };
        let url = if rest.starts_with('/') { None } else { rest.split_once("://") };
        let Some((scheme, after)) = url else {
            return Self { scheme: None, authority: None, path: rest, query };
        };
        let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
        let path = if path.is_empty() { "/" } else { path };
        Self { scheme: Some(scheme), authority: Some(authority), path, query }
    }

    /// The `host[:port]` that goes before `Host` (RFC 9112 §3.2.2); as in Apache, only where the scheme is the server's.
    pub(crate) fn host(&self) -> Option<&'a str> {
        self.authority.filter(|_| self.scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (target, scheme, authority, path, query) in [
            ("/a?b?c", None, None, "/a", Some("b?c")),
            ("/", None, None, "/", None),
            ("/?", None, None, "/", Some("")),
            ("//a/b", None, None, "//a/b", None),
            ("/x://y", None, None, "/x://y", None),
            ("*", None, None, "*", None),
            ("http://a:80/b?c", Some("http"), Some("a:80"), "/b", Some("c")),
            ("HTTPS://a", Some("HTTPS"), Some("a"), "/", None),
            ("http://a?b/c", Some("http"), Some("a"), "/", Some("b/c")),
            ("a:80", None, None, "a:80", None),
        ] {
            assert_eq!(
                RequestTarget::of(target),
                RequestTarget { scheme, authority, path, query },
                "{target}"
            );
        }
        assert_eq!(RequestTarget::of("Http://a:80/b").host(), Some("a:80"));
        assert_eq!(RequestTarget::of("https://a/b").host(), None);
    }
}
