//! `<VirtualHost>`, `ServerName` and `ServerAlias`: which of several sites a request is for.

use std::{
    fmt,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::Arc,
};

use super::{
    Balancer, Proxy, Site,
    directive::{Directive, Scope, Section, quoted, words},
    modules::Modules,
    url::split_port,
};

/// `<VirtualHost address …>`: the addresses it answers on, and the proxy inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualHost {
    pub(crate) addresses: Vec<String>,
    pub(crate) proxy: Proxy,
}

/// `ServerName` and `ServerAlias`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerName {
    name: Option<String>,
    aliases: Vec<String>,
    /// The port of redirects to a host without one, once the server runs.
    served: Option<u16>,
}

impl Site {
    /// `<VirtualHost address>` with the directives of `proxy`.
    pub fn virtual_host(mut self, address: &str, proxy: Proxy) -> Self {
        self.hosts.push(VirtualHost { addresses: vec![address.to_owned()], proxy });
        self
    }
}

impl Proxy {
    /// `ServerName name`.
    pub fn server_name(mut self, name: &str) -> Self {
        self.name.name = Some(name.to_owned());
        self
    }

    /// `ServerAlias name`.
    pub fn server_alias(mut self, name: &str) -> Self {
        self.name.aliases.push(name.to_owned());
        self
    }
}

impl ServerName {
    /// The name without scheme and port, as in `X-Forwarded-Server`.
    pub(crate) fn host(&self) -> &str {
        let name = self.name.as_deref().unwrap_or("localhost");
        split_port(name.split_once("://").map_or(name, |(_, name)| name)).0
    }

    /// The port, if it is said.
    pub(crate) fn port(&self) -> Option<&str> {
        let name = self.name.as_deref()?;
        split_port(name.split_once("://").map_or(name, |(_, name)| name)).1
    }

    /// The port of a host that says none: `ServerName`'s, without one the virtual host's; `None` is the default of the scheme.
    pub(crate) fn served_port(&self) -> Option<u16> {
        self.served.filter(|port| *port != 80)
    }

    /// Whether a request for `host` is meant: case and port do not matter, aliases may have `*` and `?`.
    fn is(&self, host: &str) -> bool {
        self.name.is_some() && self.host().eq_ignore_ascii_case(host)
            || self.aliases.iter().any(|alias| wildcard(alias.as_bytes(), host.as_bytes()))
    }
}

/// Apache's match for aliases: `*` is any text, `?` any character.
fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|from| wildcard(rest, &text[from..])),
        Some((first, rest)) => text.split_first().is_some_and(|(letter, tail)| {
            (*first == b'?' || first.eq_ignore_ascii_case(letter)) && wildcard(rest, tail)
        }),
    }
}

/// A site made ready to run: each virtual host with what it inherits from the main server.
#[derive(Debug)]
pub(crate) struct Hosts {
    pub modules: Modules,
    main: Proxy,
    hosts: Vec<(Vec<Address>, Proxy)>,
}

/// An address of a `<VirtualHost>`; `None` is any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Address {
    ip: Option<IpAddr>,
    port: Option<u16>,
}

impl Hosts {
    /// Counters of balancers start anew with every call.
    pub(crate) fn new(site: &Site) -> Self {
        let servers = site.hosts.iter().map(|host| &host.proxy).chain([&site.main]);
        let watched = servers.into_iter().any(Proxy::shows_balancers);
        let main = site.main.with_fresh_counters(watched);
        let port = |proxy: &Proxy| proxy.name.port().and_then(|port| port.parse().ok());
        let mut ready_main = main.clone().with_locations_ready();
        ready_main.name.served = port(&main);
        let ready = |host: &VirtualHost| {
            let addresses: Vec<_> =
                host.addresses.iter().flat_map(|address| Address::read(address)).collect();
            let address = addresses.first().and_then(|address| address.port);
            let mut proxy = host.proxy.with_fresh_counters(watched).inheriting(&main);
            // A ServerName without a port means the default one.
            proxy.name.served = match &host.proxy.name.name {
                Some(_) => port(&host.proxy),
                None => address.or(port(&main)),
            };
            (addresses, proxy.with_locations_ready())
        };
        Self {
            modules: site.modules.clone(),
            hosts: site.hosts.iter().map(ready).collect(),
            main: ready_main,
        }
    }

