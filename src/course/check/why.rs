//! Why a step did not pass: one sentence for each mistake that learners really make.

use super::pasted::Pasted;
use crate::course::lesson::{
    curl::Reply,
    expect,
    ports::{Hop, Ports},
    step::Step,
};

/// What is known of a try that did not pass.
#[derive(Clone, Copy, Debug)]
pub struct Try<'a> {
    /// The step that was tried.
    pub step: &'a Step,
    /// Where the lab stands.
    pub ports: &'a Ports,
    /// Whether the learner sent the request, and may have asked otherwise than the step does.
    pub learner: bool,
    /// The words of the learner's command, if it is known.
    pub command: Option<&'a [String]>,
    /// What came back.
    pub pasted: &'a Pasted,
    /// What the lesson's unfinished proxy answers to the step, if that was tried too.
    pub unfinished: Option<&'a Reply>,
    /// The environment's proxy setting for `curl`, as `name=value`.
    pub environment: Option<&'a str>,
}

impl Try<'_> {
    /// The likeliest reason, ending in the one thing to do; the surest signs come first.
    pub fn why(&self) -> Option<String> {
        let asked = format!("http://{}", self.ports.address(self.step.curl.to));
        let right = self.step.curl.command(self.ports);
        let reply = self.pasted.replies.last();
        let backend = [Hop::One, Hop::Two].map(|hop| self.ports.address(hop));

        if self.pasted.bare.starts_with("curl: try ") {
            return Some(format!("curl was given no URL; try {right}"));
        }
        if let Some(error) = self.pasted.curl_error() {
            let other = self.command.is_some() && !self.has_url(&self.ports.address(self.step.curl.to));
            return Some(if other {
                format!("nothing answers there; ask {asked}")
            } else {
                self.of_curl(error)
            });
        }
        if let Some(setting) = self.environment.filter(|_| !self.has("--noproxy")) {
            let first = right.replacen("curl ", "curl --noproxy '*' ", 1);
            return Some(format!(
                "your environment sends curl through another proxy ({setting}); try {first}"
            ));
        }
        if self.learner && self.step.curl.to == Hop::Front {
            if let Some(address) = backend.iter().find(|address| self.has_url(address)) {
                return Some(format!(
                    "{address} is the backend itself, so nothing went through the proxy; ask {asked}"
                ));
            }
            let direct = |reply: &&Reply| {
                reply.body.contains("HTTP/1.1\nHost: ") && !reply.body.contains("X-Forwarded-For")
            };
            if reply.filter(direct).is_some() {
                return Some(format!("the backend got this request from no proxy; ask {asked}"));
            }
        }
        if self.pasted.replies.len() > 1 || self.has_flag('L') || self.has("--location") {
            return Some(
                "curl followed the redirect, and shows the page it leads to; leave -L away".to_owned(),
            );
        }
        if self.has_flag('I') || self.has("--head") {
            return Some(
                "-I asks for the head alone, so there is no body to look at; leave it away".to_owned(),
            );
        }
        let Some(reply) = reply else {
            return Some(match self.pasted.bare.is_empty() {
                true => format!("there is no output; try {right}"),
                false => format!("this is a body without its headers; add -i, as in {right}"),
            });
        };
        if reply.body.contains("DNS lookup failure for: ") {
            return Some(
                "the URL in ProxyPass lacks the slash at its end, so path and port ran together; add it"
                    .to_owned(),
            );
        }
        if let Some(wanted) = self.other_path() {
            return Some(format!("this asks for another page; the step is about {wanted}: {right}"));
        }
        if self.step.expect.wants_echo() && reply.status() == "200" && !expect::is_request(&reply.body) {
            return Some(format!("this is another page; the step is about {}: {right}", self.step.curl.path));
        }
        if let Some(name) = self.other_name() {
            let wanted = self.ports.address(self.step.curl.to);
            return Some(format!(
                "you asked for {name}, so that is the Host; the step is about {wanted}: {right}"
            ));
        }
        if self.unfinished.is_some_and(|unfinished| self.looks_like(reply, unfinished)) {
            return Some(format!(
                "this is what the proxy answers before the lesson's change; an old proxy may still run on port {}: \
                 stop it, and start the one with the change",
                self.ports.front
            ));
        }
        self.step.fault.map(str::to_owned)
    }

    fn of_curl(&self, error: u8) -> String {
        let address = self.ports.address(self.step.curl.to);
        match error {
            7 => format!("nobody listens on {address}; start the proxy there, then ask again"),
            28 => "the server took the request and does not answer; is it stopped, or waiting for something?"
                .to_owned(),
            52 => "the server closed the connection without a word; look at what it printed".to_owned(),
            1 => "what came is not HTTP; is it another kind of server that listens there?".to_owned(),
            18 => "the answer broke off before its end; look at what the server printed".to_owned(),
            _ => format!("curl gave up with code {error}; try {}", self.step.curl.command(self.ports)),
        }
    }

    fn has(&self, word: &str) -> bool {
        self.command.is_some_and(|words| words.iter().any(|given| given == word))
    }

    /// Whether a group of one-letter flags has this one, as `-siL` has `L`.
    fn has_flag(&self, flag: char) -> bool {
        let is_group = |word: &&String| word.starts_with('-') && !word.starts_with("--");
        self.command.is_some_and(|words| words.iter().filter(is_group).any(|word| word.contains(flag)))
    }

    fn has_url(&self, address: &str) -> bool {
        let name = address.replace("127.0.0.1", "localhost");
        let asks = |word: &String| {
            let host = word.strip_prefix("http://").unwrap_or(word);
            [address, &name]
                .iter()
                .any(|a| host.strip_prefix(*a).is_some_and(|r| r.is_empty() || r.starts_with('/')))
        };
        self.command.is_some_and(|words| words.iter().any(asks))
    }

    /// The step's path, if the learner asked the right server for another one.
    fn other_path(&self) -> Option<&'static str> {
        let wanted = self.step.curl.path;
        let address = self.ports.address(self.step.curl.to);
        let path = self
            .command?
            .iter()
            .find_map(|word| word.trim_start_matches("http://").strip_prefix(&address))?;
        (path != wanted && !(path.is_empty() && wanted == "/")).then_some(wanted)
    }

    /// Another name of this machine in the learner's URL, where the step asks by number.
    fn other_name(&self) -> Option<String> {
        let name = self.ports.address(self.step.curl.to).replace("127.0.0.1", "localhost");
        let host = self.step.curl.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case("host"));
        (!host
            && self.learner
            && self.command.is_some_and(|words| words.iter().any(|word| word.contains(&name))))
        .then_some(name)
    }

    fn looks_like(&self, reply: &Reply, unfinished: &Reply) -> bool {
        self.step.expect.seen(reply) == self.step.expect.seen(unfinished)
    }
}

/// The proxy that the environment gives `curl` for plain HTTP, as `name=value`.
pub fn environment() -> Option<String> {
    ["http_proxy", "all_proxy", "ALL_PROXY"].into_iter().find_map(|name| {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
        Some(format!("{name}={value}"))
    })
}

#[cfg(test)]
mod tests;
