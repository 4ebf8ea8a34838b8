//! A step: one request, what must come back, and what the backend must have received.

use super::{
    curl::{Curl, Failure, Reply},
    ports::Ports,
};

/// One thing that a reader can see for themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is true when the step passes, as a sentence.
    pub claim: &'static str,
    /// The request.
    pub curl: Curl,
    /// What must come back: a subset, so that any proxy can be judged.
    pub expect: Expect,
}

/// What an answer must have; what is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    status: u16,
    headers: Vec<(&'static str, Option<String>)>,
    body: Option<&'static str>,
    received: Vec<(&'static str, Option<String>)>,
}

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What was looked at: `status`, `Location`, `the backend's Host`.
    pub what: String,
    /// What the step wants.
    pub expected: String,
    /// What came.
    pub actual: String,
}

/// A step that has been run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The step.
    pub step: Step,
    /// What came back.
    pub reply: Result<Reply, Failure>,
    /// What is not as expected; none if the step passes.
    pub differences: Vec<Difference>,
}

impl Expect {
    /// An answer with this status.
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// A header of the answer.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, Some(value.into())));
        self
    }

    /// A header that the answer must not have.
    pub fn no_header(mut self, name: &'static str) -> Self {
        self.headers.push((name, None));
        self
    }

    /// The whole body.
    pub fn body(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    /// A header that the backend must have received; it is read from the body of `/received`.
    pub fn received(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.received.push((name, Some(value.into())));
        self
    }

    /// A header that must not have reached the backend.
    pub fn not_received(mut self, name: &'static str) -> Self {
        self.received.push((name, None));
        self
    }

    /// What of `reply` is not as expected.
    pub fn judge(&self, reply: &Reply) -> Vec<Difference> {
        let mut differences = Vec::new();
        let mut compare = |what: String, expected: Option<&str>, actual: Option<&str>| {
            if expected != actual {
                let say = |value: Option<&str>| value.unwrap_or("(none)").to_owned();
                differences.push(Difference { what, expected: say(expected), actual: say(actual) });
            }
        };
        compare("status".to_owned(), Some(&self.status.to_string()), Some(reply.status()));
        for (name, value) in &self.headers {
            compare((*name).to_owned(), value.as_deref(), reply.head.header(name));
        }
        if let Some(body) = self.body {
            compare("body".to_owned(), Some(body), Some(reply.body.trim_end()));
        }
        // An error page says nothing of what the backend received.
        let echoed = is_request(&reply.body);
        for (name, value) in self.received.iter().filter(|_| echoed) {
            compare(format!("the backend's {name}"), value.as_deref(), received(&reply.body, name));
        }
        if !self.received.is_empty() && !echoed && differences.is_empty() {
            let actual = reply.body.lines().next().unwrap_or("(none)").to_owned();
            let expected = "the request as the backend received it".to_owned();
            differences.push(Difference { what: "body".to_owned(), expected, actual });
        }
        differences
    }
}

/// Whether a body is one of `/received`.
fn is_request(body: &str) -> bool {
    body.lines().next().is_some_and(|line| line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0"))
}

/// The value of a header in the body of `/received`.
fn received<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    body.lines().skip(1).find_map(|line| {
        let (header, value) = line.split_once(':')?;
        header.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl Step {
    /// Sends the request and judges what comes back.
    pub async fn run(self, ports: &Ports) -> Outcome {
        let reply = self.curl.send(ports).await;
        let differences = match &reply {
            Ok(reply) => self.expect.judge(reply),
            Err(failure) => vec![Difference {
                what: "answer".to_owned(),
                expected: format!("status {}", self.expect.status),
                actual: failure.in_curls_words(ports.of(self.curl.to)),
            }],
        };
        Outcome { step: self, reply, differences }
    }
}

impl Outcome {
    /// Whether all was as expected.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }

    /// What `curl` shows the reader.
    pub fn shown(&self, ports: &Ports) -> String {
        match &self.reply {
            Ok(reply) => reply.to_string(),
            Err(failure) => failure.in_curls_words(ports.of(self.step.curl.to)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{course::Hop, proxy::Message};

    fn reply(status: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Reply { head: Message { start: format!("HTTP/1.1 {status}"), headers }, body: body.to_owned() }
    }

    fn wrong(expect: &Expect, reply: &Reply) -> Vec<String> {
        expect.judge(reply).into_iter().map(|d| d.what).collect()
    }

    #[test]
    fn only_what_is_named_is_judged() {
        let answer = reply("200 OK", &[("server", "x"), ("location", "/y")], "Hello world!\n");
        assert!(
            wrong(&Expect::status(200).header("Location", "/y").body("Hello world!"), &answer).is_empty()
        );
        assert_eq!(
            wrong(&Expect::status(302).no_header("Location").body("x"), &answer),
            ["status", "Location", "body"]
        );
    }

    #[test]
    fn what_the_backend_received_is_in_the_body() {
        let answer = reply("200 OK", &[], "GET / HTTP/1.1\nHost: a:8080\nX-B: 1\n");
        assert!(
            wrong(&Expect::status(200).received("host", "a:8080").not_received("TE"), &answer).is_empty()
        );
        assert_eq!(
            wrong(&Expect::status(200).received("Host", "b").not_received("X-B"), &answer),
            ["the backend's Host", "the backend's X-B"]
        );
    }

    #[test]
    fn a_page_that_is_no_echo_says_nothing_of_what_the_backend_received() {
        let expect = Expect::status(200).received("Host", "b").not_received("X-B");
        assert_eq!(wrong(&expect, &reply("404 Not Found", &[], "No such page.")), ["status"]);
        assert_eq!(wrong(&expect, &reply("200 OK", &[], "Hello world!")), ["body"]);
    }

    #[tokio::test]
    async fn nobody_there_is_a_difference_too() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let ports = Ports { front: closed, ..Ports::GUIDE };
        let step = Step { claim: "x", curl: Curl::get(Hop::Front, "/"), expect: Expect::status(200) };
        let outcome = step.run(&ports).await;
        assert_eq!(outcome.reply, Err(Failure::Refused));
        assert!(outcome.differences[0].actual.contains(&closed.to_string()));
    }
}
