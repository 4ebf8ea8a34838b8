//! The way from a line to a backend: the line's own, or the member whose turn it is.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::proxy::{
    core::asker::Asker,
    error::Error,
    http1::{head::Head, url::Url},
    mod_proxy::balancer::{SCHEME, name_and_path},
    mod_proxy::pass::Route,
    mod_proxy_balancer::ModProxyBalancer,
    mod_proxy_balancer::running::Running,
    mod_proxy_http::backends::Backends,
    mod_proxy_http::connection::{Connection, Reply},
    mod_proxy_http::upload::Upload,
};

/// What is to be sent, and what is known of it before anybody is connected.
pub(crate) struct Call<'a, 'b> {
    pub route: &'b Route<'a>,
    pub query: Option<&'b str>,
    pub head: &'b Head,
    /// Whether it may be sent twice.
    pub safe: bool,
    /// How long to wait for a worker that says nothing itself.
    pub timeout: Duration,
}

/// A connection to a worker, and the member of a balancer that it is to.
pub(crate) struct Chosen<'a> {
    connection: Connection<'a>,
    member: Option<(&'a Running, usize)>,
}

// ANCHOR: connect
impl ModProxyBalancer {
    /// Connects to the worker, or to the member that its balancer elects; a member that does not accept is left
    /// alone for a while and the next one is tried, within the same request.
    ///
    /// # Errors
    /// The last member's, when all that may be tried have failed.
    pub(crate) async fn connect<'a>(
        &'a self,
        call: Call<'a, '_>,
        backends: &'a Arc<Backends>,
    ) -> Result<Chosen<'a>, Error> {
        let Call { route, query, head, safe, timeout } = call;
        let worker = route.worker;
        if !worker.url.is_balancer() {
            if !worker.status.is_allowed() {
                return Err(Error::Disabled(worker.url.host().to_owned()));
            }
            return Chosen::worker(backends.connect(worker, worker.timeout.unwrap_or(timeout), safe).await);
        }
        let name = match worker.url.path() {
            path if path.is_empty() || path.starts_with('/') => worker.url.authority(),
            // Whatever stands before a slash belongs to the name.
            _ => name_and_path(worker.url.as_str()).map_or("", |(name, _)| name),
        };
        let no_workers = || Error::NoWorkers(format!("{SCHEME}{name}"));
        let balancer = self.find(name).ok_or_else(no_workers)?;
        let mut failure = None;
        let session = balancer.balancer.parameters.sticky.route(&route.path, query, head);
        for _ in 0..balancer.attempts() {
            let (at, member) = balancer.elect(session, Instant::now())?;
            spoken(&member.url, &worker.url, &route.path)?;
            match backends.connect(member, member.timeout.unwrap_or(timeout), safe).await {
                Ok(connection) => return Ok(Chosen::member(balancer, at, connection)),
                Err(ours) if ours.is_out_of_descriptors() => return Err(ours),
                Err(refused @ (Error::Connect { .. } | Error::NoConnection(_))) => {
                    log::error!(target: "proxy", "{refused}");
                    failure = Some(refused);
                    if !balancer.set_in_error(at, Instant::now()) {
                        break;
                    }
                }
                Err(other) => {
                    balancer.set_in_error(at, Instant::now());
                    return Err(other);
                }
            }
        }
        Err(failure.unwrap_or_else(no_workers))
    }
}
// ANCHOR_END: connect

/// Refuses a member whose protocol nobody here speaks; to Apache that is no error of the member's, and it keeps its turn.
///
/// # Errors
/// 500 where TLS is lacking, as if the balancer had no handler; 503 for any other scheme.
fn spoken(member: &Url, balancer: &Url, path: &str) -> Result<(), Error> {
    if member.is_plain_http() {
        Ok(())
    } else if member.is("https") || member.is("wss") {
        Err(Error::no_handler(balancer, path.to_owned()))
    } else {
        Err(Error::AllWorkersBusy(balancer.to_string()))
    }
}

impl ModProxyBalancer {
    fn find(&self, name: &str) -> Option<&Running> {
        let found = self.balancers.iter().find(|running| {
            let known = running.balancer.name.as_str();
            known == name || known.eq_ignore_ascii_case(name)
        });
        found.map(Arc::as_ref)
    }
}

impl<'a> Chosen<'a> {
    fn worker(connected: Result<Connection<'a>, Error>) -> Result<Self, Error> {
        Ok(Self { connection: connected?, member: None })
    }

    fn member(balancer: &'a Running, at: usize, mut connection: Connection<'a>) -> Self {
        if let Some(load) = balancer.load(at) {
            connection.count(load);
        }
        Self { connection, member: Some((balancer, at)) }
    }

    /// The URL of the backend at the other end.
    pub(crate) fn url(&self) -> &Url {
        self.connection.url()
    }

    /// Whether another request may use the connection after this one.
    pub(crate) fn keeps(&self) -> bool {
        self.connection.keeps()
    }

    /// Sends the request and waits for the head of the answer; the balancer learns how it went.
    ///
    /// # Errors
    /// 502 if the backend closes, answers what is not HTTP, or does not answer in time; the client's own.
    pub(crate) async fn send(
        self,
        head: &Head,
        upload: Upload,
        safe: bool,
        asker: &mut dyn Asker,
    ) -> Result<Reply, Error> {
        let answered = self.connection.send(head, upload, safe, asker).await;
        if let Some((balancer, at)) = self.member {
            if matches!(answered, Err(Error::Connect { .. })) {
                balancer.set_in_error(at, Instant::now());
            }
            balancer.judge(at, &answered);
        }
        answered
    }
}
