//! Which sites a page may run: those that listen on the lab's port, ask the lab's backends, and need no name looked up.

use std::net::IpAddr;

use super::view::ErrorView;
use crate::{
    course::lesson::ports::{Hop, Ports},
    proxy::{Server, Site, Url},
};

/// Reads a site file from a page.
///
/// # Errors
/// What Apache says of it, or where it leaves the lab.
pub(super) fn read(text: &str, ports: &Ports) -> Result<(), ErrorView> {
    let site: Site = text.parse().map_err(ErrorView::from)?;
    only_the_lab(&site, text, ports)?;
    Server::check(&site).map_err(|error| ErrorView::new(error.to_string(), error.remedy()))
}

fn only_the_lab(site: &Site, text: &str, ports: &Ports) -> Result<(), ErrorView> {
    let front = ports.address(Hop::Front);
    let elsewhere = |part: &str, what: String, remedy: String| {
        let line = text.lines().position(|line| line.contains(part)).map(|at| at + 1);
        Err(ErrorView { line, text: what, remedy })
    };
    if site.addresses().is_empty() {
        return elsewhere("", "the site listens nowhere".to_owned(), format!("add a line Listen {front}"));
    }
    for listen in site.addresses() {
        if listen.port != ports.front || !listen.host.as_deref().is_some_and(is_loopback) {
            let what = format!("the lab's proxy is at {front}, not at {listen}");
            return elsewhere(&listen.to_string(), what, format!("write Listen {front}"));
        }
    }
    // Before the site is made ready: that would ask DNS, for as long as DNS likes.
    for address in site.hosts.iter().flat_map(|host| &host.addresses) {
        if !is_an_address(address) {
            let what =
                format!("{address} is a name that DNS would have to be asked for, and the lab asks nobody");
            let remedy = format!("write <VirtualHost *:{}>, and the name as ServerName inside", ports.front);
            return elsewhere(address, what, remedy);
        }
    }
    for proxy in site.hosts.iter().map(|host| &host.proxy).chain([&site.main]) {
        if let Some(worker) = proxy.workers().find(|worker| !is_of_the_lab(&worker.url, ports)) {
            let [one, two] = [Hop::One, Hop::Two].map(|hop| ports.address(hop));
            let what = format!("{} is none of the lab's backends", worker.url);
            return elsewhere(worker.url.as_str(), what, format!("write http://{one}/ or http://{two}/"));
        }
    }
    Ok(())
}

fn is_of_the_lab(url: &Url, ports: &Ports) -> bool {
    is_loopback(url.host()) && url.port().is_some_and(|port| [ports.one, ports.two].contains(&port))
}

/// Whether the address of a `<VirtualHost>` is one without any lookup.
fn is_an_address(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or_default(),
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    if !port.is_empty() && !port.starts_with(':') {
        return false;
    }
    let any = host == "*" || host.eq_ignore_ascii_case("_default_");
    any || is_loopback(host) || host.parse::<IpAddr>().is_ok()
}

