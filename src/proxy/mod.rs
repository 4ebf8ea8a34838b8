//! The reverse proxy: a value that says what to do, and one function that does it.

mod answer;
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

use self::{
    answer::Answer,
    core::{asker::Asker, front::Front, location::Locations, path::Asked, range::Range, request},
    http1::{lent::Lent, name::EXPECT, request_target::RequestTarget},
    mod_proxy::headers,
    mod_proxy_http::{pool::Backends, upload::Upload},
    trace::Trace,
};
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
    http1::{
        head::Head,
        name::Name,
        url::{Url, UrlError},
    },
    mod_proxy::{
        add_headers::AddHeaders, balancer_parameters::BalancerParameters, lb_method::LbMethod, pass::Pass,
        pass_reverse::PassReverse, pass_reverse_cookie::PassReverseCookie, preserve_host::PreserveHost,
        status::Flag, via::Via, worker::Worker,
    },
    mod_proxy_balancer::{balancer::Balancer, balancer_manager::BalancerManager},
    mod_reqtimeout::{ReadLimit, RequestReadTimeout},
    modules::Modules,
    server::{serve::Server, serve_error::ServeError},
    site_file::{Site, SiteError},
    trace::{Exchange, Message, Watch, Watcher},
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

/// Where a request stands: who sent it, and what this server has to answer it with.
pub(crate) struct Visit<'a> {
    /// The client's address, as `X-Forwarded-For` has it.
    pub client: &'a str,
    pub modules: &'a Modules,
    pub backends: &'a Arc<Backends>,
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
        request: &Head,
        asker: &mut dyn Asker,
        trace: &mut Trace,
    ) -> Result<Answer, Error> {
        let target = RequestTarget::of(request.target());
        request::check(request, &target)?;
        if let Some(page) = request::answer_here(request, &target) {
            return Ok(page.into());
        }
        let front = Front::of(request, &target, &self.name);
        let mut asked = Asked::read(target.path, self.encoded_slashes.unwrap_or_default())?;
        asked.whole_url = target.authority.is_some();
        let here = self.at(&asked); // <Location>
        if let Some(page) = here.show_balancers(request, &asked, &front, visit.modules)? {
            return Ok(page.into());
        }
        let route = here.pass.route(&asked)?; // ProxyPass
        visit.modules.check_handler(&route.worker.url, target.path)?;

        let mut head = Lent::<Head>::new();
        head.copy(request);
        request::count_down_max_forwards(&mut head)?;
        asker.limit(self.request_read_timeout.body(), self.timeout.of_client()); // RequestReadTimeout, Timeout
        let upload = Upload::read_ahead(asker, request.has(EXPECT)).await?;
        headers::end_to_end_request(&mut head);

        let via = self.via.unwrap_or_default(); // ProxyVia
        via.apply_to_request(&mut head, &front, &self.name, request.is_old());
        if here.add_headers.is_on() {
            headers::add_forwarded(&mut head, visit.client, &front, self.name.host());
        }
        let safe = request::is_safe(request) && upload.is_bodiless();
        let backend = here.connect(&route, target.query, &head, safe, visit).await?; // or the balancer's choice
        route.aim(&mut head, backend.url().path(), target.query)?;
        here.preserve_host.apply(&mut head, &front, backend.url()); // ProxyPreserveHost
        headers::frame_request(&mut head, upload.framing(asker.framing()), backend.keeps());
        trace.backend_received(backend.url().authority(), &head);

        let mut answer = Answer::from(backend.send(&head, upload, safe, asker).await?);
        trace.backend_answered(&answer.head);
        headers::end_to_end_response(&mut answer.head, request.method() == b"HEAD");
        here.pass_reverse.apply(&mut answer.head, &front, &self.balancers); // ProxyPassReverse
        here.pass_reverse_cookie.apply(&mut answer.head);
        via.apply_to_response(&mut answer.head, &front, &self.name, request.is_old());
        match Range::of(request) {
            Some(range) => answer.cut(range, asker).await,
            None => Ok(answer),
        }
    }
    // ANCHOR_END: forward
}