    /// The virtual host for a connection that arrived at `local` and asks for `host`: among those whose address fits
    /// best the one so named, else the first of them, else the main server.
    pub(crate) fn find(&self, local: SocketAddr, host: &str) -> &Proxy {
        let fits = |exact: bool| {
            self.hosts.iter().filter(move |(addresses, _)| addresses.iter().any(|a| a.fits(local, exact)))
        };
        let exact = fits(true).next().is_some();
        let (name, _) = split_port(host);
        let name = name.strip_suffix('.').unwrap_or(name);
        (fits(exact).find(|(_, proxy)| proxy.name.is(name)))
            .or_else(|| fits(exact).next())
            .map_or(&self.main, |(_, proxy)| proxy)
    }
}

impl Address {
    /// The addresses that `text` stands for, of which a host name may have several; none if it has no address.
    fn read(text: &str) -> Vec<Self> {
        let (host, port) = split_port(text);
        let Ok(port) = port.filter(|port| *port != "*").map(str::parse).transpose() else {
            return Vec::new();
        };
        if host == "*" || host.eq_ignore_ascii_case("_default_") {
            return vec![Self { ip: None, port }];
        }
        match (host.trim_start_matches('[').trim_end_matches(']'), 0).to_socket_addrs() {
            Ok(addresses) => addresses.map(|address| Self { ip: Some(address.ip()), port }).collect(),
            Err(error) => {
                log::error!(target: "core", "{error}: AH00547: Could not resolve host name {text} -- ignoring!");
                Vec::new()
            }
        }
    }

    fn fits(self, local: SocketAddr, exact: bool) -> bool {
        let ip = match self.ip {
            Some(ip) => ip == local.ip().to_canonical(),
            None => !exact,
        };
        ip && self.port.is_none_or(|port| port == local.port())
    }
}

/// Refuses a port that is out of range; what else may be wrong shows when the server starts.
pub(super) fn check_address(text: &str) -> Result<(), String> {
    match split_port(text).1 {
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) && !matches!(port.parse::<u16>(), Ok(1..)) => {
            Err("The address or port is invalid".to_owned())
        }
        _ => Ok(()),
    }
}

impl Proxy {
    fn with_fresh_counters(&self, watched: bool) -> Self {
        let balancers = self
            .balancers
            .iter()
            .map(|balancer| Arc::new(Balancer { watched, ..(**balancer).clone() }))
            .collect();
        let mut fresh = Self { balancers, ..self.clone() };
        fresh.pass.0.iter_mut().for_each(|rule| *rule = rule.fresh());
        fresh
            .locations
            .lines
            .iter_mut()
            .flat_map(|location| &mut location.proxy.pass.0)
            .for_each(|rule| *rule = rule.fresh());
        fresh
    }

    /// The main server's lines come before the virtual host's own (apache-facts §7).
    fn inheriting(mut self, main: &Self) -> Self {
        self.name.name = self.name.name.or_else(|| main.name.name.clone());
        self.locations.lines.splice(0..0, main.locations.lines.iter().cloned());
        self.encoded_slashes = self.encoded_slashes.or(main.encoded_slashes);
        self.timeout.0 = self.timeout.0.or(main.timeout.0);
        self.via = self.via.or(main.via);
        self.balancer_manager.0 = self.balancer_manager.0.or(main.balancer_manager.0);
        self.add_headers.0 = self.add_headers.0.or(main.add_headers.0);
        self.preserve_host.0 = self.preserve_host.0.or(main.preserve_host.0);
        self.pass.0.splice(0..0, main.pass.0.iter().cloned());
        self.pass_reverse.0.splice(0..0, main.pass_reverse.0.iter().cloned());
        let own = std::mem::replace(&mut self.pass_reverse_cookie, main.pass_reverse_cookie.clone());
        self.pass_reverse_cookie.extend(&own);
        self.balancers.extend(main.balancers.iter().cloned());
        self
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.iter().try_for_each(|name| writeln!(f, "ServerName {}", quoted(name)))?;
        self.aliases.iter().try_for_each(|alias| writeln!(f, "ServerAlias {}", quoted(alias)))
    }
}

