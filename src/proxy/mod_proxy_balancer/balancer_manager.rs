//! `SetHandler balancer-manager`: a page that shows the balancers and their members.
//!
//! Where we differ: the page only shows. Apache's also changes members, for whoever brings its nonce; here there is
//! nothing that a forged request could do. Whoever may ask for the page sees the addresses of the backends, as in
//! Apache without a `Require` line, which this proxy does not have: let it listen where only you can ask.

use std::time::Instant;

use crate::proxy::{
    core::{Core, error_page::Page, front::Front, set_handler::Handler},
    error::Error,
    http1::{
        head::Head,
        name::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    mod_proxy_balancer::{ModProxyBalancer, balancer_page::BalancerPage},
    site::loaded::Modules,
};

/// Whether the page is what is to be answered here; a `ProxyPass` that takes the request goes before it, as in Apache.
pub(crate) fn is_set(core: &Core, modules: &Modules) -> bool {
    core.set_handler.is(Handler::BalancerManager) && modules.has("proxy_balancer")
}

impl ModProxyBalancer {
    /// The page.
    ///
    /// # Errors
    /// 405 for a method that would change something.
    pub(crate) fn page(&self, request: &Head, front: &Front<'_>) -> Result<Page, Error> {
        if ![&b"GET"[..], b"HEAD"].contains(&request.method()) {
            return Err(Error::MethodNotAllowed(String::from_utf8_lossy(request.method()).into_owned()));
        }
        let balancers = BalancerPage { host: front.name(), balancers: &self.balancers, now: Instant::now() };
        let text = balancers.to_string();
        let mut page = Page::new(200, "OK");
        page.head.set_to(CONTENT_LENGTH, format_args!("{}", text.len()));
        page.head.set(CONTENT_TYPE, b"text/html; charset=utf-8");
        page.body = Some(text).filter(|_| request.method() == b"GET");
        Ok(page)
    }
}
