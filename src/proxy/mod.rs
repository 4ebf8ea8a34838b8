//! The reverse proxy: a value that says what to do, and one function that does it.

mod core;
mod error;
mod http1;
mod mapping;
mod mod_proxy;
mod mod_proxy_balancer;
mod mod_proxy_http;
mod mod_reqtimeout;
mod modules;
mod server;
mod site;
mod site_file;
mod trace;

use std::sync::Arc;

use hyper::{Request, Response, Version, body::Incoming, header::HeaderValue};

pub use self::{
    core::{
        encoded_slashes::EncodedSlashes,
        graceful_shutdown_timeout::GracefulShutdownTimeout,
        keep_alive_timeout::KeepAliveTimeout,
        listen::Listen,
        timeout::Timeout,
        virtual_host::{ServerName, VirtualHost},
    },
    error::Error,
    http1::url::{Url, UrlError},
    mod_proxy::{
        add_headers::AddHeaders, balancer_parameters::BalancerParameters, lb_method::LbMethod, pass::Pass,
        pass_reverse::PassReverse, pass_reverse_cookie::PassReverseCookie, preserve_host::PreserveHost,
        status::Flag, via::Via, worker::Worker,
    },
    mod_proxy_balancer::{balancer::Balancer, balancer_manager::BalancerManager},
    mod_proxy_http::{body::Body, http::Lease},
    mod_reqtimeout::{ReadLimit, RequestReadTimeout},
    modules::Modules,
    server::{serve::Server, serve_error::ServeError},
    site_file::{Site, SiteError},
    trace::{Exchange, Message, Watch, Watcher, title_case},
};
use self::{
    core::{front::Front, location::Locations, path::Asked, range::Range, request},
    mod_proxy::headers,
    mod_proxy_http::pool::Backends,
    trace::Trace,
};

/// What one server, main or virtual, does with its requests: one field for each directive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxy {
    pub(crate) name: ServerName,
    pub(crate) balancers: Vec<Arc<Balancer>>,
    pub(crate) locations: Locations,
    pub(crate) encoded_slashes: Option<EncodedSlashes>,
    pub(crate) request_read_timeout: RequestReadTimeout,
    pub(crate) keep_alive_timeout: KeepAliveTimeout,
    pub(crate) timeout: Timeout,
    pub(crate) via: Option<Via>,
    pub(crate) add_headers: AddHeaders,
    pub(crate) balancer_manager: BalancerManager,
    pub(crate) preserve_host: PreserveHost,
    pub(crate) pass: Pass,
    pub(crate) pass_reverse: PassReverse,
    pub(crate) pass_reverse_cookie: PassReverseCookie,
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
        let front = Front::of(&request, &self.name);
        let (uri, version) = (request.uri().clone(), request.version());
        let mut asked = Asked::read(uri.path(), self.encoded_slashes.unwrap_or_default())?;
        asked.whole_url = uri.authority().is_some();
        let here = self.at(&asked); // <Location>
        if let Some(page) = here.show_balancers(&request, &asked, &front, visit.modules)? {
            return Ok(page);
        }
        let route = here.pass.route(&asked)?; // ProxyPass
        visit.modules.check_handler(&route.worker.url, uri.path())?;

        request::count_down_max_forwards(request.headers_mut())?;
        let (mut head, incoming) = request.into_parts();
        let (limit, silence) = (self.request_read_timeout.body(), self.timeout.of_client());
        let body = Body::of(&head.headers, incoming, limit, silence).await?; // RequestReadTimeout, Timeout
        let range = Range::of(&head);
        headers::end_to_end_request(&mut head.headers);

        let via = self.via.unwrap_or_default(); // ProxyVia
        via.apply_to_request(&mut head.headers, &front, &self.name, version);
        if here.add_headers.is_on() {
            headers::add_forwarded(&mut head.headers, visit.client, &front, self.name.host());
        }
        head.version = Version::HTTP_11;

        let (mut once_more, mut body) =
            (visit.resend.then(|| request::repeatable(&head, &body)).flatten(), body);
        let mut response = loop {
            let backend = here.connect(&route, uri.query(), &head.headers, visit).await?; // or the balancer's choice
            head.uri = route.uri(backend.url().path(), &uri)?;
            here.preserve_host.apply(&mut head.headers, &front, backend.url()); // ProxyPreserveHost
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
        here.pass_reverse.apply(response.headers_mut(), &front, &self.balancers); // ProxyPassReverse
        here.pass_reverse_cookie.apply(response.headers_mut());
        via.apply_to_response(response.headers_mut(), &front, &self.name, version);
        match range {
            Some(range) => Box::pin(range.cut(response)).await,
            None => Ok(response),
        }
    }
    // ANCHOR_END: forward
}
