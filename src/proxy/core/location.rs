//! `<Location>`: directives for the paths that begin with one.

use std::fmt;

use crate::proxy::{Proxy, core::path::Asked, mod_proxy::pass_reverse::PassReverse, site::directive::quoted};

/// The `<Location>` sections, in file order: what is said in a later one goes before what an earlier one says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locations {
    pub(crate) lines: Vec<Location>,
    /// For each path that a section has, the longest first: the server with all that the sections there say.
    ready: Vec<(String, Proxy)>,
}

/// One `<Location path>` and what is said inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub path: String,
    pub proxy: Proxy,
}

impl Proxy {
    /// `<Location path>` with those directives of `inside` that may stand there; their paths are the section's.
    pub fn location(mut self, path: &str, inside: Self) -> Self {
        let mut pass = inside.pass;
        pass.0.iter_mut().for_each(|rule| rule.move_to(path));
        let pass_reverse = PassReverse(inside.pass_reverse.0.into_iter().map(|line| line.at(path)).collect());
        let proxy = Self {
            pass,
            pass_reverse,
            balancer_manager: inside.balancer_manager,
            pass_reverse_cookie: inside.pass_reverse_cookie,
            preserve_host: inside.preserve_host,
            add_headers: inside.add_headers,
            ..Self::new()
        };
        self.locations.lines.push(Location { path: path.to_owned(), proxy });
        self
    }

    /// This server as it is at the request's path.
    pub(crate) fn at(&self, asked: &Asked<'_>) -> &Self {
        let found = self.locations.ready.iter().find(|(path, _)| covers(path, &asked.decoded));
        found.map_or(self, |(_, proxy)| proxy)
    }

    /// Works out, once, what holds at each section's path. Sections that cover a path cover each other, so that those
    /// of the longest are all there are.
    pub(crate) fn with_locations_ready(mut self) -> Self {
        let lines = std::mem::take(&mut self.locations.lines);
        let mut paths: Vec<_> = lines.iter().map(|location| location.path.clone()).collect();
        paths.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        paths.dedup();
        let ready = paths.into_iter().map(|path| {
            let here = lines.iter().filter(|location| covers(&location.path, path.as_bytes()));
            let proxy = here.fold(self.clone(), |server, location| server.overridden_by(&location.proxy));
            (path, proxy)
        });
        self.locations.ready = ready.collect();
        self
    }

    /// Every backend that a request may reach: those of the lines, also inside of sections, and the members of balancers.
    /// A line's `balancer://` is no backend but a name for such members.
    pub fn workers(&self) -> impl Iterator<Item = &crate::proxy::Worker> {
        let sections = self.locations.lines.iter().flat_map(|location| location.proxy.pass.workers());
        let members = self.balancers.iter().flat_map(|balancer| &balancer.members);
        let lines = self.pass.workers().chain(sections).filter(|worker| !worker.url.is("balancer"));
        lines.chain(members)
    }

    fn overridden_by(mut self, location: &Self) -> Self {
        // The last line of the last section is tried first, and it takes every request there.
        self.pass.0.splice(0..0, location.pass.0.last().cloned());
        self.pass_reverse.0.extend(location.pass_reverse.0.iter().cloned());
        self.balancer_manager.0 = location.balancer_manager.0.or(self.balancer_manager.0);
        self.pass_reverse_cookie.extend(&location.pass_reverse_cookie);
        self.preserve_host.0 = location.preserve_host.0.or(self.preserve_host.0);
        self.add_headers.0 = location.add_headers.0.or(self.add_headers.0);
        self
    }
}

/// Whether a section's path covers the request's: `/app` is no part of `/apple`.
fn covers(section: &str, path: &[u8]) -> bool {
    path.strip_prefix(section.as_bytes())
        .is_some_and(|rest| section.ends_with('/') || rest.is_empty() || rest[0] == b'/')
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Proxy {
            add_headers,
            preserve_host,
            pass,
            pass_reverse,
            pass_reverse_cookie,
            balancer_manager,
            ..
        } = &self.proxy;
        writeln!(f, "<Location {}>", quoted(&self.path))?;
        let inside = InLocation(pass, pass_reverse);
        format!("{balancer_manager}{add_headers}{preserve_host}{inside}{pass_reverse_cookie}")
            .lines()
            .try_for_each(|line| writeln!(f, "    {line}"))?;
        writeln!(f, "</Location>")
    }
}

