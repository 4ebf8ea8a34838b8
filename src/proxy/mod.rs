//! The reverse proxy: a value that says what to do, and one function that does it.

mod builder;
mod core;
mod error;
mod http1;
mod mod_proxy;
mod mod_proxy_balancer;
mod mod_proxy_http;
mod mod_reqtimeout;
mod modules;
mod server;
mod site;
mod trace;

use std::sync::Arc;

use hyper::{Request, Response, Version, body::Incoming, header::HeaderValue};

use self::{
    core::{Core, front::Front, location::Locations, path::Asked, range::Range, request},
    mod_proxy::{ModProxy, headers},
    mod_proxy_balancer::{ModProxyBalancer, balancer_manager},
    mod_proxy_http::pool::Backends,
    mod_reqtimeout::ModReqtimeout,
    trace::Trace,
};
pub use self::{
    core::{
        encoded_slashes::EncodedSlashes,
        error_log::{ErrorLog, Lines},
        graceful_shutdown_timeout::GracefulShutdownTimeout,
        keep_alive_timeout::KeepAliveTimeout,
        listen::Listen,
        timeout::Timeout,
        virtual_host::ServerName,
    },
    error::Error,
    http1::url::{Url, UrlError},
    mod_proxy::{
        add_headers::AddHeaders,
        balancer::{Balancer, lb_method::LbMethod, parameters::BalancerParameters},
        pass::Pass,
        pass_reverse::PassReverse,
        pass_reverse_cookie::PassReverseCookie,
        preserve_host::PreserveHost,
        via::Via,
        worker::{Worker, status::Flag},
    },
    mod_proxy_http::{body::Body, http::Lease},
    mod_reqtimeout::{ReadLimit, RequestReadTimeout},
    modules::site::{Site, SiteError, VirtualHost},
    server::{serve::Server, serve_error::ServeError},
    site::loaded::Modules,
    trace::{Exchange, Message, Watch, Watcher, title_case},
};

/// What one server, main or virtual, does with its requests: one field for each module, and the `<Location>` sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxy {
    pub(crate) core: Core,
    pub(crate) reqtimeout: ModReqtimeout,
    pub(crate) proxy: ModProxy,
    pub(crate) proxy_balancer: ModProxyBalancer,
    pub(crate) locations: Locations<Self>,
}

/// Where a request stands: who sent it, over which address, and what this server has to answer it with.
pub(crate) struct Visit<'a> {
    /// The client's address, as `X-Forwarded-For` has it.
    pub client: &'a HeaderValue,
    pub modules: &'a Modules,
    pub backends: &'a Arc<Backends>,
    /// Whether a request that may be repeated is, if the backend closes without an answer.
    pub resend: bool,
}

impl Proxy {
    /// A proxy without any directive: it answers 404.
    pub fn new() -> Self {
        Self::default()
    }

    // ANCHOR: forward
    /// Sends a request to the backend that is to answer it, and brings the answer back.
    ///
    /// # Errors
    /// Whatever keeps a backend from answering; the caller turns it into a page.
    pub(crate) async fn forward(
        &self,
        visit: &Visit<'_>,
        mut request: Request<Incoming>,
        trace: &mut Trace,
    ) -> Result<Response<Body>, Error> {
        request::check(&request)?;
        if let Some(answer) = request::answer_here(&request) {
            return Ok(answer);
        }
        let front = Front::of(&request, &self.core.name);
        let (uri, version) = (request.uri().clone(), request.version());
        let mut asked = Asked::read(uri.path(), self.core.encoded_slashes.unwrap_or_default())?;
        asked.whole_url = uri.authority().is_some();
        let here = self.at(&asked); // <Location>
        let route = here.proxy.pass.route(&asked); // ProxyPass
        if matches!(route, Err(Error::NotFound)) && balancer_manager::is_set(&here.core, visit.modules) {
            return here.proxy_balancer.page(&request, &front); // SetHandler
        }
        let route = route?;
        visit.modules.check_handler(&route.worker.url, uri.path())?;

        request::count_down_max_forwards(request.headers_mut())?;
        let (mut head, incoming) = request.into_parts();
        let (limit, silence) = (self.reqtimeout.request_read_timeout.body(), self.core.timeout.limit());
        let body = Body::of(&head.headers, incoming, limit, silence).await?; // RequestReadTimeout, Timeout
        let range = Range::of(&head);
        headers::end_to_end_request(&mut head.headers);

        let via = self.proxy.via.unwrap_or_default(); // ProxyVia
        via.apply_to_request(&mut head.headers, &front, &self.core.name, version);
        if here.proxy.add_headers.is_on() {
            headers::add_forwarded(&mut head.headers, visit.client, &front, self.core.name.host());
        }
        head.version = Version::HTTP_11;

        let (mut once_more, mut body) =
            (visit.resend.then(|| request::repeatable(&head, &body)).flatten(), body);
        let balancers = &here.proxy_balancer;
        let timeout = self.proxy.timeout.or(self.core.timeout); // ProxyTimeout, Timeout
        let mut response = loop {
            let backend =
                balancers.connect(&route, uri.query(), &head.headers, visit.backends, timeout).await?;
            head.uri = route.uri(backend.url().path(), &uri)?;
            here.proxy.preserve_host.apply(&mut head.headers, &front, backend.url()); // ProxyPreserveHost
            headers::frame_request(&mut head.headers, &body, backend.keeps());
            trace.backend_received(backend.url().authority(), &head);
            match (backend.send(Request::from_parts(head, body)).await, once_more.take()) {
                (Err(Error::Closed(_)), Some(again)) => (head, body) = (*again, Body::Empty),
                (answered, _) => break answered?,
            }
        };
        trace.backend_answered(&response);
        headers::check_response(response.headers())?;
        headers::end_to_end_response(response.headers_mut());
        here.proxy.pass_reverse.apply(response.headers_mut(), &front, &self.proxy.balancers); // ProxyPassReverse
        here.proxy.pass_reverse_cookie.apply(response.headers_mut());
        via.apply_to_response(response.headers_mut(), &front, &self.core.name, version);
        match range {
            Some(range) => Box::pin(range.cut(response)).await,
            None => Ok(response),
        }
    }
    // ANCHOR_END: forward
}
