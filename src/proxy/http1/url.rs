//! The URL of a backend, as `ProxyPass` and `BalancerMember` are given it.

use std::{fmt, str::FromStr, sync::Arc};

/// An absolute URL, kept as it was written: Apache joins and compares these as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url {
    text: Arc<str>,
    host: usize,
    path: usize,
    /// What `Host` says, where that is not the authority as it is written.
    field: Option<Arc<str>>,
    kind: Kind,
}

/// What is asked of a URL for each request, told when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    PlainHttp,
    Balancer,
    Other,
}

impl Kind {
    fn of(scheme: &str) -> Self {
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "ws" => Self::PlainHttp,
            "balancer" => Self::Balancer,
            _ => Self::Other,
        }
    }
}

/// Why a text is no URL of a backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// Its scheme or host is none, or its port is no number.
    Unparsable,
    /// It has no scheme or no host.
    NotAbsolute,
}

impl Url {
    /// The scheme, in the case it was written in.
    pub fn scheme(&self) -> &str {
        &self.text[..self.host - "://".len()]
    }

    /// What the `Host` header carries without `ProxyPreserveHost`: in small letters, without the scheme's own port.
    pub fn host_field(&self) -> &str {
        self.field.as_deref().unwrap_or(self.authority())
    }

    /// `host[:port]` as written.
    pub fn authority(&self) -> &str {
        &self.text[self.host..self.path]
    }

    /// The host without its port.
    pub fn host(&self) -> &str {
        split_port(self.authority()).0
    }

    /// The port, or the default of the scheme; `None` if it is out of range.
    pub fn port(&self) -> Option<u16> {
        match split_port(self.authority()).1.filter(|port| !port.is_empty()) {
            // A sign, which Apache too minds only now.
            Some(port) => port.parse().ok().filter(|_| !port.starts_with('+')),
            None => Some(self.default_port()),
        }
    }

    fn default_port(&self) -> u16 {
        if self.is("https") || self.is("wss") { 443 } else { 80 }
    }

    fn canonical_authority(&self) -> String {
        let host = self.host().to_ascii_lowercase();
        match self.port() {
            Some(port) if port != self.default_port() => format!("{host}:{port}"),
            Some(_) => host,
            None => self.authority().to_owned(),
        }
    }

    /// The path, which may be empty.
    pub fn path(&self) -> &str {
        &self.text[self.path..]
    }

    /// The whole URL as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is HTTP over plain TCP: `http`, or `ws`, which begins as HTTP does.
    pub fn is_plain_http(&self) -> bool {
        self.kind == Kind::PlainHttp
    }

    /// Whether it is the name of a balancer, `balancer://name`.
    pub fn is_balancer(&self) -> bool {
        self.kind == Kind::Balancer
    }

    /// The whole URL, with the host as `Host` has it: the name that Apache gives a worker.
    pub fn canonical(&self) -> String {
        format!("{}://{}{}", self.scheme().to_ascii_lowercase(), self.host_field(), self.path())
    }

    /// Whether it is the other URL or one below it, as text: `/p11` is below `/p1`.
    pub fn begins_with(&self, other: &Self) -> bool {
        let host = self.is(other.scheme()) && self.host_field() == other.host_field();
        host && self.path().starts_with(other.path())
    }

