//! `ProxyPass`: which requests go to which backend.
//!
//! Where we differ: with `nocanon` Apache sends `/app/../app/x` on as it is, so that a client leaves the backend's part
//! that the line names. Here a path that climbs above the line's is sent in its resolved form.

use std::{borrow::Cow, fmt, sync::Arc};

use hyper::{Uri, http::uri::PathAndQuery};

use super::{
    Proxy,
    directive::{Directive, Scope, Section, quoted, words},
    error::Error,
    pass_match::{self, Regex},
    path::{self, Asked, encode},
    proxy_set,
    url::Url,
    worker::{Worker, url_complaint},
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
    substitution: Option<String>,
    flags: Flags,
}

/// What a request's path is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    Path(String),
    Regex(Regex),
}

/// The words after the URL that are no parameters of the worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Flags {
    /// `nocanon`: the backend gets the path as the client wrote it.
    nocanon: bool,
    /// `noquery`: the backend does not get the query.
    noquery: bool,
}

/// Where a request goes: the worker of its line (or a `balancer://`), and the path to ask for.
pub(crate) struct Route<'a> {
    pub worker: &'a Worker,
    pub path: Cow<'a, str>,
    noquery: bool,
}

impl Proxy {
    /// `ProxyPass path url`.
    pub fn pass(self, path: &str, url: Url) -> Self {
        self.pass_to(path, Worker::new(url))
    }

    /// `ProxyPass path url key=value …`; what is to be said of a `balancer://` is said of the balancer.
    pub fn pass_to(mut self, path: &str, worker: Worker) -> Self {
        let worker = if worker.url.is("balancer") { Worker::new(worker.url) } else { worker };
        self.pass.0.push(Rule::new(Pattern::Path(path.to_owned()), Some(worker)));
        self
    }

    /// `ProxyPass path !`: these requests are not proxied, if no earlier line takes them.
    pub fn do_not_pass(mut self, path: &str) -> Self {
        self.pass.0.push(Rule::new(Pattern::Path(path.to_owned()), None));
        self
    }

    /// `nocanon` on the last line: its backend gets the path as the client wrote it.
    pub fn nocanon(mut self) -> Self {
        self.pass.0.iter_mut().last().into_iter().for_each(|rule| rule.flags.nocanon = rule.worker.is_some());
        self
    }
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
        Ok(Route { worker, path: rule.path(worker, rest, asked)?, noquery: rule.flags.noquery })
    }
}
// ANCHOR_END: route

impl Route<'_> {
    /// What to ask the backend for: a member's own path goes before the route's, the query stays as it was.
    ///
    /// # Errors
    /// 400 if that is no target.
    pub(crate) fn uri(&self, backend: &Url, asked: &Uri) -> Result<Uri, Error> {
        let member = if self.worker.url.is("balancer") { backend.path() } else { "" };
        let query = asked.query().filter(|_| !self.noquery);
        let unchanged = member.is_empty() && self.path == asked.path() && query == asked.query();
        let target = match (unchanged, asked.path_and_query(), query) {
            (true, Some(target), _) => target.clone(),
            (_, _, Some(query)) => PathAndQuery::try_from(format!("{member}{}?{query}", self.path))?,
            (_, _, None) => PathAndQuery::try_from(format!("{member}{}", self.path))?,
        };
        Ok(Uri::from(target))
    }
}

