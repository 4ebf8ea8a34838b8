//! Lesson 1: the directives exist only once their modules are loaded.

use crate::{
    course::{Backends, Break, Curl, Expect, Hop, Lesson, Ports, Stage, Step},
    proxy::{Proxy, Site, Worker},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    stem: "modules",
    directive: "LoadModule",
    title: "The modules that make Apache a proxy",
    question: "Why does Apache refuse a site file that looks right?",
    hints: &[
        "Look at the message: which directive does Apache not know, and which module defines it?",
        "Four modules make the proxy of the guide, and a fifth lets the balancer share memory. Each takes one LoadModule line.",
    ],
    learned: "A directive exists only while the module that defines it is loaded; a protocol that no module \
              speaks shows only when a request comes.",
    before,
    after,
    steps,
    takes_turns: false,
    breaks,
};

// ANCHOR: sites
fn site(ports: &Ports, modules: &[&str]) -> Site {
    let proxy = Proxy::new().server_name("localhost").pass("/", ports.one("/"));
    let site =
        Site::new().listen("127.0.0.1", ports.front).virtual_host(&format!("*:{}", ports.front), proxy);
    modules.iter().fold(site, |site, module| site.module(module))
}

fn before(ports: &Ports) -> Stage {
    Stage::site(&site(ports, &["mpm_event"])).with(Backends::One)
}

fn after(ports: &Ports) -> Stage {
    let modules =
        ["mpm_event", "proxy", "proxy_http", "proxy_balancer", "slotmem_shm", "lbmethod_byrequests"];
    Stage::site(&site(ports, &modules)).with(Backends::One)
}
// ANCHOR_END: sites

fn steps(_: &Ports) -> Vec<Step> {
    vec![
        Step::new(
            "the proxy starts, and the backend's page comes through it",
            Curl::get(Hop::Front, "/"),
            Expect::status(200).body("Hello world!"),
        )
        .fault(
            "no module fetches the page; load proxy and proxy_http, and let ProxyPass name the first backend",
        )
        .predict(
            "Which module does the fetching, so that without it every request fails with 500?",
            "proxy_http",
            &["proxy", "proxy_balancer", "slotmem_shm"],
        ),
    ]
}

fn breaks(ports: &Ports) -> Vec<Break> {
    let cluster = Proxy::new().balancer("mycluster", [Worker::new(ports.one(""))]);
    let without_memory = ["proxy", "proxy_http", "proxy_balancer", "lbmethod_byrequests"];
    let without_memory = without_memory.iter().fold(ports.site(cluster), |site, module| site.module(module));
    vec![
        Break::request(
            "no-proxy-http",
            "proxy_http is not loaded",
            Stage::site(&site(ports, &["proxy"])).with(Backends::One),
            Curl::get(Hop::Front, "/"),
            Expect::status(500),
        ),
        Break::configtest(
            "http-before-proxy",
            "proxy_http is loaded before proxy",
            Stage::site(&site(ports, &["proxy_http", "proxy"])),
        ),
        Break::request(
            "other-protocol",
            "the URL's protocol is one that no loaded module speaks",
            after(ports).replace("ProxyPass / http:", "ProxyPass / ajp:"),
            Curl::get(Hop::Front, "/"),
            Expect::status(500),
        ),
        Break::start("no-slotmem", "a balancer without slotmem_shm", Stage::site(&without_memory)),
    ]
}
