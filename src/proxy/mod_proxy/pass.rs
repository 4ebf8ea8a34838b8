//! `ProxyPass`: which requests go to which backend.

pub(crate) mod join;
pub(crate) mod line;
pub(crate) mod nocanon;
pub(crate) mod pass_match;
pub(crate) mod pattern;
pub(crate) mod pcre;
pub(crate) mod regex;

use std::{borrow::Cow, sync::Arc};

use self::{pattern::Pattern, regex::Regex};
use crate::proxy::{
    core::path::{Asked, encode},
    error::Error,
    http1::head::Head,
    mod_proxy::worker::Worker,
};

/// The `ProxyPass` and `ProxyPassMatch` lines, in file order: the first that matches decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pass(pub(crate) Vec<Rule>);

/// One line; without a worker it is the exclusion `ProxyPass path !`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) pattern: Pattern,
    pub(crate) worker: Option<Arc<Worker>>,
    /// What follows the worker's URL where that has `$1` (`ProxyPassMatch`).
    pub(crate) substitution: Option<String>,
    pub(crate) flags: Flags,
}

/// The words after the URL that are no parameters of the worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// `nocanon`: the backend gets the path as the client wrote it.
    pub nocanon: bool,
    /// `noquery`, which is read and printed only: Apache's HTTP backends get the query all the same.
    pub noquery: bool,
}

/// Where a request goes: the worker of its line (or a `balancer://`), and the path to ask for.
pub(crate) struct Route<'a> {
    pub worker: &'a Worker,
    pub path: Cow<'a, str>,
}

// ANCHOR: route
impl Pass {
    /// The first line whose path matches, in file order; slashes that do not match are not repaired.
    ///
    /// # Errors
    /// 404 if no line takes the request; 500 if path and URL join to a host that is none.
    pub(crate) fn route<'a>(&'a self, asked: &'a Asked<'_>) -> Result<Route<'a>, Error> {
        let (rule, rest) = self
            .0
            .iter()
            .find_map(|rule| Some((rule, rule.pattern.rest(&asked.decoded)?)))
            .ok_or(Error::NotFound)?;
        let worker = rule.worker.as_ref().ok_or(Error::NotFound)?;
        Ok(Route { worker, path: rule.path(worker, rest, asked)? })
    }
}
// ANCHOR_END: route

impl Pass {
    /// A copy whose workers count from nothing.
    pub(crate) fn fresh(&self) -> Self {
        Self(self.0.iter().map(Rule::fresh).collect())
    }

    /// The workers of all lines.
    pub(crate) fn workers(&self) -> impl Iterator<Item = &Worker> {
        self.0.iter().filter_map(|rule| rule.worker.as_deref())
    }
}

impl Route<'_> {
    /// Writes what to ask the backend for: the path of a balancer's member goes before the route's, encoded, since it may
    /// have been written with spaces; the query stays as it was.
    ///
    /// # Errors
    /// 400 if that is no target.
    pub(crate) fn aim(&self, head: &mut Head, member: &str, query: Option<&str>) -> Result<(), Error> {
        let member = if self.worker.url.is_balancer() { member } else { "" };
        let member = encode(member.as_bytes());
        let joined = if member.is_empty() { &self.path } else { &member };
        if !joined.starts_with('/') {
            return Err(Error::BadRequest("the joined path is no target"));
        }
        match query {
            Some(query) => head.set_target(&[&member, &self.path, "?", query]),
            None => head.set_target(&[&member, &self.path]),
        }
        Ok(())
    }
}

impl Rule {
    pub(crate) fn new(pattern: Pattern, worker: Option<Worker>) -> Self {
        Self { pattern, worker: worker.map(Arc::new), substitution: None, flags: Flags::default() }
    }

    /// With `$1` in what follows the URL. Apache closes such connections, unless it is told to keep them.
    pub(crate) fn substituting(mut self, text: Option<&str>) -> Self {
        self.substitution = text.map(str::to_owned);
        self.worker =
            self.worker.map(|worker| Arc::new(Worker { interpolated: text.is_some(), ..(*worker).clone() }));
        self
    }

    /// A copy whose worker counts from nothing.
    fn fresh(&self) -> Self {
        Self { worker: self.worker.as_deref().cloned().map(Arc::new), ..self.clone() }
    }

