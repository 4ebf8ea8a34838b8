//! Lesson 3: `ProxyPass`, one backend behind the proxy.

use crate::{
    course::{Backends, Break, Curl, Expect, Hop, Lesson, Ports, Stage, Step},
    proxy::Proxy,
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    stem: "pass",
    directive: "ProxyPass",
    title: "One backend behind the proxy",
    question: "How does a request that the proxy gets reach the backend?",
    hints: &[
        "The proxy answers 404: nothing tells it where a request is to go.",
        "ProxyPass takes a path of the proxy and a URL of the backend. Both end in a slash here.",
    ],
    learned: "ProxyPass maps a path of the proxy to a URL of a backend. The proxy sends a request of its own: it says in \
              X-Forwarded headers for whom, and keeps to itself what is about one hop only. Hop by hop: that is how a \
              proxy works.",
    before,
    after,
    steps,
    takes_turns: false,
    breaks,
};

// ANCHOR: sites
fn before(ports: &Ports) -> Stage {
    Stage::site(&ports.site(Proxy::new().server_name("localhost"))).with(Backends::One)
}

fn after(ports: &Ports) -> Stage {
    let proxy = Proxy::new().server_name("localhost").pass("/", ports.one("/"));
    Stage::site(&ports.site(proxy)).with(Backends::One)
}
// ANCHOR_END: sites

fn steps(ports: &Ports) -> Vec<Step> {
    vec![
        Step::new(
            "the backend's page comes through the proxy",
            Curl::get(Hop::Front, "/"),
            Expect::status(200).body("Hello world!"),
        )
        .fault("the page is not the first backend's; let ProxyPass / name its URL"),
        Step::new(
            "the backend learns from X-Forwarded headers who asked",
            Curl::get(Hop::Front, "/received"),
            Expect::status(200)
                .received("X-Forwarded-For", "127.0.0.1")
                .received("X-Forwarded-Host", ports.address(Hop::Front))
                .received("X-Forwarded-Server", "localhost"),
        )
        .fault("the proxy does not tell the backend who asked; add X-Forwarded-For, -Host and -Server")
        .predict(
            "Whose address does the backend see as the one that connects to it?",
            "the proxy's, so the proxy has to say the client's",
            &["the client's, because the proxy only passes bytes on", "both, one after the other"],
        ),
        Step::new(
            "a header that Connection names is for the proxy, and goes no further",
            Curl::get(Hop::Front, "/received")
                .header("Connection", "keep-alive, X-Secret")
                .header("X-Secret", "for the proxy only"),
            Expect::status(200).not_received("X-Secret").not_received("Keep-Alive"),
        )
        .fault("the proxy passes on a header that Connection names; remove all that is about one hop only"),
    ]
}

fn breaks(ports: &Ports) -> Vec<Break> {
    let backend = ports.one("/").to_string();
    let pass = format!("    ProxyPass / {backend}");
    let host = format!("<VirtualHost *:{}>", ports.front);
    let get = |path| Curl::get(Hop::Front, path);
    vec![
        Break::configtest("typo", "a letter is missing", after(ports).replace("ProxyPass", "ProxyPas")),
        Break::configtest(
            "no-path",
            "the path is missing",
            after(ports).replace("ProxyPass / ", "ProxyPass "),
        ),
        Break::configtest("no-scheme", "http:// is missing", after(ports).replace("http://", "")),
        Break::request(
            "slash",
            "the slash at the end of the URL is missing",
            after(ports).replace(&backend, backend.trim_end_matches('/')),
            get("/welcome"),
            Expect::status(500),
        ),
        Break::request(
            "stopped",
            "the backend is stopped",
            after(ports).with(Backends::None),
            get("/"),
            Expect::status(503),
        ),
        Break::request(
            "too-late",
            "an exclusion stands below the line that takes everything",
            after(ports).replace(&pass, &format!("{pass}\n    ProxyPass /welcome !")),
            get("/welcome"),
            Expect::status(200),
        ),
        Break::request(
            "excluded",
            "the exclusion stands above it",
            after(ports).replace(&pass, &format!("    ProxyPass /welcome !\n{pass}")),
            get("/welcome"),
            Expect::status(404),
        ),
        Break::request(
            "encoded-slash",
            "the path has an encoded slash",
            after(ports),
            get("/a%2Fb"),
            Expect::status(404),
        ),
        Break::request(
            "too-slow",
            "the backend takes longer than the line allows",
            after(ports).replace(&backend, &format!("{backend} timeout=500ms")),
            get("/slow"),
            Expect::status(502),
        ),
        Break::configtest(
            "nested",
            "a virtual host is pasted into the one that is there",
            after(ports).replace(
                &pass,
                &format!(
                    "    {host}
    {pass}
    </VirtualHost>"
                ),
            ),
        ),
        Break::request(
            "second",
            "a virtual host is pasted below the one that is there",
            after(ports).replace(
                &pass,
                &format!(
                    "</VirtualHost>
{host}
{pass}"
                ),
            ),
            get("/"),
            Expect::status(404),
        ),
    ]
}
