//! A server at a path: what its `<Location>` sections say there.

use crate::proxy::{
    Proxy, Worker,
    core::{location::Location, path::Asked},
};

impl Proxy {
    /// `<Location path>` with those directives of `inside` that may stand there; their paths are the section's.
    pub fn location(mut self, path: &str, inside: Self) -> Self {
        self.locations.lines.push(Location { path: path.to_owned(), inside: inside.inside(path) });
        self
    }

    /// This server as it is at the request's path.
    pub(crate) fn at(&self, asked: &Asked<'_>) -> &Self {
        self.locations.at(&asked.decoded).unwrap_or(self)
    }

    /// Works out, once, what holds at each section's path.
    pub(crate) fn with_locations_ready(mut self) -> Self {
        let locations = std::mem::take(&mut self.locations);
        self.locations = locations.ready(&self, Self::merge);
        self
    }

    /// Every backend that a request may reach: those of the lines, also inside of sections, and the members of balancers.
    /// A line's `balancer://` is no backend but a name for such members.
    pub fn workers(&self) -> impl Iterator<Item = &Worker> {
        let sections = self.locations.lines.iter().flat_map(|location| location.inside.proxy.pass.workers());
        let members = self.proxy.balancers.iter().flat_map(|balancer| &balancer.members);
        let lines = self.proxy.pass.workers().chain(sections).filter(|worker| !worker.url.is_balancer());
        lines.chain(members)
    }
}

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
        match proxy.at(&asked).proxy.pass.route(&asked) {
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
        let worker = |text: &str| Worker::new(url(text));
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
            (here.proxy.preserve_host.0, here.proxy.add_headers.0)
        };
        assert_eq!(
            [at("/"), at("/a"), at("/a/b")],
            [(None, None), (Some(true), None), (Some(true), Some(false))]
        );
    }
}
