//! Where the lab stands: three ports on loopback.

use serde::{Deserialize, Serialize};

use crate::proxy::{Proxy, Site, Url};

/// The ports of the proxy and of the two backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    /// The proxy.
    pub front: u16,
    /// The backend that says `Hello world!`.
    pub one: u16,
    /// The backend that says `Howdy world!`.
    pub two: u16,
}

/// Which of the three a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop {
    /// The proxy.
    Front,
    /// The first backend.
    One,
    /// The second backend.
    Two,
}

impl Ports {
    /// The guide's ports, with 8000 in the place of 80, which needs no root.
    pub const GUIDE: Self = Self { front: 8000, one: 8080, two: 8081 };

    /// Any free ports.
    pub const ANY: Self = Self { front: 0, one: 0, two: 0 };

    /// The port of one hop.
    pub fn of(&self, hop: Hop) -> u16 {
        match hop {
            Hop::Front => self.front,
            Hop::One => self.one,
            Hop::Two => self.two,
        }
    }

    /// `127.0.0.1:port`.
    pub fn address(&self, hop: Hop) -> String {
        format!("127.0.0.1:{}", self.of(hop))
    }

    /// The first backend's URL, with `path` after the port.
    pub fn one(&self, path: &str) -> Url {
        self.url(Hop::One, path)
    }

    /// The second backend's URL, with `path` after the port.
    pub fn two(&self, path: &str) -> Url {
        self.url(Hop::Two, path)
    }

    /// A site with one virtual host on the proxy's port, as the guide writes it.
    pub fn site(&self, proxy: Proxy) -> Site {
        Site::new().listen("127.0.0.1", self.front).virtual_host(&format!("*:{}", self.front), proxy)
    }

    fn url(&self, hop: Hop, path: &str) -> Url {
        let url = format!("http://{}{path}", self.address(hop));
        url.parse().expect("an address on loopback is a URL")
    }

    /// Writes the guide's ports where `text` has these, so that every run reads alike.
    pub fn as_in_the_guide(&self, text: &str) -> String {
        self.rewrite(text, &Self::GUIDE)
    }

    /// Writes other ports where `text` has these.
    pub fn rewrite(&self, text: &str, others: &Self) -> String {
        [Hop::Front, Hop::One, Hop::Two].into_iter().fold(text.to_owned(), |text, hop| {
            let (own, other) = (self.of(hop), others.of(hop));
            text.replace(&format!("127.0.0.1:{own}"), &format!("127.0.0.1:{other}"))
                .replace(&format!(" port {own} "), &format!(" port {other} "))
                .replace(&format!("*:{own}"), &format!("*:{other}"))
        })
    }
}