fn is_loopback(host: &str) -> bool {
    host == "127.0.0.1" || host.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTEN: &str = "Listen 127.0.0.1:8000\n";

    #[test]
    fn sites_of_the_lab_are_taken() {
        for text in [
            "ProxyPass / http://127.0.0.1:8080/\nProxyPassReverse / http://127.0.0.1:8080/",
            "ProxyPass / HTTP://LocalHost:8081/deep",
            "ProxyPass /x !",
            "<Proxy balancer://evil.test>\nBalancerMember http://127.0.0.1:8081\n</Proxy>\nProxyPass / balancer://evil.test/",
            "<VirtualHost *:8000>\nProxyPass / http://127.0.0.1:8080\n</VirtualHost>",
        ] {
            let said = read(&format!("{LISTEN}{text}\n"), &Ports::GUIDE);
            assert!(said.is_ok(), "{text}: {said:?}");
        }
    }

    #[test]
    fn other_backends_are_not() {
        for url in [
            "http://evil.test/",
            "http://evil.test:8080/",
            "http://127.0.0.1/",
            "http://127.0.0.1:3000/",
            "http://127.0.0.1:8000/",
            "http://127.0.0.1.evil.test:8080/",
            "http://localhost.evil.test:8080/",
            "http://LOCALHOST:22/",
            "http://127.0.0.1:8080@evil.test/",
            "http://user@127.0.0.1:8080/",
            "http://user:word@127.0.0.1:8080/",
            "http://127.0.0.1:8080.evil.test/",
            "http://127.0.0.1:18080/",
            "http://127.0.0.1:80800/",
            "http://127.0.0.1:65616/",
            "http://127.0.0.1\\@evil.test:8080/",
            "http://127.0.0.1#@evil.test:8080/",
            "http://127.0.0.1?@evil.test:8080/",
            "http://[::1]:8080/",
            "http://[::ffff:127.0.0.1]:8080/",
            "http://[127.0.0.1]:8080/",
            "http://127.1:8080/",
            "http://2130706433:8080/",
            "http://0x7f000001:8080/",
            "http://0.0.0.0:8080/",
            "http://127.0.0.2:8080/",
            "http://localhost.:8080/",
            "http://169.254.169.254/",
            "https://127.0.0.1/",
            "unix:/run/docker.sock|http://127.0.0.1:8080/",
        ] {
            for text in [
                format!("ProxyPass / {url}"),
                format!("<VirtualHost *:8000>\nproxypass \"/\" '{url}'\n</VirtualHost>"),
                format!("<Proxy balancer://c>\nBalancerMember {url}\n</Proxy>\nProxyPass / balancer://c/"),
                format!("BalancerMember balancer://c {url}"),
                format!("<Location /a>\nProxyPass {url}\n</Location>"),
                format!("<VirtualHost *:8000>\n<Location />\nProxyPass {url}\n</Location>\n</VirtualHost>"),
                format!("ProxyPassMatch ^/(.*)$ {url}"),
                format!("ProxyPassMatch ^/(.*)$ {url}$1"),
                format!("ProxyPass /a http://127.0.0.1:8080/\nProxyPass \\\n / {url}"),
            ] {
                let said = read(&format!("{LISTEN}{text}\n"), &Ports::GUIDE);
                assert!(said.is_err_and(|error| !error.remedy.is_empty()), "{text}");
            }
        }
        // A member with this scheme would be asked like any other.
        let member = "<Proxy balancer://c>\nBalancerMember balancer://evil.test:80\n</Proxy>\n";
        assert!(read(&format!("{LISTEN}{member}"), &Ports::GUIDE).is_err());
    }

    #[test]
    fn other_addresses_are_not() {
        for listen in [
            "",
            "Listen 8000",
            "Listen *:8000",
            "Listen 0.0.0.0:8000",
            "Listen [::]:8000",
            "Listen 127.0.0.1:8001",
            "Listen evil.test:8000",
            "Listen 127.0.0.1:8000\nListen 9000",
        ] {
            let said = read(&format!("{listen}\nProxyPass / http://127.0.0.1:8080/\n"), &Ports::GUIDE);
            assert!(said.is_err_and(|error| error.remedy.contains("Listen 127.0.0.1:8000")), "{listen}");
        }
    }

    #[test]
    fn names_are_not_looked_up() {
        let host = |address: &str| format!("{LISTEN}<VirtualHost {address}>\n</VirtualHost>\n");
        for address in
            ["*:8000", "*", "_default_:8000", "127.0.0.1:8000", "[::1]:8000", "LocalHost:8000", "127.0.0.1"]
        {
            assert!(read(&host(address), &Ports::GUIDE).is_ok(), "{address}");
        }
        for address in [
            "evil.test:8000",
            "evil.test",
            "*:8000 evil.test:8000",
            "localhost.evil.test:8000",
            "127.0.0.1.evil.test:8000",
            "127.1:8000",
            "[evil.test]:8000",
            "[::1].evil.test:8000",
            "*.evil.test:8000",
        ] {
            let error = read(&host(address), &Ports::GUIDE).unwrap_err();
            assert!(
                error.text.contains("DNS") && error.remedy.contains("ServerName"),
                "{address}: {error:?}"
            );
            assert_eq!(error.line, Some(2), "{address}");
        }
    }

    #[test]
    fn the_line_is_named() {
        let text = format!("{LISTEN}\nProxyPass / http://evil.test/\n");
        let error = read(&text, &Ports::GUIDE).unwrap_err();
        assert_eq!(
            (error.line, error.text.as_str()),
            (Some(3), "http://evil.test/ is none of the lab's backends")
        );
        let apaches = read("\nProxyPas / x\n", &Ports::GUIDE).unwrap_err();
        assert_eq!(apaches.line, Some(2));
    }
}
