//! `ProxyPassMatch`: which requests go to which backend, by a regular expression.
//!
//! Where we differ:
//! - The expressions are those of the `regex` crate: matching takes linear time, so no client can make it take for
//!   ever, but there are no back-references and no look-around.
//! - `$1` may make the path only. In Apache it may make the host as well (`http://$1/`), and then every client chooses
//!   where the proxy connects to; here that is refused when the file is read, or answered with 500 where `$1` follows
//!   the host and does not begin with a slash.

use std::{borrow::Cow, fmt};

use regex::bytes;

use crate::proxy::{
    Proxy,
    core::path::Asked,
    error::Error,
    http1::target::is_escaped,
    http1::url::{Url, UrlError},
    mod_proxy::nocanon,
    mod_proxy::pass::{self, Pattern, Rule},
    mod_proxy::pass_line,
    mod_proxy::worker::Worker,
    site::directive::{Directive, words},
};

/// How deep groups and repetitions may be nested: a deeper one would take more stack than a thread may have.
const MAX_DEPTH: u32 = 64;

/// A compiled expression; two are equal if they are written the same.
#[derive(Clone, Debug)]
pub(crate) struct Regex(bytes::Regex);

impl Regex {
    /// Compiles as Apache does by default: bytes, `.` is any of them, `$` the very end.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        (bytes::RegexBuilder::new(pattern).unicode(false).dot_matches_new_line(true))
            .nest_limit(MAX_DEPTH)
            .build()
            .map(Self)
            .map_err(|_| "Regular expression could not be compiled.".to_owned())
    }

    pub(crate) fn is_match(&self, path: &[u8]) -> bool {
        self.0.is_match(path)
    }

    /// The text with `$0` to `$9` replaced; `\` takes the next character as it is.
    fn substitute(&self, text: &str, path: &[u8]) -> Vec<u8> {
        let captures = self.0.captures(path);
        let mut made = Vec::new();
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let digit = bytes.peek().copied().filter(|next| byte == b'$' && next.is_ascii_digit());
            if let Some(digit) = digit {
                bytes.next();
                let group = captures.as_ref().and_then(|found| found.get(usize::from(digit - b'0')));
                made.extend_from_slice(group.map_or(b"", |group| group.as_bytes()));
            } else if let Some(next) = bytes.next_if(|_| byte == b'\\') {
                made.push(next);
            } else {
                made.push(byte);
            }
        }
        made
    }

    /// The path to ask the backend for, made of the line's `$n` text.
    pub(crate) fn path<'a>(&self, url: &Url, text: &str, asked: &Asked<'a>) -> Result<Cow<'a, str>, Error> {
        let mut made = self.substitute(text, &asked.decoded);
        if made == text.as_bytes() {
            // As where there is no `$1`: the whole path follows.
            made.extend_from_slice(&asked.decoded);
        }
        match made.first() {
            None => Ok(Cow::Borrowed("/")),
            Some(b'/') => Ok(Cow::Owned(asked.encode(&made).into_owned())),
            Some(_) => Err(pass::no_such_host(url, &made, asked)),
        }
    }

    /// The same with the path as the client wrote it (`nocanon`), if the expression matches that too.
    pub(crate) fn raw_path(&self, text: &str, raw: &str) -> Option<String> {
        let made = self.is_match(raw.as_bytes()).then(|| self.substitute(text, raw.as_bytes()))?;
        let made = String::from_utf8(made).ok()?;
        let is_path = made.starts_with('/') && is_escaped(made.as_bytes());
        (is_path && !raw.split('/').any(nocanon::is_dot_dot)).then_some(made)
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Regex {}

impl fmt::Display for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// A URL in two: the part that is fixed, and from the path on what has `$n`.
pub(crate) fn split_substitution(text: &str) -> Result<(Url, Option<&str>), UrlError> {
    let host = text.find("://").map_or(0, |at| at + "://".len());
    let path = text[host..].find(['/', '$']).map_or(text.len(), |at| host + at);
    let is_made = text.as_bytes()[path..].windows(2).any(|pair| pair[0] == b'$' && pair[1].is_ascii_digit());
    if is_made { Ok((text[..path].parse()?, Some(&text[path..]))) } else { Ok((text.parse()?, None)) }
}

impl Proxy {
    /// `ProxyPassMatch pattern url`; the URL may have `$1`.
    ///
    /// # Errors
    /// Apache's words, if the pattern is no regular expression, or the URL none.
    pub fn pass_match(mut self, pattern: &str, url: &str) -> Result<Self, String> {
        let (url, substitution) = split_substitution(url)
            .map_err(|error| crate::proxy::mod_proxy::worker::url_complaint(error, url))?;
        let rule = Rule::new(Pattern::Regex(Regex::new(pattern)?), Some(Worker::new(url)));
        self.pass.0.push(rule.substituting(substitution));
        Ok(self)
    }
}

pub(crate) const PROXY_PASS_MATCH: Directive = Directive {
    name: "ProxyPassMatch",
    module: Some("proxy"),
    read: |scope, line| {
        if words(line).first().is_some_and(|word| word == "~") {
            return Err("ProxyPassMatch invalid syntax ('~' usage).".to_owned());
        }
        pass_line::read(scope, line, |path| Regex::new(path).map(Pattern::Regex))
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::core::encoded_slashes::EncodedSlashes;

    fn asked(pattern: &str, url: &str, path: &str) -> String {
        let proxy = Proxy::new().pass_match(pattern, url).unwrap();
        let asked = Asked::read(path, EncodedSlashes::Off).unwrap();
        match proxy.pass.route(&asked) {
            Ok(route) => route.path.into_owned(),
            Err(error) => error.status().to_string(),
        }
    }

    /// Each row as Apache 2.4.71 answered it.
    #[test]
    fn every_row() {
        for (pattern, url, path, expected) in [
            ("^/m/", "http://b/", "/m/x", "//m/x"),
            ("^/m/", "http://b", "/m/x", "/m/x"),
            ("^/m/(.*)$", "http://b/$1", "/m/x", "/x"),
            ("^/m/(.*)$", "http://b/$1", "/M/x", "404"),
            ("^/m(.*)$", "http://b$1", "/m/x", "/x"),
            ("^/m(.*)$", "http://b$1", "/m", "/"),
            ("(gif|png)$", "http://b/i/$1", "/foo.gif", "/i/gif"),
            ("^/two/([^/]*)/([^/]*)$", "http://b/$2/$1", "/two/a/b%20c", "/b%20c/a"),
            ("^/un/(x)?(.*)$", "http://b/[$1]$2", "/un/y", "/%5B%5Dy"),
            ("^/q/(.*)", r"http://b/a\$1b&$0x$2", "/q/yy", "/a$1b&/q/yyx"),
            ("^/q/(.*)$", "http://b/p?fixed=$1", "/q/a%20b", "/p%3Ffixed=a%20b"),
            ("^/p/(.*)$", "balancer://c/$1", "/p/x", "/x"),
            ("^/p", "balancer://c", "/p/x", "/p/x"),
            ("%", "http://b", "/a%25", "/a%25"),
            (r"^/same/(\$1)$", "http://b/$1", "/same/$1", "/$1/same/$1"),
        ] {
            assert_eq!(asked(pattern, url, path), expected, "{pattern} {url} {path}");
        }
    }

    /// Apache asks `b.evil.test` here.
    #[test]
    fn no_client_chooses_the_host() {
        assert_eq!(asked("^/m/(.*)$", "http://b$1", "/m/.evil.test/x"), "500");
        assert_eq!(asked("^/m/(.*)$", "http://b$1", "/m/@evil.test/x"), "500");
        assert_eq!(
            Proxy::new().pass_match("^/(.*)$", "http://$1/"),
            Err("URL must be absolute!: http://$1/".into())
        );
    }

    #[test]
    fn an_expression_must_be_one() {
        let deep = |depth: usize| "(".repeat(depth) + "a" + &")".repeat(depth);
        for pattern in ["^/(", "*", "[a", r"(a)\1", &deep(200), &("a".to_owned() + &"+".repeat(200))] {
            assert!(Regex::new(pattern).is_err(), "{pattern}");
        }
        assert!(Regex::new(&deep(50)).is_ok());
    }

    /// What is cut out of an escape, or stands in the line, is sent escaped.
    #[test]
    fn what_is_sent_is_a_target() {
        let sent = |slashes, path: &str| {
            let proxy = Proxy::new().pass_match("^/m/(..)", "http://b/n%/$1").unwrap().nocanon();
            let asked = Asked::read(path, slashes).unwrap();
            proxy.pass.route(&asked).unwrap().path.into_owned()
        };
        assert_eq!(sent(EncodedSlashes::Off, "/m/%41bc"), "/n%25/Ab");
        assert_eq!(sent(EncodedSlashes::NoDecode, "/m/%2Fbc"), "/n%25/%252");
    }
}
