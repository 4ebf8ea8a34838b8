//! Workers, listeners, graceful stop: the proxy as a running server.

use std::{
    cell::Cell,
    fmt, io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use arc_swap::ArcSwap;
use hyper::{
    Method, Request, Response,
    body::Incoming,
    header::{CONTENT_TYPE, HOST, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    runtime,
    sync::{mpsc, watch},
    time::{sleep, timeout},
};

use super::{
    Body, Error, Site, Visit, Watcher,
    hosts::Hosts,
    http::Backends,
    persistence::Persistence,
    raw_head::Refusal,
    strict::{Refused, Strict},
    trace::Trace,
};

/// How long a client may take to send a head (Apache's mod_reqtimeout).
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
/// How long requests in flight may take to finish when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait before accepting again when the system has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Why a site cannot be served.
#[derive(Debug)]
pub enum ServeError {
    /// The site has no `Listen` line.
    NoListen,
    /// An address cannot be listened on.
    Bind {
        /// The address as the site file says it.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// A balancer lacks a module that configtest does not ask for (apache-facts §2).
    Module(String),
    /// The system gives no thread or runtime.
    Start(io::Error),
}

/// A proxy that runs on its own threads until it is stopped or dropped.
pub struct Server {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
}

/// What the threads share: the site as it is now.
struct Shared {
    hosts: ArcSwap<Hosts>,
    watcher: Option<Watcher>,
}

impl Server {
    /// Listens on the addresses of the site's `Listen` lines.
    ///
    /// # Errors
    /// No `Listen` line, or an address that is taken or not of this machine.
    pub fn bind(site: &Site) -> Result<Vec<TcpListener>, ServeError> {
        if site.listen.is_empty() {
            return Err(ServeError::NoListen);
        }
        (site.listen.iter())
            .map(|listen| {
                let bound = match &listen.host {
                    Some(host) => TcpListener::bind((host.trim_matches(['[', ']']), listen.port)),
                    None => TcpListener::bind(("::", listen.port))
                        .or_else(|_| TcpListener::bind(("0.0.0.0", listen.port))),
                };
                bound.map_err(|source| ServeError::Bind { address: listen.to_string(), source })
            })
            .collect()
    }

    /// Serves the site on these listeners; `watcher` sees each exchange.
    ///
    /// # Errors
    /// A balancer without its modules, or no thread to be had.
    pub fn start(
        site: &Site,
        listeners: Vec<TcpListener>,
        watcher: Option<Watcher>,
    ) -> Result<Self, ServeError> {
        let shared = Arc::new(Shared { hosts: ArcSwap::from_pointee(ready(site)?), watcher });
        let (stop, stopping) = watch::channel(false);
        let mut server = Self { shared, addresses: Vec::new(), stop, threads: Vec::new() };
        for listener in &listeners {
            listener.set_nonblocking(true).map_err(ServeError::Start)?;
            server.addresses.push(listener.local_addr().map_err(ServeError::Start)?);
        }
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let listeners: io::Result<Vec<_>> = listeners.iter().map(TcpListener::try_clone).collect();
            let listeners = listeners.map_err(ServeError::Start)?;
            let runtime =
                runtime::Builder::new_current_thread().enable_all().build().map_err(ServeError::Start)?;
            let (shared, stopping) = (server.shared.clone(), stopping.clone());
            let thread = thread::Builder::new()
                .name("proxy".to_owned())
                .spawn(move || runtime.block_on(work(listeners, shared, stopping)))
                .map_err(ServeError::Start)?;
            server.threads.push(thread);
        }
        Ok(server)
    }

    /// Whether the site can be served; nothing is started.
    ///
    /// # Errors
    /// A balancer without its modules.
    pub fn check(site: &Site) -> Result<(), ServeError> {
        ready(site).map(drop)
    }

    /// Serves another site from the next request on; requests in flight finish on the old one.
    ///
    /// # Errors
    /// A balancer without its modules; the old site then stays.
    pub fn swap(&self, site: &Site) -> Result<(), ServeError> {
        self.shared.hosts.store(Arc::new(ready(site)?));
        Ok(())
    }

    /// The addresses it listens on.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Accepts no more, lets requests in flight finish, and gives the ports back.
    pub fn stop(self) {}
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                log::error!(target: "proxy", "a worker thread panicked");
            }
        }
    }
}

/// The site ready to run, if its balancers have their modules.
fn ready(site: &Site) -> Result<Hosts, ServeError> {
    let servers = site.hosts.iter().map(|host| &host.proxy).chain([&site.main]);
    let methods = servers.flat_map(|proxy| &proxy.balancers).map(|balancer| balancer.parameters.method());
    if site.modules.has("proxy_balancer")
        && let Some(missing) =
            methods.filter_map(|method| site.modules.missing_for_balancer(method.name())).next()
    {
        return Err(ServeError::Module(missing));
    }
    Ok(Hosts::new(site))
}