pub(super) const SERVER_NAME: Directive = Directive {
    name: "ServerName",
    module: None,
    read: |scope: &mut Scope<'_>, line| {
        scope.outside_of_sections("ServerName")?;
        let mut words = words(line);
        let (Some(name), None) = (words.pop().filter(|name| !name.is_empty()), words.pop()) else {
            return Err("ServerName takes one argument, The hostname and port of the server".to_owned());
        };
        if let Some(port) = split_port(name.split_once("://").map_or(&*name, |(_, name)| name)).1
            && !port.parse::<u16>().is_ok_and(|port| port > 0)
        {
            return Err(format!(
                "The port number \"{name}\" is outside the appropriate range (i.e., 1..65535)."
            ));
        }
        scope.proxy.name.name = Some(name);
        Ok(())
    },
};

pub(super) const SERVER_ALIAS: Directive = Directive {
    name: "ServerAlias",
    module: None,
    read: |scope: &mut Scope<'_>, line| {
        scope.outside_of_sections("ServerAlias")?;
        if scope.section != Section::VirtualHost {
            return Err("ServerAlias only used in <VirtualHost>".to_owned());
        }
        scope.proxy.name.aliases.extend(words(line));
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::{encoded_slashes::EncodedSlashes, path::Asked};

    fn found(host: &str, local: &str) -> String {
        let named = |name: &str| Proxy::new().server_name(name);
        let site = Site::new()
            .main(named("main"))
            .virtual_host("*:80", named("first"))
            .virtual_host("*:80", named("Second.Test").server_alias("*.wild.test"))
            .virtual_host("127.0.0.2:80", named("exact"))
            .virtual_host("*", named("any-port"));
        Hosts::new(&site).find(local.parse().unwrap(), host).name.host().to_owned()
    }

    #[test]
    fn names_choose_among_the_hosts_of_an_address() {
        for (host, local, expected) in [
            ("first", "127.0.0.1:80", "first"),
            ("second.test:8080", "127.0.0.1:80", "Second.Test"),
            ("a.WILD.test", "127.0.0.1:80", "Second.Test"),
            ("unknown", "127.0.0.1:80", "first"),
            ("first", "127.0.0.2:80", "exact"),
            ("unknown", "127.0.0.1:81", "any-port"),
        ] {
            assert_eq!(found(host, local), expected, "{host} at {local}");
        }
    }

    #[test]
    fn an_address_that_nobody_serves_is_the_main_servers() {
        let site = Site::new().main(Proxy::new().server_name("main")).virtual_host("*:80", Proxy::new());
        let hosts = Hosts::new(&site);
        assert_eq!(hosts.find("127.0.0.1:18000".parse().unwrap(), "x").name.host(), "main");
    }

    #[test]
    fn the_main_servers_lines_come_first() {
        let url = |text: &str| text.parse().unwrap();
        let site = Site::new()
            .main(Proxy::new().pass("/", url("http://main/")))
            .virtual_host("*", Proxy::new().pass("/v/", url("http://v/")));
        let hosts = Hosts::new(&site);
        let proxy = hosts.find("127.0.0.1:80".parse().unwrap(), "x");
        assert_eq!(
            proxy.pass.route(&Asked::read("/v/x", EncodedSlashes::Off).unwrap()).unwrap().worker.url.host(),
            "main"
        );
    }
}
