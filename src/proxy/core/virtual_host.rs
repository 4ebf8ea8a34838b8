//! `<VirtualHost>`, `ServerName` and `ServerAlias`: which of several sites a request is for.

use std::fmt;

use crate::proxy::{
    core::Core,
    http1::url::split_port,
    site::directive::{Directive, Scope, Section},
    site::number::leading_number,
    site::words::{one_word, quoted, words},
};

/// `ServerName` and `ServerAlias`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerName {
    pub(crate) name: Option<String>,
    pub(crate) aliases: Vec<String>,
    /// The port of redirects to a host without one, once the server runs.
    served: Option<u16>,
    /// The name without scheme and port, and whether the scheme was `https`, once the server runs.
    ready: Option<(String, bool)>,
}

impl ServerName {
    /// The name without scheme and port.
    pub(crate) fn host(&self) -> &str {
        if let Some((host, _)) = &self.ready {
            return host;
        }
        let name = self.name.as_deref().unwrap_or("localhost");
        split_port(name.split_once("://").map_or(name, |(_, name)| name)).0
    }

    /// The port, if it is said.
    pub(crate) fn port(&self) -> Option<u16> {
        let name = self.name.as_deref()?;
        let port = split_port(name.split_once("://").map_or(name, |(_, name)| name)).1?;
        leading_number(port).try_into().ok()
    }

    /// A virtual host without a name has the main server's, though not its scheme.
    pub(crate) fn inherit(&mut self, main: &Self) {
        let name = main.name.as_deref().map(|name| name.split_once("://").map_or(name, |(_, name)| name));
        self.name = self.name.take().or(name.map(str::to_owned));
    }

    /// The port of a host that says none: `ServerName`'s, without one the virtual host's; `None` is the default of the scheme.
    pub(crate) fn served_port(&self) -> Option<u16> {
        self.served.filter(|port| *port != if self.is_https() { 443 } else { 80 })
    }

    /// Whether it begins with `https://`: whoever stands before the proxy speaks TLS with the clients.
    pub(crate) fn is_https(&self) -> bool {
        if let Some((_, https)) = &self.ready {
            return *https;
        }
        let scheme = self.name.as_deref().and_then(|name| name.split_once("://"));
        scheme.is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("https"))
    }

    /// Works out, once, what each request needs; `served` is the port.
    pub(crate) fn make_ready(&mut self, served: Option<u16>) {
        self.served = served;
        self.ready = Some((self.host().to_owned(), self.is_https()));
    }

    /// Whether a request for `host` is meant: case and port do not matter, aliases may have `*` and `?`.
    pub(crate) fn is(&self, host: &str) -> bool {
        self.name.is_some() && self.host().eq_ignore_ascii_case(host)
            || self.aliases.iter().any(|alias| wildcard(alias.as_bytes(), host.as_bytes()))
    }
}

/// Apache's match for aliases: `*` is any text, `?` any character. When a `*` has taken too little it takes one letter
/// more, and only the last one need do so: the time is at most the product of the lengths, whatever a client sends.
fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut last_star = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                last_star = Some((at, read));
                at += 1;
            }
            Some(letter) if *letter == b'?' || letter.eq_ignore_ascii_case(&text[read]) => {
                (at, read) = (at + 1, read + 1);
            }
            _ => {
                let Some((star, taken)) = last_star else { return false };
                last_star = Some((star, taken + 1));
                (at, read) = (star + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.iter().try_for_each(|name| writeln!(f, "ServerName {}", quoted(name)))?;
        self.aliases.iter().try_for_each(|alias| writeln!(f, "ServerAlias {}", quoted(alias)))
    }
}

/// What else may be wrong with an address shows when the server starts.
pub(crate) const VIRTUAL_HOST: Directive<Core> = Directive {
    name: "<VirtualHost",
    read: |_, line| {
        words(line).iter().try_for_each(|address| match split_port(address).1 {
            Some(port)
                if !port.is_empty()
                    && port.bytes().all(|b| b.is_ascii_digit())
                    && !matches!(port.parse::<u16>(), Ok(1..)) =>
            {
                Err("The address or port is invalid".to_owned())
            }
            _ => Ok(()),
        })
    },
};

pub(crate) const SERVER_NAME: Directive<Core> = Directive {
    name: "ServerName",
    read: |scope: &mut Scope<'_, Core>, line| {
        scope.outside_of_sections("ServerName")?;
        let name =
            one_word(line).ok_or("ServerName takes one argument, The hostname and port of the server")?;
        if let Some(port) = split_port(name.split_once("://").map_or(&*name, |(_, name)| name)).1
            && !(1..=0xffff).contains(&leading_number(port))
        {
            return Err(format!(
                "The port number \"{name}\" is outside the appropriate range (i.e., 1..65535)."
            ));
        }
        scope.server.name.name = Some(name);
        Ok(())
    },
};

pub(crate) const SERVER_ALIAS: Directive<Core> = Directive {
    name: "ServerAlias",
    read: |scope: &mut Scope<'_, Core>, line| {
        scope.outside_of_sections("ServerAlias")?;
        if scope.section != Section::VirtualHost {
            return Err("ServerAlias only used in <VirtualHost>".to_owned());
        }
        scope.server.name.aliases.extend(words(line));
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_star_is_any_text_and_a_question_mark_any_letter() {
        for (pattern, text, expected) in [
            ("*.b.test", "a.B.test", true),
            ("*.b.test", ".b.test", true),
            ("*.b.test", "b.test", false),
            ("a?.test", "ax.test", true),
            ("a?.test", "a.test", false),
            ("a*b*c", "axbxbc", true),
            ("a*b*c", "axbxbcx", false),
            ("**", "", true),
            ("", "a", false),
            ("?", "", false),
        ] {
            assert_eq!(wildcard(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn no_host_makes_an_alias_slow() {
        let start = Instant::now();
        for (pattern, text) in
            [("*.*.*.example.com", ".".repeat(8000)), ("*a*a*a*a*a*a*a*b", "a".repeat(8000))]
        {
            assert!(!wildcard(pattern.as_bytes(), text.as_bytes()));
        }
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    }
}
