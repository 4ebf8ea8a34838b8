//! `SetHandler balancer-manager`: a page that shows the balancers and their members.
//!
//! Where we differ: the page only shows. Apache's also changes members, for whoever brings its nonce; here there is
//! nothing that a forged request could do. Whoever may ask for the page sees the addresses of the backends, as in
//! Apache without a `Require` line, which this proxy does not have: let it listen where only you can ask.

use std::{fmt, time::Instant};

use crate::proxy::{
    Error, Modules, Proxy,
    core::{error_page::Page, front::Front, path::Asked},
    http1::{
        head::Head,
        name::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    mod_proxy_balancer::balancer_page::BalancerPage,
    site::directive::{Directive, Scope, words},
};

/// `SetHandler balancer-manager`, or `SetHandler none`, which undoes it further in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BalancerManager(pub(crate) Option<bool>);

impl Proxy {
    /// `SetHandler balancer-manager`.
    pub fn balancer_manager(mut self) -> Self {
        self.balancer_manager = BalancerManager(Some(true));
        self
    }
}

impl Proxy {
    /// Whether the page is anywhere, so that what it shows must be counted.
    pub(crate) fn shows_balancers(&self) -> bool {
        let inside = self.locations.lines.iter().map(|location| &location.proxy);
        inside.chain([self]).any(|proxy| proxy.balancer_manager.0 == Some(true))
    }

    /// The page, where it is asked for: not if a `ProxyPass` takes the request, as in Apache.
    ///
    /// # Errors
    /// 405 for a method that would change something.
    pub(crate) fn show_balancers(
        &self,
        request: &Head,
        asked: &Asked<'_>,
        front: &Front<'_>,
        modules: &Modules,
    ) -> Result<Option<Page>, Error> {
        let proxied = || !matches!(self.pass.route(asked), Err(Error::NotFound));
        if self.balancer_manager.0 != Some(true) || !modules.has("proxy_balancer") || proxied() {
            return Ok(None);
        }
        if ![&b"GET"[..], b"HEAD"].contains(&request.method()) {
            return Err(Error::MethodNotAllowed(String::from_utf8_lossy(request.method()).into_owned()));
        }
        let balancers = BalancerPage { host: front.name(), balancers: &self.balancers, now: Instant::now() };
        let text = balancers.to_string();
        let mut page = Page::new(200, "OK");
        page.head.set_to(CONTENT_LENGTH, format_args!("{}", text.len()));
        page.head.set(CONTENT_TYPE, b"text/html; charset=utf-8");
        page.body = Some(text).filter(|_| request.method() == b"GET");
        Ok(Some(page))
    }
}

impl fmt::Display for BalancerManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|on| writeln!(f, "SetHandler {}", if *on { "balancer-manager" } else { "none" }))
    }
}

pub(crate) const SET_HANDLER: Directive = Directive {
    name: "SetHandler",
    module: None,
    read: |scope: &mut Scope<'_>, line| {
        scope.not_in_proxy("SetHandler")?;
        let [word] = words(line).try_into().map_err(
            |_| "SetHandler takes one argument, a handler name that overrides any other configured handler",
        )?;
        let on = match word.to_ascii_lowercase().as_str() {
            "balancer-manager" => true,
            "none" => false,
            _ => return Err(format!("SetHandler {word}: this proxy knows SetHandler balancer-manager only")),
        };
        scope.here().balancer_manager = BalancerManager(Some(on));
        Ok(())
    },
};