// ANCHOR: work
/// One worker: a thread with its own runtime, its own handle of each listener, its own pool of connections.
async fn work(listeners: Vec<TcpListener>, shared: Arc<Shared>, stopping: watch::Receiver<bool>) {
    let backends = Arc::new(Backends::default());
    // Each connection holds a sender; when the last is dropped, nothing is in flight.
    let (in_flight, mut finished) = mpsc::channel::<()>(1);
    let accepting = listeners.into_iter().map(|listener| {
        tokio::spawn(accept(listener, shared.clone(), backends.clone(), stopping.clone(), in_flight.clone()))
    });
    for accepted in accepting.collect::<Vec<_>>() {
        _ = accepted.await;
    }
    drop(in_flight);
    _ = timeout(STOP_TIMEOUT, finished.recv()).await;
}
// ANCHOR_END: work

async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    backends: Arc<Backends>,
    mut stopping: watch::Receiver<bool>,
    in_flight: mpsc::Sender<()>,
) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return log::error!(target: "core", "cannot listen: {error}"),
    };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, client)) => {
                let (shared, backends) = (shared.clone(), backends.clone());
                let (stopping, in_flight) = (stopping.clone(), in_flight.clone());
                tokio::spawn(async move {
                    _ = stream.set_nodelay(true);
                    if let Ok(local) = stream.local_addr() {
                        connection(stream, client, local, shared, backends, stopping).await;
                    }
                    drop(in_flight);
                });
            }
            Err(error) => {
                log::error!(target: "core", "cannot accept: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Serves one client's connection until it ends, or until the server stops and its request is answered.
async fn connection(
    stream: tokio::net::TcpStream,
    client: SocketAddr,
    local: SocketAddr,
    shared: Arc<Shared>,
    backends: Arc<Backends>,
    mut stopping: watch::Receiver<bool>,
) {
    let count = Cell::new(0);
    let refused = Refused::default();
    let stream = TokioIo::new(Strict::new(stream, refused.clone()));
    let service = service_fn(move |request| {
        let number = count.replace(count.get() + 1);
        let refusal = refused.get().filter(|(at, _)| *at == number).map(|(_, why)| *why);
        answer(request, number == 0, refusal, client, local, shared.clone(), backends.clone())
    });
    let connection = http1::Builder::new()
        .title_case_headers(true)
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(stream, service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                log::debug!(target: "core", "connection of {client}: {error}");
            }
            return;
        }
        _ = stopping.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    _ = connection.await;
}

/// Answers one request: with what `forward` brings, or with Apache's page of what went wrong.
///
/// # Errors
/// The backend closed without an answer, and it is not the client's first request: Apache then closes too, and the
/// client, who cannot tell it from a connection that was idle for too long, asks again.
async fn answer(
    request: Request<Incoming>,
    first: bool,
    refusal: Option<Refusal>,
    client: SocketAddr,
    local: SocketAddr,
    shared: Arc<Shared>,
    backends: Arc<Backends>,
) -> Result<Response<Body>, Error> {
    let watcher = shared.watcher.as_ref();
    let mut trace = Trace::begin(watcher, &request);
    let persistence = Persistence::of(&request);
    let (version, head) = (request.version(), request.method() == Method::HEAD);
    let hosts = shared.hosts.load_full();

    let host = request.uri().host().or_else(|| request.headers().get(HOST)?.to_str().ok());
    let proxy = hosts.find(local, host.unwrap_or_default());
    let visit = Visit { client, modules: &hosts.modules, backends: &backends };
    let answered = match refusal {
        Some(refusal) => Err(refusal.into()),
        None => proxy.forward(&visit, request, &mut trace).await,
    };
    let page = answered.is_err();
    let mut response = match answered {
        Ok(response) => response,
        Err(error) => {
            log::warn!(target: "proxy", "{error}");
            trace.failed(&error);
            if !first && matches!(error, Error::Closed(_)) {
                trace.end::<()>(watcher, None);
                return Err(error);
            }
            error.response(head)
        }
    };
    persistence.apply(&mut response, version);
    if page {
        let html = HeaderValue::from_static("text/html; charset=iso-8859-1");
        response.headers_mut().insert(CONTENT_TYPE, html);
    }
    trace.end(watcher, Some(&response));
    Ok(response)
}

impl ServeError {
    /// What Apache lacks: the one thing to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoListen => "add a line as Listen 127.0.0.1:8000",
            Self::Bind { .. } => "stop the program that has this address, or write another port after Listen",
            Self::Module(_) => "load the module that is named, or remove the <Proxy balancer://…> section",
            Self::Start(_) => "try again; the system refuses a thread or a socket",
        }
    }
}

/// Apache's words.
impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoListen => f.write_str("AH00451: no listening sockets available, shutting down"),
            Self::Bind { address, source } => {
                write!(f, "AH00072: make_sock: could not bind to address {address}: {source}")
            }
            Self::Module(missing) => write!(f, "{missing}\nAH00020: Configuration Failed, exiting"),
            Self::Start(error) => write!(f, "cannot start: {error}"),
        }
    }
}

impl std::error::Error for ServeError {}
