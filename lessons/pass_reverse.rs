//! Lesson 5: `ProxyPassReverse`, the redirect that leaks the backend's address.

use crate::{
    course::{Backends, Break, Curl, Expect, Hop, Lesson, Ports, Stage, Step},
    proxy::Proxy,
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    stem: "pass_reverse",
    directive: "ProxyPassReverse",
    title: "The redirect that leaks the backend",
    question: "Where does a redirect of the backend send the client?",
    hints: &[
        "ProxyPass changes requests on their way in. Who changes the Location on its way out?",
        "ProxyPassReverse takes the same path and the same URL as the ProxyPass line.",
    ],
    learned: "ProxyPass maps requests on their way in; ProxyPassReverse maps the addresses in redirects on their \
              way out. One does not do the other's work.",
    before,
    after,
    steps,
    takes_turns: false,
    breaks,
};

// ANCHOR: sites
fn before(ports: &Ports) -> Stage {
    let proxy = Proxy::new().server_name("localhost").preserve_host().pass("/", ports.one("/"));
    Stage::site(&ports.site(proxy)).with(Backends::One)
}

fn after(ports: &Ports) -> Stage {
    let proxy = Proxy::new()
        .server_name("localhost")
        .preserve_host()
        .pass("/", ports.one("/"))
        .pass_reverse("/", ports.one("/"));
    Stage::site(&ports.site(proxy)).with(Backends::One)
}
// ANCHOR_END: sites

fn steps(ports: &Ports) -> Vec<Step> {
    vec![
        Step::new(
            "the redirect names the proxy, not the backend",
            Curl::get(Hop::Front, "/redirect"),
            Expect::status(302).header("Location", format!("http://{}/welcome", ports.address(Hop::Front))),
        )
        .predict(
            "The backend redirects to its own address. Which Location will the client get?",
            format!("http://{}/welcome", ports.address(Hop::Front)),
            &[ports.one("/welcome").as_str(), "/welcome"],
        )
        .fault("the redirect does not lead back to the proxy; rewrite Location from the backend's address to the proxy's"),
        Step::new(
            "it names the host that the client asked for",
            Curl::get(Hop::Front, "/redirect").header("Host", "shop.example:8000"),
            Expect::status(302).header("Location", "http://shop.example:8000/welcome"),
        )
        .fault("the redirect names another host than the client asked for; take it from the request's Host"),
        Step::new(
            "the page that it leads to comes through the proxy",
            Curl::get(Hop::Front, "/welcome"),
            Expect::status(200).body("Welcome!"),
        )
        .fault("the page that the redirect leads to is not reached; let ProxyPass / take every path"),
    ]
}

fn breaks(ports: &Ports) -> Vec<Break> {
    let reverse = format!("ProxyPassReverse / {}", ports.one("/"));
    let pass = format!("    ProxyPass / {}\n", ports.one("/"));
    let redirect = || Curl::get(Hop::Front, "/redirect");
    vec![
        Break::request(
            "slash",
            "the slash at the end of its URL is missing",
            after(ports).replace(&reverse, reverse.trim_end_matches('/')),
            redirect(),
            Expect::status(302).header("Location", format!("http://{}//welcome", ports.address(Hop::Front))),
        ),
        Break::request(
            "other-name",
            "the backend is called by another name than it calls itself",
            after(ports).replace(&reverse, &reverse.replace("127.0.0.1", "localhost")),
            redirect(),
            Expect::status(302).header("Location", ports.one("/welcome").as_str()),
        ),
        Break::request(
            "only-reverse",
            "ProxyPassReverse stands alone, without ProxyPass",
            after(ports).replace(&pass, ""),
            redirect(),
            Expect::status(404),
        ),
    ]
}
