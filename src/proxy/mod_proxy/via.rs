//! `ProxyVia`: the proxies that a message came through (RFC 9110 §7.6.3).

use std::fmt;

use crate::proxy::{
    core::front::Front,
    core::signature::PRODUCT,
    core::virtual_host::ServerName,
    http1::{head::Head, name::VIA},
    mod_proxy::ModProxy,
    site::directive::{Directive, Scope},
    site::words::one_word,
};

/// `ProxyVia`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Via {
    /// `Off`: what is there passes, nothing is added.
    #[default]
    Off,
    /// `On`: this proxy adds itself, in both directions.
    On,
    /// `Full`: with its product and version.
    Full,
    /// `Block`: the request's is removed, so that backends cannot see the way it came.
    Block,
}

impl Via {
    /// Adds this proxy to the request's `Via`, or removes it.
    pub(crate) fn apply_to_request(self, head: &mut Head, front: &Front<'_>, name: &ServerName, old: bool) {
        match self {
            Self::Off => {}
            Self::Block => head.remove(VIA),
            Self::On | Self::Full => head.extend(VIA, self.line(front, name, old).as_bytes()),
        }
    }

    /// Adds a line of its own to the response, with the version that the client spoke.
    pub(crate) fn apply_to_response(self, head: &mut Head, front: &Front<'_>, name: &ServerName, old: bool) {
        if matches!(self, Self::On | Self::Full) {
            head.add(VIA, self.line(front, name, old).as_bytes());
        }
    }

    fn line(self, front: &Front<'_>, name: &ServerName, old: bool) -> String {
        let version = if old { "1.0" } else { "1.1" };
        // The port that the client wrote, else the server's.
        let port = match (front.port(), name.served_port()) {
            (Some("80"), _) | (None, None) => String::new(),
            (Some(port), _) => format!(":{port}"),
            (None, Some(port)) => format!(":{port}"),
        };
        let name = name.host();
        let product = match self {
            Self::Full => format!(" ({PRODUCT})"),
            _ => String::new(),
        };
        format!("{version} {name}{port}{product}")
    }

    fn word(self) -> &'static str {
        match self {
            Self::Off => "Off",
            Self::On => "On",
            Self::Full => "Full",
            Self::Block => "Block",
        }
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "ProxyVia {}", self.word())
    }
}

pub(crate) const PROXY_VIA: Directive<ModProxy> = Directive {
    name: "ProxyVia",
    read: |scope: &mut Scope<'_, ModProxy>, line| {
        scope.outside_of_sections("ProxyVia")?;
        let word = one_word(line).ok_or("ProxyVia takes one argument, Configure Via: proxy header header to one of: on | off | block | full")?;
        let known = [Via::Off, Via::On, Via::Full, Via::Block].into_iter();
        let via = known.into_iter().find(|via| via.word().eq_ignore_ascii_case(&word));
        scope.server.via = Some(via.ok_or("ProxyVia must be one of: off | on | full | block")?);
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    /// apache-facts §11: what the request's and the response's lines become.
    #[test]
    fn every_row() {
        let front = Front::for_test("front.test:8000");
        let full = format!("1.1 localhost:8000 ({PRODUCT})");
        for (via, before, request, response) in [
            (Via::Off, Some("1.0 client"), Some("1.0 client"), vec!["1.1 be"]),
            (Via::On, None, Some("1.1 localhost:8000"), vec!["1.1 be", "1.1 localhost:8000"]),
            (
                Via::On,
                Some("1.0 client"),
                Some("1.0 client, 1.1 localhost:8000"),
                vec!["1.1 be", "1.1 localhost:8000"],
            ),
            (Via::Full, None, Some(full.as_str()), vec!["1.1 be", &full]),
            (Via::Block, Some("1.0 client"), None, vec!["1.1 be"]),
        ] {
            let mut head = Head::default();
            before.iter().for_each(|before| head.add(VIA, before.as_bytes()));
            via.apply_to_request(&mut head, &front, &ServerName::default(), false);
            assert_eq!(head.text(VIA), request, "{via:?}");

            let mut head = Head::default();
            head.add(VIA, b"1.1 be");
            via.apply_to_response(&mut head, &front, &ServerName::default(), false);
            assert!(head.all(VIA).eq(response.iter().map(|line| line.as_bytes())), "{via:?}");
        }
    }

    #[test]
    fn the_version_is_the_client_s() {
        let line = |host| Via::On.line(&Front::for_test(host), &ServerName::default(), true);
        assert_eq!(line("front.test:8000"), "1.0 localhost:8000");
        for host in ["front.test", "front.test:80"] {
            assert_eq!(line(host), "1.0 localhost");
        }
    }
}
