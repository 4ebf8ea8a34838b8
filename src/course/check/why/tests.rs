//! Each mistake that learners make, and what they are told.

use super::*;
use crate::course::{Curl, Expect};

fn why(command: &str, output: &str, unfinished: Option<&str>, environment: Option<&str>) -> String {
    let ports = Ports::GUIDE;
    let step =
        Step::new("x", Curl::get(Hop::Front, "/received"), Expect::status(200).received("Host", "right"));
    let words = shell_words::split(command).unwrap();
    let unfinished = unfinished.map(|output| Pasted::read(output).replies.remove(0));
    let tried = Try {
        step: &step,
        ports: &ports,
        learner: true,
        command: (!command.is_empty()).then_some(&words),
        pasted: &Pasted::read(output),
        unfinished: unfinished.as_ref(),
        environment,
    };
    tried.why().unwrap_or_default()
}

#[test]
fn each_mistake_has_its_own_sentence() {
    let ok = "HTTP/1.1 200 OK\n\nGET / HTTP/1.1\nHost: wrong\nX-Forwarded-For: 127.0.0.1\n";
    let direct = "HTTP/1.1 200 OK\n\nGET / HTTP/1.1\nHost: 127.0.0.1:8080\n";
    let old = "HTTP/1.1 404 Not Found\n\n";
    for (command, output, expected) in [
        ("curl -i localhost:8080/received", ok, "is the backend itself"),
        ("curl -i http://127.0.0.1:8081", ok, "is the backend itself"),
        ("", direct, "from no proxy"),
        ("curl http://127.0.0.1:8000/received", "Hello world!", "add -i"),
        ("curl -siL http://127.0.0.1:8000/received", ok, "leave -L away"),
        ("", "HTTP/1.1 302 Found\n\nHTTP/1.1 200 OK\n\nx", "leave -L away"),
        ("curl -i http://127.0.0.1:8000/", ok, "the step is about /received"),
        ("", "curl: (7) Failed to connect to 127.0.0.1 port 8000", "nobody listens on 127.0.0.1:8000"),
        ("", "curl: (52) Empty reply from server", "closed the connection without a word"),
        ("", "", "there is no output"),
        (
            "",
            "HTTP/1.1 500 Proxy Error\n\nDNS lookup failure for: 127.0.0.1:8080x",
            "lacks the slash at its end",
        ),
        ("", old, "before the lesson's change"),
        ("curl", "curl: try 'curl --help' or 'curl --manual' for more information", "no URL"),
        (
            "curl -i http://127.0.0.1:9999/received",
            "curl: (7) Failed to connect",
            "ask http://127.0.0.1:8000",
        ),
        ("curl -I http://127.0.0.1:8000/received", "HTTP/1.1 200 OK\n\n", "leave it away"),
        ("curl -i http://localhost:8000/received", ok, "you asked for localhost:8000"),
        ("", "HTTP/1.1 200 OK\n\nHello world!", "this is another page"),
    ] {
        let said = why(command, output, Some(old), None);
        assert!(said.contains(expected), "{command} {output}: {said}");
    }
}

#[test]
fn a_proxy_of_the_environment_is_named() {
    let said = why(
        "curl -i http://127.0.0.1:8000/received",
        "HTTP/1.1 502 Bad Gateway\n\n",
        None,
        Some("http_proxy=http://p"),
    );
    assert!(said.contains("(http_proxy=http://p); try curl --noproxy '*' -i"), "{said}");
}

#[test]
fn no_reason_is_invented() {
    assert_eq!(why("", "HTTP/1.1 200 OK\n\nGET / HTTP/1.1\nX-Forwarded-For: 1", None, None), "");
}
