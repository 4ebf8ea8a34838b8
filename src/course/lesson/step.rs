//! A step: one request, and what must come of it.

use super::{
    curl::{Curl, Failure, Reply},
    expect::{Difference, Expect},
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

/// Stands for an answer that was not waited for.
pub(crate) const NOT_ASKED: &str = "not asked, since nobody answered the step before";

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
        let difference = self.expect.no_answer(NOT_ASKED.to_owned());
        Outcome { step: self, reply: Err(failure), differences: vec![difference] }
    }

    fn judged(self, reply: Result<Reply, Failure>, ports: &Ports) -> Outcome {
        let differences = match &reply {
            Ok(reply) => self.expect.judge(reply),
            Err(failure) => vec![self.expect.no_answer(failure.in_curls_words(ports.of(self.curl.to)))],
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
        match &self.reply {
            Err(_) if self.is_not_asked() => NOT_ASKED.to_owned(),
            Ok(reply) => self.step.expect.actual(reply),
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
    use crate::course::Hop;

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
