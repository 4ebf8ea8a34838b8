//! What an answer must have, and what is different in the one that came.

use std::fmt;

use super::curl::Reply;

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

    /// Whether it looks at what the backend received.
    pub(crate) fn wants_echo(&self) -> bool {
        !self.received.is_empty()
    }

    /// What is there in an answer, in the form of what is expected.
    pub(crate) fn actual(&self, reply: &Reply) -> String {
        listed(self.looks().into_iter().map(|(what, _)| what).zip(self.seen(reply)))
    }

    /// The difference where there is no answer at all.
    pub(crate) fn no_answer(&self, why: String) -> Difference {
        Difference { what: "answer".to_owned(), expected: format!("status {}", self.status), actual: why }
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

/// Stands for a header that is not there.
const NOTHING: &str = "(none)";

/// Whether a body is one of `/received`.
pub(crate) fn is_request(body: &str) -> bool {
    body.lines().next().is_some_and(|line| line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0"))
}

/// The value of a header in the body of `/received`.
fn received<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    body.lines().skip(1).find_map(|line| {
        let (header, value) = line.split_once(':')?;
        header.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::Message;

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
}