    /// The path to ask the backend for.
    fn path<'a>(&self, worker: &Worker, rest: &'a [u8], asked: &'a Asked<'_>) -> Result<Cow<'a, str>, Error> {
        if self.flags.nocanon
            && !asked.whole_url
            && let Some(path) =
                nocanon::raw_path(&self.pattern, self.substitution.as_deref(), &worker.url, asked.raw)
        {
            return Ok(Cow::Owned(path));
        }
        match (&self.pattern, &self.substitution) {
            (Pattern::Regex(regex), Some(text)) => join::substituted(regex, &worker.url, text, asked),
            _ => join::join(&worker.url, rest, asked),
        }
    }

    /// The same line in a section, whose path is then the line's.
    pub(crate) fn at(mut self, section: &str) -> Self {
        let regex = match self.pattern {
            Pattern::Path(_) => None,
            Pattern::Regex(_) => Regex::new(section).ok(),
        };
        self.pattern = regex.map_or_else(|| Pattern::Path(section.to_owned()), Pattern::Regex);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::{Proxy, Url, core::encoded_slashes::EncodedSlashes};

    fn routed(proxy: &Proxy, request: &str) -> Result<String, Error> {
        let asked = Asked::read(request, EncodedSlashes::Off)?;
        Ok(proxy.proxy.pass.route(&asked)?.path.into_owned())
    }

    fn asked(line: (&str, &str), request: &str) -> String {
        let proxy = Proxy::new().pass(line.0, line.1.parse().unwrap());
        match routed(&proxy, request) {
            Ok(path) => path,
            Err(error) => error.status().to_string(),
        }
    }

    /// apache-facts §7: each column is a line, each row a request.
    #[test]
    fn every_row_of_the_mapping_table() {
        let lines = [
            ("/app", "http://b/"),
            ("/app/", "http://b"),
            ("/app", "http://b"),
            ("/app/", "http://b/"),
            ("/app", "http://b/back/"),
            ("/app/", "http://b/back"),
        ];
        for (request, expected) in [
            ("/app", ["/", "404", "/", "404", "/back/", "404"]),
            ("/app/", ["//", "/", "/", "/", "/back//", "/back"]),
            ("/app/x", ["//x", "500", "/x", "/x", "/back//x", "/backx"]),
            ("/appx", ["404"; 6]),
        ] {
            assert_eq!(lines.map(|line| asked(line, request)), expected, "{request}");
        }
    }

    /// As the real Apache sends them: a space in the site file must not end the target on the wire.
    #[test]
    fn the_path_of_a_member_is_encoded() {
        let proxy = Proxy::new().pass("/two", "balancer://two".parse().unwrap());
        let asked = Asked::read("/two/c", EncodedSlashes::Off).unwrap();
        let route = proxy.proxy.pass.route(&asked).unwrap();
        for (member, sent) in [
            ("", "/c?x=1"),
            ("/a", "/a/c?x=1"),
            ("/a b", "/a%20b/c?x=1"),
            ("/a%20b", "/a%2520b/c?x=1"),
            ("/a#?|\\b", "/a%23%3F%7C%5Cb/c?x=1"),
            ("/ł\t\x01\x7f", "/%C5%82%09%01%7F/c?x=1"),
        ] {
            let mut head = Head::default();
            route.aim(&mut head, member, Some("x=1")).unwrap();
            assert_eq!(head.target(), sent, "{member:?}");
        }
    }

    #[test]
    fn a_missing_slash_makes_a_host_that_does_not_exist() {
        let proxy = Proxy::new().pass("/", "http://127.0.0.1:8080".parse().unwrap());
        assert_eq!(routed(&proxy, "/").ok().as_deref(), Some("/"));
        let error = routed(&proxy, "/x").unwrap_err();
        assert!(error.to_string().contains("DNS lookup failure for: 127.0.0.1:8080x"), "{error}");
    }

    #[test]
    fn an_exclusion_must_come_first() {
        let backend: Url = "http://b/".parse().unwrap();
        let proxy = Proxy::new().do_not_pass("/static").pass("/", backend.clone());
        for (path, proxied) in [
            ("/static", false),
            ("/%73tatic/f", false),
            ("//static/f", false),
            ("/staticx", true),
            ("/STATIC", true),
        ] {
            assert_eq!(routed(&proxy, path).is_ok(), proxied, "{path}");
        }
        let too_late = Proxy::new().pass("/", backend).do_not_pass("/static");
        assert!(routed(&too_late, "/static").is_ok());
    }

    #[test]
    fn a_query_in_the_url_is_part_of_the_path() {
        assert_eq!(asked(("/app", "http://b/back?fixed=1"), "/app/x"), "/back%3Ffixed=1/x");
    }
}
