//! The directives of mod_proxy, said in Rust.

use std::{fmt, sync::Arc, time::Duration};

use crate::proxy::{
    Proxy,
    http1::url::Url,
    mod_proxy::{
        add_headers::AddHeaders,
        balancer::{Balancer, parameters::BalancerParameters},
        pass::{
            Rule,
            pattern::Pattern,
            regex::{Regex, split_substitution},
        },
        pass_reverse::Reverse,
        pass_reverse_cookie::Line,
        preserve_host::PreserveHost,
        via::Via,
        worker::{Worker, url_complaint},
    },
};

impl Proxy {
    /// `ProxyTimeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.proxy.timeout.0 = Some(timeout);
        self
    }

    /// `ProxyAddHeaders Off`: no `X-Forwarded-*` is added; those of the client stay.
    pub fn no_added_headers(mut self) -> Self {
        self.proxy.add_headers = AddHeaders(Some(false));
        self
    }

    /// `ProxyPreserveHost On`.
    pub fn preserve_host(mut self) -> Self {
        self.proxy.preserve_host = PreserveHost(Some(true));
        self
    }

    /// `ProxyVia`.
    pub fn via(mut self, via: Via) -> Self {
        self.proxy.via = Some(via);
        self
    }

    /// `ProxyPassReverse fake real`.
    pub fn pass_reverse(mut self, fake: &str, real: impl fmt::Display) -> Self {
        self.proxy.pass_reverse.0.push(Reverse { fake: fake.to_owned(), real: real.to_string() });
        self
    }

    /// `ProxyPassReverseCookieDomain internal public`.
    pub fn pass_reverse_cookie_domain(mut self, internal: &str, public: &str) -> Self {
        self.proxy.pass_reverse_cookie.domains.push(Line::new(internal, public));
        self
    }

    /// `ProxyPassReverseCookiePath internal public`.
    pub fn pass_reverse_cookie_path(mut self, internal: &str, public: &str) -> Self {
        self.proxy.pass_reverse_cookie.paths.push(Line::new(internal, public));
        self
    }

    /// `ProxyPassMatch pattern url`; the URL may have `$1`.
    ///
    /// # Errors
    /// Apache's words, if the pattern is no regular expression, or the URL none.
    pub fn pass_match(mut self, pattern: &str, url: &str) -> Result<Self, String> {
        let (url, substitution) = split_substitution(url).map_err(|error| url_complaint(error, url))?;
        let rule = Rule::new(Pattern::Regex(Regex::new(pattern)?), Some(Worker::new(url)));
        self.proxy.pass.0.push(rule.substituting(substitution));
        Ok(self)
    }

    /// `ProxyPass path url`.
    pub fn pass(self, path: &str, url: Url) -> Self {
        self.pass_to(path, Worker::new(url))
    }

    /// `ProxyPass path url key=value …`; what is to be said of a `balancer://` is said of the balancer.
    pub fn pass_to(mut self, path: &str, worker: Worker) -> Self {
        let worker = if worker.url.is_balancer() { Worker::new(worker.url) } else { worker };
        self.proxy.pass.0.push(Rule::new(Pattern::Path(path.to_owned()), Some(worker)));
        self
    }

    /// `ProxyPass path !`: these requests are not proxied, if no earlier line takes them.
    pub fn do_not_pass(mut self, path: &str) -> Self {
        self.proxy.pass.0.push(Rule::new(Pattern::Path(path.to_owned()), None));
        self
    }

    /// `nocanon` on the last line: its backend gets the path as the client wrote it.
    pub fn nocanon(mut self) -> Self {
        self.proxy
            .pass
            .0
            .iter_mut()
            .last()
            .into_iter()
            .for_each(|rule| rule.flags.nocanon = rule.worker.is_some());
        self
    }

    /// `<Proxy balancer://name>` with a `BalancerMember` line for each member.
    pub fn balancer(self, name: &str, members: impl IntoIterator<Item = Worker>) -> Self {
        self.balancer_with(name, members, BalancerParameters::new())
    }

    /// The same with a `ProxySet` line.
    pub fn balancer_with(
        mut self,
        name: &str,
        members: impl IntoIterator<Item = Worker>,
        parameters: BalancerParameters,
    ) -> Self {
        let mut balancer = Balancer { parameters, ..Balancer::new(name) };
        for member in members {
            balancer.member(member);
        }
        self.proxy.balancers.push(Arc::new(balancer));
        self
    }
}