    /// Whether the scheme is `scheme`, in any case.
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme().eq_ignore_ascii_case(scheme)
    }
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let scheme = match text.find([':', '/', '?', '#']) {
            Some(end) if text[end..].starts_with(':') => &text[..end],
            _ => return Err(UrlError::NotAbsolute),
        };
        let valid = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.bytes().all(valid) {
            return Err(UrlError::Unparsable);
        }
        let host = scheme.len() + "://".len();
        if !text[scheme.len()..].starts_with("://") {
            return Err(UrlError::NotAbsolute);
        }
        let path = text[host..].find(['/', '?', '#']).map_or(text.len(), |at| host + at);
        let (name, port) = split_port(&text[host..path]);
        let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        // User and password would reach the backend in `Host`.
        if name.contains('@') || bracketed.is_none() && name.contains(['[', ':']) {
            return Err(UrlError::Unparsable);
        }
        if bracketed.unwrap_or(name).is_empty() {
            return Err(UrlError::NotAbsolute);
        }
        // An empty one is the scheme's; how large it may be is asked when it is used.
        let digits = port.map_or("", |port| port.strip_prefix(['+', '-']).unwrap_or(port));
        if !digits.bytes().all(|b| b.is_ascii_digit())
            || digits.is_empty() && port.is_some_and(|port| !port.is_empty())
        {
            return Err(UrlError::Unparsable);
        }
        let mut url = Self { text: text.into(), host, path, field: None, kind: Kind::of(scheme) };
        url.field = Some(url.canonical_authority()).filter(|field| field != url.authority()).map(Arc::from);
        Ok(url)
    }
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unparsable => "the URL cannot be read; write it whole, as in http://127.0.0.1:8080/",
            Self::NotAbsolute => "the URL is not absolute; write it whole, as in http://127.0.0.1:8080/",
        })
    }
}

impl std::error::Error for UrlError {}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// `host:port` in two, minding the colons inside `[::1]`.
pub(crate) fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.as_bytes().iter().rposition(|b| matches!(b, b':' | b']')) {
        Some(at) if authority.as_bytes()[at] == b':' => (&authority[..at], Some(&authority[at + 1..])),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_written() {
        let url: Url = "HTTP://LocalHost:8080/Back/".parse().unwrap();
        assert_eq!(
            (url.scheme(), url.authority(), url.host(), url.port(), url.path()),
            ("HTTP", "LocalHost:8080", "LocalHost", Some(8080), "/Back/")
        );
    }

    #[test]
    fn host_is_written_in_one_way() {
        for (url, field) in [
            ("http://LocalHost:080/", "localhost"),
            ("http://b:08080", "b:8080"),
            ("http://b:443", "b:443"),
            ("https://B:443", "b"),
            ("http://[::1]:80/", "[::1]"),
            ("http://b:/", "b"),
            ("http://b:99999", "b:99999"),
        ] {
            assert_eq!(url.parse::<Url>().unwrap().host_field(), field, "{url}");
        }
    }

    #[test]
    fn port_out_of_range_is_only_noticed_per_request() {
        for port in ["99999", "-1", "+1", "99999999999999999999"] {
            assert_eq!(format!("http://127.0.0.1:{port}").parse::<Url>().unwrap().port(), None, "{port}");
        }
        assert_eq!("http://127.0.0.1:/".parse::<Url>().unwrap().port(), Some(80));
    }

    #[test]
    fn refuses_what_apache_refuses() {
        for (text, error) in [
            ("127.0.0.1:8080/", UrlError::Unparsable),
            ("http://127.0.0.1:abc/", UrlError::Unparsable),
            ("/foo", UrlError::NotAbsolute),
            ("http:///x", UrlError::NotAbsolute),
            ("http://", UrlError::NotAbsolute),
            ("http://?x", UrlError::NotAbsolute),
            ("http://:80/", UrlError::NotAbsolute),
            ("http://[]/", UrlError::NotAbsolute),
            ("http:a", UrlError::NotAbsolute),
            ("localhost:8080/", UrlError::NotAbsolute),
            ("127.0.0.1", UrlError::NotAbsolute),
            ("a/b:c", UrlError::NotAbsolute),
            ("", UrlError::NotAbsolute),
            ("127.0.0.1:80", UrlError::Unparsable),
            ("://c", UrlError::Unparsable),
            ("a_b://c", UrlError::Unparsable),
            ("http://[::1/", UrlError::Unparsable),
            ("http://a:80:90/", UrlError::Unparsable),
            ("http://a:+/", UrlError::Unparsable),
        ] {
            assert_eq!(text.parse::<Url>(), Err(error), "{text}");
        }
    }
}
