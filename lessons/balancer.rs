//! Lesson 6: `<Proxy balancer://…>`, two backends taking turns.

use crate::{
    course::{Backends, Break, Curl, Expect, Hop, Lesson, Ports, Stage, Step},
    proxy::{Proxy, Url, Worker},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    stem: "balancer",
    directive: "BalancerMember",
    title: "Two backends taking turns",
    question: "Which backend answers the second request?",
    hints: &[
        "One name has to stand for both backends before ProxyPass can use it.",
        "A <Proxy balancer://mycluster> section holds a BalancerMember line for each backend.",
        "ProxyPass and ProxyPassReverse then both name balancer://mycluster/ instead of the first backend.",
    ],
    learned: "A balancer is one name for several backends, and byrequests lets them take turns. ProxyPassReverse with \
              the balancer's name knows them all.",
    before,
    after,
    steps,
    takes_turns: true,
    breaks,
};

// ANCHOR: sites
fn cluster(path: &str) -> Url {
    format!("balancer://mycluster{path}").parse().expect("a constant that is a URL")
}

fn before(ports: &Ports) -> Stage {
    let proxy = Proxy::new()
        .server_name("localhost")
        .preserve_host()
        .pass("/", ports.one("/"))
        .pass_reverse("/", ports.one("/"));
    Stage::site(&ports.site(proxy))
}

fn after(ports: &Ports) -> Stage {
    let proxy = Proxy::new()
        .server_name("localhost")
        .balancer("mycluster", [Worker::new(ports.one("")), Worker::new(ports.two(""))])
        .preserve_host()
        .pass("/", cluster("/"))
        .pass_reverse("/", cluster("/"));
    Stage::site(&ports.site(proxy))
}
// ANCHOR_END: sites

fn steps(ports: &Ports) -> Vec<Step> {
    let answers = |claim, body| {
        Step::new(claim, Curl::get(Hop::Front, "/"), Expect::status(200).body(body))
            .fault("the backends do not take turns one by one; give both the same share, under one balancer")
    };
    let redirects = |claim| {
        Step::new(
            claim,
            Curl::get(Hop::Front, "/redirect"),
            Expect::status(302).header("Location", format!("http://{}/welcome", ports.address(Hop::Front))),
        )
        .fault("a member's redirect leaks its address; let ProxyPassReverse name the balancer, so that it knows both")
    };
    vec![
        answers("request 1 goes to the first backend", "Hello world!"),
        answers("request 2 goes to the second backend", "Howdy world!").predict(
            "Who answers the second request?",
            "the second backend: Howdy world!",
            &["the first backend: Hello world!", "whichever of the two is faster"],
        ),
        answers("request 3 goes to the first again", "Hello world!"),
        answers("request 4 goes to the second again", "Howdy world!"),
        redirects("a redirect names the proxy, whichever backend made it"),
        redirects("and so does the next redirect"),
    ]
}

fn breaks(ports: &Ports) -> Vec<Break> {
    let get = |path| Curl::get(Hop::Front, path);
    let pass_to = |url| after(ports).replace("ProxyPass / balancer://mycluster/", url);
    vec![
        Break::request(
            "slash",
            "the slash after the balancer's name is missing",
            pass_to("ProxyPass / balancer://mycluster"),
            get("/welcome"),
            Expect::status(500),
        ),
        Break::request(
            "other-name",
            "ProxyPass names a balancer that is not there",
            pass_to("ProxyPass / balancer://other/"),
            get("/"),
            Expect::status(503),
        ),
        Break::request(
            "first-stopped",
            "the member whose turn it is has been stopped",
            after(ports).with(Backends::Two),
            get("/"),
            Expect::status(200).body("Howdy world!"),
        ),
        Break::request(
            "all-stopped",
            "both members are stopped",
            after(ports).with(Backends::None),
            get("/"),
            Expect::status(503),
        ),
        Break::configtest(
            "no-scheme",
            "a member has no http://",
            after(ports).replace("BalancerMember http://", "BalancerMember "),
        ),
        Break::configtest("not-closed", "<Proxy> is not closed", after(ports).replace("    </Proxy>\n", "")),
    ]
}
