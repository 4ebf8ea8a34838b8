//! A site made ready to run: what virtual hosts inherit is worked out, and counters begin.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use crate::proxy::{
    Proxy, Site, VirtualHost, core::set_handler::Handler, http1::url::split_port,
    mod_proxy_balancer::ModProxyBalancer, mod_proxy_http::resolve::resolve_now, server::client::Limits,
    server::listeners::NAMES_LIMIT, site::loaded::Modules,
};

/// A site made ready to run: each virtual host with what it inherits from the main server.
#[derive(Debug)]
pub(crate) struct Hosts {
    pub modules: Modules,
    /// How long requests in flight may take when the server stops; `None` is without limit.
    pub stop_limit: Option<Duration>,
    main: Proxy,
    hosts: Vec<(Vec<Address>, Proxy)>,
}

/// An address of a `<VirtualHost>`; `None` is any.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Address {
    /// The host as it is written.
    host: Box<str>,
    ip: Option<IpAddr>,
    port: Option<u16>,
}

/// How well an address fits a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Whole,
    Ip,
    Port,
    Any,
}

impl Fit {
    /// The best first.
    const ALL: [Self; 4] = [Self::Whole, Self::Ip, Self::Port, Self::Any];
}

impl Hosts {
    /// Counters of balancers start anew with every call.
    pub(crate) fn new(site: &Site) -> Self {
        let watched = site.servers().any(|server| server.has_handler(Handler::BalancerManager));
        let main = site.main.with_fresh_counters(watched);
        let port = |proxy: &Proxy| proxy.core.name.port();
        let mut ready_main = main.clone().with_locations_ready();
        ready_main.core.name.make_ready(port(&main));
        let names = Names::of(site);
        let ready = |host: &VirtualHost| {
            let addresses: Vec<_> =
                host.addresses.iter().flat_map(|address| Address::read(address, &names)).collect();
            let address = addresses.first().and_then(|address| address.port);
            let mut proxy = host.proxy.clone();
            proxy.proxy.complete_balancers(&main.proxy);
            let mut proxy = proxy.with_fresh_counters(watched);
            proxy.inherit(&main);
            // A ServerName without a port means the default one.
            proxy.core.name.make_ready(match &host.proxy.core.name.name {
                Some(_) => port(&host.proxy),
                None => address.or(port(&main)),
            });
            (addresses, proxy.with_locations_ready())
        };
        Self {
            modules: site.modules.clone(),
            stop_limit: site.main.core.mpm.graceful_shutdown_timeout.limit(),
            hosts: site.hosts.iter().map(ready).collect(),
            main: ready_main,
        }
    }

    /// How long a connection that arrived at `local` waits for its client; until a request says which virtual host is
    /// meant, the first one's limits count.
    pub(crate) fn limits(&self, local: SocketAddr) -> Limits {
        let proxy = self.find(local, "");
        Limits {
            header: proxy.reqtimeout.request_read_timeout.header(),
            silence: proxy.core.timeout.limit(),
            idle: proxy.core.keep_alive_timeout.limit(),
        }
    }

    /// The virtual host for a connection that arrived at `local` and asks for `host`: among those whose address fits
    /// best the one so named, else the one whose `<VirtualHost>` says that name, else the first of them; if there is
    /// none, the main server.
    pub(crate) fn find(&self, local: SocketAddr, host: &str) -> &Proxy {
        let fits = |best: Fit| {
            let at = move |address: &&Address| address.fit(local) == Some(best);
            self.hosts.iter().filter_map(move |(all, proxy)| Some((all.iter().find(at)?, proxy)))
        };
        let Some(best) = Fit::ALL.into_iter().find(|best| fits(*best).next().is_some()) else {
            return &self.main;
        };
        let first = || fits(best).next();
        if let (Some((_, only)), None) = (first(), fits(best).nth(1)) {
            // There is nothing to choose.
            return only;
        }
        let (name, _) = split_port(host);
        let name = name.strip_suffix('.').unwrap_or(name);
        let found = match name {
            "" => first(),
            _ => (fits(best).find(|(_, proxy)| proxy.core.name.is(name)))
                .or_else(|| fits(best).find(|(address, _)| address.host.eq_ignore_ascii_case(name)))
                .or_else(first),
        };
        found.map_or(&self.main, |(_, proxy)| proxy)
    }
}

impl Site {
    /// Whether requests to `port` can reach a `<VirtualHost>`, or the site has none.
    pub fn has_host_for(&self, port: u16) -> bool {
        let fits = |address: &String| port_of(address).is_some_and(|of| of.is_none_or(|of| of == port));
        self.hosts.is_empty() || self.hosts.iter().any(|host| host.addresses.iter().any(fits))
    }
}

/// The host names of a site, looked up all at once: each may have several addresses, or none.
struct Names<'a>(HashMap<&'a str, io::Result<Arc<[IpAddr]>>>);

impl<'a> Names<'a> {
    fn of(site: &'a Site) -> Self {
        let addresses = site.hosts.iter().flat_map(|host| &host.addresses);
        let names: Vec<_> =
            addresses.map(|address| split_port(address).0).filter(|name| !is_any(name)).collect();
        if names.is_empty() {
            return Self(HashMap::new());
        }
        let found = resolve_now(&names, NAMES_LIMIT);
        Self(names.into_iter().zip(found).collect())
    }
}

/// The port of a `<VirtualHost>`'s address, where `None` is any; nothing if it is none.
fn port_of(address: &str) -> Option<Option<u16>> {
    split_port(address).1.filter(|port| *port != "*").map(str::parse).transpose().ok()
}

/// Whether it is no name but stands for every address.
fn is_any(host: &str) -> bool {
    host == "*" || host.eq_ignore_ascii_case("_default_")
}

impl Address {
    /// The addresses that `text` stands for, of which a host name may have several; none if it has no address.
    fn read(text: &str, names: &Names<'_>) -> Vec<Self> {
        let Some(port) = port_of(text) else { return Vec::new() };
        let host = split_port(text).0;
        let address = |ip| Self { host: host.into(), ip, port };
        if is_any(host) {
            return vec![address(None)];
        }
        match names.0.get(host) {
            Some(Ok(ips)) => ips.iter().map(|ip| address(Some(*ip))).collect(),
            Some(Err(error)) => {
                log::error!(target: "core", "{error}: AH00547: Could not resolve host name {text} -- ignoring!");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn fit(&self, local: SocketAddr) -> Option<Fit> {
        let ip = self.ip.map(|ip| ip == local.ip().to_canonical());
        let port = self.port.map(|port| port == local.port());
        match (ip, port) {
            (Some(false), _) | (_, Some(false)) => None,
            (Some(true), Some(true)) => Some(Fit::Whole),
            (Some(true), None) => Some(Fit::Ip),
            (None, Some(true)) => Some(Fit::Port),
            (None, None) => Some(Fit::Any),
        }
    }
}

impl Proxy {
    fn with_fresh_counters(&self, watched: bool) -> Self {
        let mut fresh = Self { proxy: self.proxy.fresh(), ..self.clone() };
        for location in &mut fresh.locations.lines {
            location.inside.proxy = location.inside.proxy.fresh();
        }
        fresh.proxy_balancer = ModProxyBalancer::start(&fresh.proxy.balancers, watched);
        fresh
    }

    /// Whether a handler is set anywhere.
    fn has_handler(&self, handler: Handler) -> bool {
        let inside = self.locations.lines.iter().map(|location| &location.inside);
        inside.chain([self]).any(|proxy| proxy.core.set_handler.is(handler))
    }
}
