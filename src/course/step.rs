//! A step: one request, what must come back, and what the backend must have received.

use std::fmt;

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
    /// What to guess first, where guessing teaches.
    pub prediction: Option<Prediction>,
    /// What is wrong with a proxy that answers otherwise.
    pub fault: Option<&'static str>,
}

/// A question about what will come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The question.
    pub question: &'static str,
    /// What can be answered.
    pub answers: Vec<String>,
    /// Which of the answers is right.
    pub right: usize,
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
        // An error page says nothing of what the backend received.
        let echoed = is_request(&reply.body);
        let judged = self.looks().len() - if echoed { 0 } else { self.received.len() };
        let looks = self.looks().into_iter().zip(self.seen(reply)).take(judged);
        let mut differences: Vec<_> = looks
            .filter(|((_, expected), actual)| expected != actual)
            .map(|((what, expected), actual)| {
                let say = |value: Option<String>| value.unwrap_or(NOTHING.to_owned());
                Difference { what, expected: say(expected), actual: say(actual) }
            })
            .collect();
        if !self.received.is_empty() && !echoed && differences.is_empty() {
            let actual = reply.body.lines().next().unwrap_or(NOTHING).to_owned();
            let expected = "the request as the backend received it".to_owned();
            differences.push(Difference { what: "body".to_owned(), expected, actual });
        }
        differences
    }

    /// What is looked at, and what must be there.
    fn looks(&self) -> Vec<(String, Option<String>)> {
        let mut looks = vec![("status".to_owned(), Some(self.status.to_string()))];
        looks.extend(self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        looks.extend(self.body.map(|body| ("body".to_owned(), Some(body.to_owned()))));
        let received = self.received.iter();
        looks.extend(received.map(|(name, value)| (format!("the backend's {name}"), value.clone())));
        looks
    }

    /// What is there in an answer, in the same order.
    pub(crate) fn seen(&self, reply: &Reply) -> Vec<Option<String>> {
        let mut seen = vec![Some(reply.status().to_owned())];
        seen.extend(self.headers.iter().map(|(name, _)| reply.head.header(name).map(str::to_owned)));
        seen.extend(self.body.map(|_| Some(reply.body.trim_end().to_owned())));
        seen.extend(self.received.iter().map(|(name, _)| received(&reply.body, name).map(str::to_owned)));
        seen
    }
}

/// `status: 200; body: Hello world!`
impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&listed(self.looks()))
    }
}

fn listed(looks: impl IntoIterator<Item = (String, Option<String>)>) -> String {
    let look =
        |(what, value): (String, Option<String>)| format!("{what}: {}", value.as_deref().unwrap_or(NOTHING));
    looks.into_iter().map(look).collect::<Vec<_>>().join("; ")
}

/// Stands for an answer that was not waited for.
pub(super) const NOT_ASKED: &str = "not asked, since nobody answered the step before";
/// Stands for a header that is not there.
const NOTHING: &str = "(none)";

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
    /// A step without a prediction.
    pub fn new(claim: &'static str, curl: Curl, expect: Expect) -> Self {
        Self { claim, curl, expect, prediction: None, fault: None }
    }

    /// The same with what is wrong with a proxy that answers otherwise.
    pub fn fault(mut self, fault: &'static str) -> Self {
        self.fault = Some(fault);
        self
    }

    /// The same with something to guess first; the right answer is the first given, shown in the order of the alphabet.
    pub fn predict(mut self, question: &'static str, right: impl Into<String>, wrong: &[&str]) -> Self {
        let right = right.into();
        let mut answers: Vec<_> =
            wrong.iter().map(|answer| (*answer).to_owned()).chain([right.clone()]).collect();
        answers.sort();
        let right = answers.iter().position(|answer| *answer == right).unwrap_or(0);
        self.prediction = Some(Prediction { question, answers, right });
        self
    }

    /// Sends the request and judges what comes back.
    pub async fn run(self, ports: &Ports) -> Outcome {
        let reply = self.curl.send(ports).await;
        self.judged(reply, ports)
    }

    /// The outcome where nobody answered the step before.
    pub(crate) fn not_asked(self, failure: Failure) -> Outcome {
        let difference = Difference {
            what: "answer".to_owned(),
            expected: format!("status {}", self.expect.status),
            actual: NOT_ASKED.to_owned(),
        };
        Outcome { step: self, reply: Err(failure), differences: vec![difference] }
    }

    fn judged(self, reply: Result<Reply, Failure>, ports: &Ports) -> Outcome {
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

    /// Whether the request was not sent at all.
    pub(crate) fn is_not_asked(&self) -> bool {
        self.differences.iter().any(|difference| difference.actual == NOT_ASKED)
    }

    /// What came back of what the step looks at, in the form of what it expects.
    pub fn actual(&self, ports: &Ports) -> String {
        let expect = &self.step.expect;
        match &self.reply {
            Err(_) if self.is_not_asked() => NOT_ASKED.to_owned(),
            Ok(reply) => listed(expect.looks().into_iter().map(|(what, _)| what).zip(expect.seen(reply))),
            Err(failure) => failure.in_curls_words(ports.of(self.step.curl.to)),
        }
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
        let step = Step::new("x", Curl::get(Hop::Front, "/"), Expect::status(200));
        let outcome = step.run(&ports).await;
        assert_eq!(outcome.reply, Err(Failure::Refused));
        assert!(outcome.differences[0].actual.contains(&closed.to_string()));
    }
}