// ANCHOR: rest
impl Pattern {
    /// What follows the line's path in the request's; `None` if the line does not match.
    fn rest<'a>(&self, decoded: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Path(path) => {
                // Runs of slashes count as one, on this side as well.
                let path = path::merge_slashes(path);
                let rest = decoded.strip_prefix(path.as_bytes())?;
                (path.ends_with('/') || rest.is_empty() || rest[0] == b'/').then_some(rest)
            }
            Self::Regex(regex) => regex.is_match(decoded).then_some(decoded),
        }
    }
}
// ANCHOR_END: rest

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
    pub(crate) fn fresh(&self) -> Self {
        Self { worker: self.worker.as_deref().cloned().map(Arc::new), ..self.clone() }
    }

    /// The path to ask the backend for.
    fn path<'a>(&self, worker: &Worker, rest: &'a [u8], asked: &'a Asked<'_>) -> Result<Cow<'a, str>, Error> {
        if self.flags.nocanon
            && !asked.whole_url
            && let Some(path) = self.raw_path(worker, asked.raw)
        {
            return Ok(Cow::Owned(path));
        }
        match (&self.pattern, &self.substitution) {
            (Pattern::Regex(regex), Some(text)) => regex.path(&worker.url, text, asked),
            _ => join(&worker.url, rest, asked),
        }
    }

    /// The path as the client wrote it, if the line takes that too: a prefix that is written in another way would make
    /// what follows it another path.
    fn raw_path(&self, worker: &Worker, raw: &str) -> Option<String> {
        let rest = match (&self.pattern, &self.substitution) {
            (Pattern::Regex(regex), Some(text)) => return regex.raw_path(text, raw),
            (pattern, _) => &raw[raw.len() - pattern.rest(raw.as_bytes())?.len()..],
        };
        let other =
            matches!(&self.pattern, Pattern::Path(path) if path.ends_with('/') && rest.starts_with('/'));
        let climbs = match self.pattern {
            Pattern::Path(_) => path::climbs(rest),
            Pattern::Regex(_) => rest.split('/').any(path::is_dot_dot),
        };
        let joined = match (worker.url.path(), rest) {
            ("", "") => "/".to_owned(),
            (real, rest) => format!("{}{rest}", encode(real.as_bytes())),
        };
        (joined.starts_with('/') && !other && !climbs).then_some(joined)
    }

    /// The same line in a section, whose path is then the line's.
    pub(crate) fn move_to(&mut self, section: &str) {
        let regex = match self.pattern {
            Pattern::Path(_) => None,
            Pattern::Regex(_) => Regex::new(section).ok(),
        };
        self.pattern = regex.map_or_else(|| Pattern::Path(section.to_owned()), Pattern::Regex);
    }
}

/// The backend's path with the rest of the request's: joined as text, then encoded.
fn join<'a>(url: &Url, rest: &'a [u8], asked: &'a Asked<'_>) -> Result<Cow<'a, str>, Error> {
    match url.path() {
        "" if rest.is_empty() => Ok(Cow::Borrowed("/")),
        "" if rest[0] == b'/' => Ok(asked.encode(rest)),
        "" => Err(no_such_host(url, rest, asked)),
        // The usual `ProxyPass / http://backend/`: nothing to join.
        "/" if rest.len() + 1 == asked.decoded.len() => Ok(asked.encode(&asked.decoded)),
        real => Ok(Cow::Owned(format!("{}{}", encode(real.as_bytes()), asked.encode(rest)))),
    }
}

/// The host that comes out where path and URL were joined without a slash.
pub(super) fn no_such_host(url: &Url, rest: &[u8], asked: &Asked<'_>) -> Error {
    let end = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
    let host = format!("{}{}", url.authority(), String::from_utf8_lossy(&rest[..end]));
    Error::no_such_host(url, host, encode(&asked.decoded).into_owned())
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|rule| rule.write(f, true))
    }
}

impl Rule {
    /// The line, without its path inside of `<Location>`.
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>, with_path: bool) -> fmt::Result {
        let (name, path) = match &self.pattern {
            Pattern::Path(path) => ("ProxyPass", path.clone()),
            Pattern::Regex(regex) => ("ProxyPassMatch", regex.to_string()),
        };
        let path = if with_path { format!(" {}", quoted(&path)) } else { String::new() };
        let Some(worker) = &self.worker else { return writeln!(f, "{name}{path} !") };
        let url = format!("{}{}", worker.url, self.substitution.as_deref().unwrap_or_default());
        let nocanon = if self.flags.nocanon { " nocanon" } else { "" };
        let noquery = if self.flags.noquery { " noquery" } else { "" };
        writeln!(f, "{name}{path} {}{nocanon}{noquery}{}", quoted(&url), worker.parameters())
    }
}

pub(super) const PROXY_PASS: Directive = Directive {
    name: "ProxyPass",
    module: Some("proxy"),
    read: |scope, line| read(scope, line, |path| Ok(Pattern::Path(path.to_owned()))),
};