/// Lines without their paths.
struct InLocation<'a>(&'a crate::proxy::Pass, &'a PassReverse);

impl fmt::Display for InLocation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.iter().try_for_each(|rule| rule.write(f, false))?;
        self.1.0.iter().try_for_each(|line| line.write(f, false))
    }
}

/// Opens `<Location path>`.
pub(crate) fn open(proxy: &mut Proxy, words: &[String]) -> Result<(), String> {
    let [path] = words else {
        return Err(match words.first().map(String::as_str) {
            Some("~") => ONLY_PATHS,
            _ => "Multiple <Location> arguments not (yet) supported.",
        }
        .to_owned());
    };
    if !path.starts_with('/') || path.contains(['*', '?', '[']) {
        return Err(ONLY_PATHS.to_owned());
    }
    proxy.locations.lines.push(Location { path: path.clone(), proxy: Proxy::new() });
    Ok(())
}

const ONLY_PATHS: &str = "<Location>: this proxy knows <Location /path> only";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::{Error, core::encoded_slashes::EncodedSlashes};

    fn url(text: &str) -> crate::proxy::Url {
        text.parse().unwrap()
    }

    /// The host of the backend that this path is passed to.
    fn passed(proxy: &Proxy, path: &str) -> String {
        let asked = Asked::read(path, EncodedSlashes::Off).unwrap();
        match proxy.at(&asked).pass.route(&asked) {
            Ok(route) => format!("{}{}", route.worker.url.host(), route.path),
            Err(Error::NotFound) => "404".to_owned(),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn the_last_section_wins_and_beats_the_server() {
        let pass = |host: &str| Proxy::new().pass("", url(&format!("http://{host}/")));
        let none = Proxy::new().do_not_pass("");
        let server = Proxy::new().pass("/", url("http://server/"));
        let proxy = (server.clone())
            .location("/a/", pass("a"))
            .location("/a/b/", pass("b"))
            .location("/a/none", none.clone())
            .location("/c", Proxy::new().preserve_host())
            .with_locations_ready();
        for (path, expected) in [
            ("/x", "server/x"),
            ("/a/x", "a/x"),
            ("/a/b/x", "b/x"),
            ("/a", "server/a"),
            ("/a/none", "404"),
            ("/a/none/x", "404"),
            ("/a/nonesuch", "a/nonesuch"),
            ("/c/x", "server/c/x"),
        ] {
            assert_eq!(passed(&proxy, path), expected, "{path}");
        }
        let hidden = server.location("/b/", pass("b")).location("/", pass("root")).with_locations_ready();
        assert_eq!(passed(&hidden, "/b/x"), "root/b/x");
    }

    #[test]
    fn every_backend_is_found() {
        let worker = |text: &str| crate::proxy::Worker::new(url(text));
        let proxy = Proxy::new()
            .balancer("c", [worker("http://member/")])
            .pass("/", url("http://line/"))
            .pass_match("^/m(.*)", "http://made$1")
            .unwrap()
            .location("/x", Proxy::new().pass("", url("http://section/")));
        let hosts: Vec<_> = proxy.workers().map(|worker| worker.url.host()).collect();
        assert_eq!(hosts, ["line", "made", "section", "member"]);
    }

    #[test]
    fn what_is_said_inside_holds_there_only() {
        let proxy = Proxy::new()
            .location("/a", Proxy::new().preserve_host())
            .location("/a/b", Proxy::new().no_added_headers())
            .with_locations_ready();
        let at = |path| {
            let here = proxy.at(&Asked::read(path, EncodedSlashes::Off).unwrap());
            (here.preserve_host.0, here.add_headers.0)
        };
        assert_eq!(
            [at("/"), at("/a"), at("/a/b")],
            [(None, None), (Some(true), None), (Some(true), Some(false))]
        );
    }
}
