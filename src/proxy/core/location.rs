//! `<Location>`: directives for the paths that begin with one.

use crate::proxy::{core::Core, site::directive::Directive, site::words::words};

/// The `<Location>` sections of a server, in file order: what is said in a later one goes before what an earlier one says.
/// `S` is what directives say, of the server or inside of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Locations<S> {
    pub lines: Vec<Location<S>>,
    /// For each path that a section has, the longest first: the server with all that the sections there say.
    ready: Vec<(String, S)>,
}

/// One `<Location path>` and what is said inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location<S> {
    pub path: String,
    pub inside: S,
}

impl<S> Locations<S> {
    /// The server as it is at a request's path, if a section covers that.
    pub(crate) fn at(&self, path: &[u8]) -> Option<&S> {
        self.ready.iter().find(|(section, _)| covers(section, path)).map(|(_, server)| server)
    }
}

impl<S: Clone> Locations<S> {
    /// Works out, once, what holds at each section's path. Sections that cover a path cover each other, so that those
    /// of the longest are all there are.
    pub(crate) fn ready(self, server: &S, merge: impl Fn(&mut S, &S)) -> Self {
        let lines = self.lines;
        let mut paths: Vec<_> = lines.iter().map(|location| location.path.clone()).collect();
        paths.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        paths.dedup();
        let ready = paths.into_iter().map(|path| {
            let mut here = server.clone();
            let covering = lines.iter().filter(|location| covers(&location.path, path.as_bytes()));
            covering.for_each(|location| merge(&mut here, &location.inside));
            (path, here)
        });
        Self { ready: ready.collect(), lines: Vec::new() }
    }
}

impl<S> Default for Locations<S> {
    fn default() -> Self {
        Self { lines: Vec::new(), ready: Vec::new() }
    }
}

/// Whether a section's path covers the request's: `/app` is no part of `/apple`.
fn covers(section: &str, path: &[u8]) -> bool {
    path.strip_prefix(section.as_bytes())
        .is_some_and(|rest| section.ends_with('/') || rest.is_empty() || rest[0] == b'/')
}

pub(crate) const LOCATION: Directive<Core> = Directive {
    name: "<Location",
    read: |_, line| match words(line).as_slice() {
        [path] if path.starts_with('/') && !path.contains(['*', '?', '[']) => Ok(()),
        [tilde, _, ..] if tilde != "~" => {
            Err("Multiple <Location> arguments not (yet) supported.".to_owned())
        }
        _ => Err("<Location>: this proxy knows <Location /path> only".to_owned()),
    },
};