/// Reads a `ProxyPass` or `ProxyPassMatch` line; inside of `<Location>` the section's path is the line's.
pub(super) fn read(
    scope: &mut Scope<'_>,
    line: &str,
    pattern: impl FnOnce(&str) -> Result<Pattern, String>,
) -> Result<(), String> {
    let mut words = words(line);
    if matches!(scope.section, Section::Proxy(_)) {
        return Err("ProxyPass|ProxyPassMatch can not have a path when defined in a location.".to_owned());
    }
    if let Section::Location(path) = scope.section {
        words.insert(0, path.to_owned());
    }
    let [path, url, parameters @ ..] = words.as_slice() else {
        return Err("ProxyPass|ProxyPassMatch needs a path when not defined in a location".to_owned());
    };
    let (mut flags, mut values) = (Flags::default(), Vec::new());
    for word in parameters {
        match word.to_ascii_lowercase().as_str() {
            "nocanon" => flags.nocanon = true,
            "noquery" => flags.noquery = true,
            // It says nothing without ProxyPassInterpolateEnv.
            "interpolate" => {}
            _ if word.contains('=') => values.push(word.clone()),
            _ if url.starts_with('/') && matches!(scope.section, Section::Location(_)) => {
                return Err(
                    "ProxyPass|ProxyPassMatch can not have a path when defined in a location.".to_owned()
                );
            }
            _ => {
                return Err(
                    "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'."
                        .to_owned(),
                );
            }
        }
    }
    let pattern = pattern(path)?;
    let mut rule = Rule::new(pattern, None);
    if url != "!" {
        let split = match rule.pattern {
            Pattern::Regex(_) => pass_match::split_substitution(url),
            Pattern::Path(_) => url.parse().map(|url| (url, None)),
        };
        let (parsed, substitution) =
            split.map_err(|error| format!("ProxyPass {}", url_complaint(error, url)))?;
        let mut worker = Worker::new(parsed);
        if worker.url.is("balancer") {
            proxy_set::set_by_pass(scope, &worker.url, &values)?;
        } else {
            worker.read_parameters(&values).map_err(|complaint| format!("ProxyPass {complaint}"))?;
        }
        rule.worker = Some(Arc::new(worker));
        rule = rule.substituting(substitution);
        rule.flags = flags;
    }
    scope.here().pass.0.push(rule);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::encoded_slashes::EncodedSlashes;

    fn routed(proxy: &Proxy, request: &str) -> Result<String, Error> {
        let asked = Asked::read(request, EncodedSlashes::Off)?;
        Ok(proxy.pass.route(&asked)?.path.into_owned())
    }

    fn asked(line: (&str, &str), request: &str) -> String {
        let proxy = Proxy::new().pass(line.0, line.1.parse().unwrap());
        match routed(&proxy, request) {
            Ok(path) => path,
            Err(error) => error.status().as_str().to_owned(),
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

    /// As Apache 2.4.71 answered: where the raw path does not begin with the line's, it is not used.
    #[test]
    fn nocanon_sends_what_the_client_wrote() {
        let proxy = |path: &str, url: &str| Proxy::new().pass(path, url.parse().unwrap()).nocanon();
        let app = proxy("/app/", "http://b/back/");
        for (request, expected) in [
            ("/app/x%41", "/back/x%41"),
            ("/app/", "/back/"),
            ("/app/./a/../b", "/back/./a/../b"),
            ("/app/a%41b[]", "/back/a%41b[]"),
            ("/app/..;/x", "/back/..;/x"),
            ("/%61pp/x%41", "/back/xA"),
            ("/x/../app/y", "/back/y"),
            ("/app//y", "/back/y"),
            ("//app/y", "/back/y"),
            // Apache: `/back/../app/y` and `/back/a/%2e%2E/../app/y`.
            ("/app/../app/y", "/back/y"),
            ("/app/a/%2e%2E/../app/y", "/back/y"),
        ] {
            assert_eq!(routed(&app, request).unwrap(), expected, "{request}");
        }
        assert!(routed(&app, "/app/../b").is_err() && routed(&app, "/app/%2e%2e/x").is_err());
        assert_eq!(routed(&proxy("/b", "http://b"), "/b/x%41").unwrap(), "/x%41");
        assert_eq!(routed(&proxy("/b", "http://b"), "/b").unwrap(), "/");
        assert_eq!(routed(&proxy("/", "http://b/"), "/a%41/./x").unwrap(), "/a%41/./x");
        let proxy = Proxy::new().pass_match("^/m/(.*)$", "http://b/n/$1").unwrap().nocanon();
        assert_eq!(routed(&proxy, "/m/x%41").unwrap(), "/n/x%41");
        assert_eq!(routed(&proxy, "/%6d/x%41").unwrap(), "/n/xA");
        assert_eq!(routed(&proxy, "/m/../m/x%41").unwrap(), "/n/xA");
    }
}
