//! `SetHandler balancer-manager`: a page that shows the balancers and their members.
//!
//! Where we differ: the page only shows. Apache's also changes members, for whoever brings its nonce; here there is
//! nothing that a forged request could do. Whoever may ask for the page sees the addresses of the backends, as in
//! Apache without a `Require` line, which this proxy does not have: let it listen where only you can ask.

use std::time::Instant;

use hyper::{
    Method, Request, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};

use crate::proxy::{
    core::Core, core::front::Front, core::set_handler::Handler, error::Error, mod_proxy::headers,
    mod_proxy_balancer::ModProxyBalancer, mod_proxy_balancer::balancer_page::Page,
    mod_proxy_http::body::Body, site::loaded::Modules,
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
    pub(crate) fn page<B>(&self, request: &Request<B>, front: &Front) -> Result<Response<Body>, Error> {
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            return Err(Error::MethodNotAllowed(request.method().to_string()));
        }
        let page = Page { host: front.name(), balancers: &self.balancers, now: Instant::now() }.to_string();
        let mut response = Response::new(Body::Empty);
        headers::end_to_end_response(response.headers_mut());
        let fields = response.headers_mut();
        fields.insert(CONTENT_LENGTH, HeaderValue::from(page.len()));
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if request.method() == Method::GET {
            *response.body_mut() = Body::Full(page.into());
        }
        Ok(response)
    }
}
