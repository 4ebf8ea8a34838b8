//! `mod_proxy_http`: connections to the backends, kept and used again.

use std::{
    collections::HashMap,
    fmt, io,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hyper::{
    Request, Response, StatusCode,
    body::Body as _,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use super::{
    Message,
    body::{Body, Progress, Reading},
    error::Error,
    in_use::InUse,
    load::Load,
    url::Url,
    worker::Worker,
};

/// The idle connections of one thread, by `host:port`.
#[derive(Debug, Default)]
pub(crate) struct Backends {
    // Never contended: each thread has its own.
    idle: Mutex<HashMap<String, Vec<Idle>>>,
}

/// A connection that nobody uses, and when it is too old to be used (`ttl=`).
#[derive(Debug)]
struct Idle {
    sender: SendRequest<Body>,
    until: Option<Instant>,
}

/// A connection to a worker's backend, ready for one request.
pub(crate) struct Connection<'a> {
    home: &'a Arc<Backends>,
    worker: &'a Worker,
    timeout: Duration,
    sender: SendRequest<Body>,
    reused: bool,
    in_use: InUse,
}

/// Holds a connection while a response body is read from it.
pub struct Lease {
    home: Arc<Backends>,
    backend: String,
    idle: Idle,
    keep: bool,
    in_use: InUse,
}

impl Backends {
    /// An idle connection to the worker's backend, or a new one.
    ///
    /// # Errors
    /// The backend's name has no address, it does not accept in time, or all that `max=` allows are in use.
    pub(crate) async fn connect<'a>(
        self: &'a Arc<Self>,
        worker: &'a Worker,
        timeout: Duration,
    ) -> Result<Connection<'a>, Error> {
        let (home, in_use) = worker.limit.acquire(worker, self).await?;
        let (sender, reused) = match home.take(worker.url.authority()) {
            Some(sender) => (sender, true),
            None => (open(worker, timeout).await?, false),
        };
        Ok(Connection { home, worker, timeout, sender, reused, in_use })
    }

    /// The connection used last that can take a request now; those that closed, or still upload, are let go.
    fn take(&self, backend: &str) -> Option<SendRequest<Body>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = idle.get_mut(backend)?;
        let usable =
            |idle: &Idle| idle.sender.is_ready() && idle.until.is_none_or(|until| Instant::now() < until);
        std::iter::from_fn(|| idle.pop()).find(usable).map(|idle| idle.sender)
    }
}

impl Connection<'_> {
    /// The URL of the backend at the other end.
    pub(crate) fn url(&self) -> &Url {
        &self.worker.url
    }

    /// Counts the request as one of a balancer's member.
    pub(crate) fn count(&mut self, load: Arc<Load>) {
        self.in_use.count(load);
    }

    /// Whether another request may use the connection after this one.
    pub(crate) fn keeps(&self) -> bool {
        self.worker.reuse()
    }

    // ANCHOR: send
    /// Sends the request and waits for the head of the answer; a connection that died while idle is replaced.
    ///
    /// # Errors
    /// 502 if the backend closes, answers what is not HTTP, or does not answer in time.
    pub(crate) async fn send(mut self, mut request: Request<Body>) -> Result<Response<Body>, Error> {
        if let Some(load) = self.in_use.load() {
            load.note_sent(Message::bytes_of_request(&request));
        }
        let progress = request.body().progress();
        let response = loop {
            let sent = self.sender.try_send_request(request);
            match in_time(self.timeout, &progress, sent).await? {
                Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                    return Err(Error::unexpected_upgrade(response.headers()));
                }
                Ok(response) => break response,
                Err(mut error) => match error.take_message() {
                    Some(unsent) if self.reused => {
                        request = unsent;
                        self.sender = open(self.worker, self.timeout).await?;
                        self.reused = false;
                    }
                    _ => return Err(Error::no_answer(&error.into_error())),
                },
            }
        };
        if let Some(load) = self.in_use.load() {
            load.note_read(Message::bytes_of_status_line(&response));
        }
        let lease = Lease {
            home: self.home.clone(),
            backend: self.worker.url.authority().to_owned(),
            idle: Idle { sender: self.sender, until: self.worker.usable_until() },
            keep: self.worker.reuse(),
            in_use: self.in_use,
        };
        Ok(response.map(|body| {
            if body.is_end_stream() {
                lease.give_back();
                Body::Response(body, None)
            } else {
                Body::Response(body, Some(Reading::new(lease, self.timeout)))
            }
        }))
    }
    // ANCHOR_END: send
}

impl Lease {
    /// Counts a piece of the body, if anybody counts.
    pub(crate) fn note_read(&self, bytes: usize) {
        if let Some(load) = self.in_use.load() {
            load.note_read(bytes as u64);
        }
    }

    /// Lets another request use the connection.
    pub(crate) fn give_back(self) {
        if self.keep {
            let mut idle = self.home.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.entry(self.backend).or_default().push(self.idle);
        }
        // Only now may the next request have it.
        drop(self.in_use);
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("backend", &self.backend).finish_non_exhaustive()
    }
}

/// What the future yields, if it comes within the limit, or within the limit after the upload last moved: a long
/// upload is not a late answer.
async fn in_time<T>(
    limit: Duration,
    progress: &Progress,
    answer: impl Future<Output = T>,
) -> Result<T, Error> {
    let mut answer = pin!(answer);
    loop {
        match timeout(limit, answer.as_mut()).await {
            Ok(answered) => return Ok(answered),
            Err(_) if progress.take() => {}
            Err(_) => return Err(Error::Late),
        }
    }
}

/// A new connection, whose task lives as long as its sender.
async fn open(worker: &Worker, answer_limit: Duration) -> Result<SendRequest<Body>, Error> {
    let (url, limit) = (&worker.url, worker.connect_timeout.unwrap_or(answer_limit));
    let port = url.port().ok_or_else(|| Error::InvalidPort(url.clone()))?;
    let host = url.host().trim_start_matches('[').trim_end_matches(']');
    let refused = |source| Error::Connect { backend: url.authority().to_owned(), source };
    let late = |_| refused(io::Error::new(io::ErrorKind::TimedOut, "the timeout specified has expired"));

    let no_address = |_| Error::Dns { host: host.to_owned() };
    let addresses: Vec<_> =
        timeout(limit, lookup_host((host, port))).await.map_err(late)?.map_err(no_address)?.collect();
    let stream = timeout(limit, TcpStream::connect(&*addresses)).await.map_err(late)?.map_err(refused)?;
    stream.set_nodelay(true).map_err(refused)?;
    let (sender, connection) = http1::Builder::new()
        .title_case_headers(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| refused(io::Error::other(error)))?;
    // Its errors reach whoever waits for the response.
    tokio::spawn(async { _ = connection.await });
    Ok(sender)
}
