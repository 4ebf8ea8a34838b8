//! The reverse proxy: a value that says what to do, and one function that does it.

mod answer;
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

use self::{
    answer::Answer,
    core::{Core, asker::Asker, front::Front, location::Locations, path::Asked, range::Range, request},
    http1::{lent::Lent, name::EXPECT, request_target::RequestTarget},
    mod_proxy::{ModProxy, headers},
    mod_proxy_balancer::{ModProxyBalancer, balancer_manager, connect::Call},
    mod_proxy_http::{backends::Backends, upload::Upload},
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
    http1::{
        head::Head,
        name::Name,
        url::{Url, UrlError},
    },
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
    mod_reqtimeout::{ReadLimit, RequestReadTimeout},
    modules::site::{Site, SiteError, VirtualHost},
    server::{serve::Server, serve_error::ServeError},
    site::loaded::Modules,
    trace::{Exchange, Message, Watch, Watcher},
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
        let front = Front::of(request, &target, &self.core.name);
        let mut asked = Asked::read(target.path, self.core.encoded_slashes.unwrap_or_default())?;
        asked.whole_url = target.authority.is_some();
        let here = self.at(&asked); // <Location>
        let route = here.proxy.pass.route(&asked); // ProxyPass
        if matches!(route, Err(Error::NotFound)) && balancer_manager::is_set(&here.core, visit.modules) {
            return here.proxy_balancer.page(request, &front).map(Answer::from); // SetHandler
        }
        let route = route?;
        visit.modules.check_handler(&route.worker.url, target.path)?;

        let mut head = Lent::<Head>::new();
        head.copy(request);
        request::count_down_max_forwards(&mut head)?;
        asker.limit(self.reqtimeout.request_read_timeout.body(), self.core.timeout.limit()); // RequestReadTimeout, Timeout
        let mut upload = Upload::read_ahead(asker, request.has(EXPECT)).await?;
        headers::end_to_end_request(&mut head);

        let via = self.proxy.via.unwrap_or_default(); // ProxyVia
        via.apply_to_request(&mut head, &front, &self.core.name, request.is_old());
        if here.proxy.add_headers.is_on() {
            headers::add_forwarded(&mut head, visit.client, &front, self.core.name.host());
        }
        let safe = request::is_safe(request) && upload.is_bodiless();
        let timeout = self.proxy.timeout.or(self.core.timeout); // ProxyTimeout, Timeout
        let reply = loop {
            let call = Call { route: &route, query: target.query, head: &head, safe, timeout };
            let backend = here.proxy_balancer.connect(call, visit.backends).await?; // or the balancer's choice
            route.aim(&mut head, backend.url().path(), target.query)?;
            here.proxy.preserve_host.apply(&mut head, &front, backend.url()); // ProxyPreserveHost
            headers::frame_request(&mut head, upload.framing(asker.framing()), backend.keeps());
            trace.backend_received(backend.url().authority(), &head);
            match backend.send(&head, std::mem::take(&mut upload), safe, asker).await {
                // A connection that was used before was dead, and so is its backend: another may be elected.
                Err(Error::Connect { .. }) if safe => {}
                answered => break answered?,
            }
        };
        let mut answer = Answer::from(reply);
        trace.backend_answered(&answer.head);
        headers::end_to_end_response(&mut answer.head, request.method() == b"HEAD");
        here.proxy.pass_reverse.apply(&mut answer.head, &front, &self.proxy.balancers); // ProxyPassReverse
        here.proxy.pass_reverse_cookie.apply(&mut answer.head);
        via.apply_to_response(&mut answer.head, &front, &self.core.name, request.is_old());
        match Range::of(request) {
            Some(range) => answer.cut(range, asker).await,
            None => Ok(answer),
        }
    }
    // ANCHOR_END: forward
}
