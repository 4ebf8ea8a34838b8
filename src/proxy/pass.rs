//! `ProxyPass`: which requests go to which backend.

use std::{borrow::Cow, fmt};

use hyper::{Uri, http::uri::PathAndQuery};

use super::{
    Proxy,
    directive::{Directive, Scope, quoted, words},
    error::Error,
    path,
    url::Url,
    worker::{Worker, url_complaint},
};

/// The `ProxyPass` lines, in file order: the first that matches decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pass(pub(crate) Vec<Rule>);

/// One `ProxyPass` line; without a worker it is the exclusion `ProxyPass path !`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    path: String,
    worker: Option<Worker>,
}

/// Where a request goes: the worker of its line (or a `balancer://`), and the path to ask for.
pub(crate) struct Route<'a> {
    pub worker: &'a Worker,
    pub path: Cow<'a, str>,
}

impl Proxy {
    /// `ProxyPass path url`.
    pub fn pass(self, path: &str, url: Url) -> Self {
        self.pass_to(path, Worker::new(url))
    }

    /// `ProxyPass path url key=value …`.
    pub fn pass_to(mut self, path: &str, worker: Worker) -> Self {
        self.pass.0.push(Rule { path: path.to_owned(), worker: Some(worker) });
        self
    }

    /// `ProxyPass path !`: these requests are not proxied, if no earlier line takes them.
    pub fn do_not_pass(mut self, path: &str) -> Self {
        self.pass.0.push(Rule { path: path.to_owned(), worker: None });
        self
    }
}

// ANCHOR: route
impl Pass {
    /// The first line whose path matches, in file order; slashes that do not match are not repaired.
    ///
    /// # Errors
    /// 404 if no line takes the request; 500 if path and URL join to a host that is none.
    pub(crate) fn route<'a>(&'a self, decoded: &'a [u8]) -> Result<Route<'a>, Error> {
        let (rule, rest) =
            self.0.iter().find_map(|rule| Some((rule, rule.rest(decoded)?))).ok_or(Error::NotFound)?;
        let worker = rule.worker.as_ref().ok_or(Error::NotFound)?;
        Ok(Route { worker, path: join(&worker.url, rest, decoded)? })
    }
}
// ANCHOR_END: route

impl Pass {
    /// The workers of all lines.
    pub(crate) fn workers(&self) -> impl Iterator<Item = &Worker> {
        self.0.iter().filter_map(|rule| rule.worker.as_ref())
    }
}

impl Route<'_> {
    /// What to ask the backend for: a member's own path goes before the route's, the query stays as it was.
    ///
    /// # Errors
    /// 400 if that is no target.
    pub(crate) fn uri(&self, backend: &Url, asked: &Uri) -> Result<Uri, Error> {
        let member = if self.worker.url.is("balancer") { backend.path() } else { "" };
        let unchanged = member.is_empty() && self.path == asked.path();
        let target = match (unchanged, asked.path_and_query(), asked.query()) {
            (true, Some(target), _) => target.clone(),
            (_, _, Some(query)) => PathAndQuery::try_from(format!("{member}{}?{query}", self.path))?,
            (_, _, None) => PathAndQuery::try_from(format!("{member}{}", self.path))?,
        };
        Ok(Uri::from(target))
    }
}

// ANCHOR: rest
impl Rule {
    /// What follows the line's path in the request's; `None` if the line does not match.
    fn rest<'a>(&self, decoded: &'a [u8]) -> Option<&'a [u8]> {
        let rest = decoded.strip_prefix(self.path.as_bytes())?;
        (self.path.ends_with('/') || rest.is_empty() || rest[0] == b'/').then_some(rest)
    }
}
// ANCHOR_END: rest

/// The backend's path with the rest of the request's: joined as text, then encoded.
fn join<'a>(url: &Url, rest: &'a [u8], decoded: &'a [u8]) -> Result<Cow<'a, str>, Error> {
    match url.path() {
        "" if rest.is_empty() => Ok(Cow::Borrowed("/")),
        "" if rest[0] == b'/' => Ok(path::encode(rest)),
        "" => {
            let end = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
            let host = format!("{}{}", url.authority(), path::encode(&rest[..end]));
            Err(Error::no_such_host(url, host, path::encode(decoded).into_owned()))
        }
        // The usual `ProxyPass / http://backend/`: nothing to join.
        "/" if rest.len() + 1 == decoded.len() => Ok(path::encode(decoded)),
        real => Ok(Cow::Owned(path::encode(&[real.as_bytes(), rest].concat()).into_owned())),
    }
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|rule| match &rule.worker {
            Some(worker) => writeln!(f, "ProxyPass {} {worker}", quoted(&rule.path)),
            None => writeln!(f, "ProxyPass {} !", quoted(&rule.path)),
        })
    }
}

pub(super) const PROXY_PASS: Directive = Directive {
    name: "ProxyPass",
    module: Some("proxy"),
    read: |scope: &mut Scope<'_>, line| {
        let words = words(line);
        if matches!(scope.section, super::directive::Section::Proxy(_)) {
            return Err("ProxyPass|ProxyPassMatch can not have a path when defined in a location.".to_owned());
        }
        let [path, url, parameters @ ..] = words.as_slice() else {
            return Err("ProxyPass|ProxyPassMatch needs a path when not defined in a location".to_owned());
        };
        if parameters.iter().any(|word| !word.contains('=')) {
            return Err(
                "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'."
                    .to_owned(),
            );
        }
        let worker = if url == "!" {
            None
        } else {
            let parsed = url.parse().map_err(|error| format!("ProxyPass {}", url_complaint(error, url)))?;
            let mut worker = Worker::new(parsed);
            worker.read_parameters(parameters).map_err(|complaint| format!("ProxyPass {complaint}"))?;
            Some(worker)
        };
        scope.proxy.pass.0.push(Rule { path: path.clone(), worker });
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: (&str, &str), request: &str) -> String {
        let proxy = Proxy::new().pass(line.0, line.1.parse().unwrap());
        match path::decode(request).and_then(|path| Ok(proxy.pass.route(&path)?.path.into_owned())) {
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
        assert_eq!(proxy.pass.route(b"/").map(|route| route.path).ok(), Some(Cow::Borrowed("/")));
        let error = proxy.pass.route(b"/x").map(|_| ()).unwrap_err();
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
            let decoded = path::decode(path).unwrap();
            assert_eq!(proxy.pass.route(&decoded).is_ok(), proxied, "{path}");
        }
        let too_late = Proxy::new().pass("/", backend).do_not_pass("/static");
        assert!(too_late.pass.route(b"/static").is_ok());
    }

    #[test]
    fn a_query_in_the_url_is_part_of_the_path() {
        assert_eq!(asked(("/app", "http://b/back?fixed=1"), "/app/x"), "/back%3Ffixed=1/x");
    }
}
