use super::*;
use crate::proxy::{core::encoded_slashes::EncodedSlashes, core::path::Asked};

fn found(host: &str, local: &str) -> String {
    let named = |name: &str| Proxy::new().server_name(name);
    let site = Site::new()
        .main(named("main"))
        .virtual_host("*:80", named("first"))
        .virtual_host("*:80", named("Second.Test").server_alias("*.wild.test"))
        .virtual_host("127.0.0.2:80", named("exact"))
        .virtual_host("*", named("any-port"));
    Hosts::new(&site).find(local.parse().unwrap(), host).core.name.host().to_owned()
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
    assert_eq!(hosts.find("127.0.0.1:18000".parse().unwrap(), "x").core.name.host(), "main");
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
        proxy.proxy.pass.route(&Asked::read("/v/x", EncodedSlashes::Off).unwrap()).unwrap().worker.url.host(),
        "main"
    );
}
