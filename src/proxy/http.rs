//! `mod_proxy_http`: connections to the backends, kept and used again.

use std::{
    collections::HashMap,
    fmt,
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hyper::{Request, Response, StatusCode, body::Body as _};
use tokio::time::timeout;

use super::{
    Message,
    body::{Body, Progress, Reading},
    error::Error,
    in_use::InUse,
    link::Link,
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
    link: Link,
    until: Option<Instant>,
}

/// A connection to a worker's backend, ready for one request.
pub(crate) struct Connection<'a> {
    home: &'a Arc<Backends>,
    worker: &'a Worker,
    timeout: Duration,
    link: Link,
    reused: bool,
    in_use: InUse,
}

/// Holds a connection while a response body is read from it.
pub struct Lease {
    home: Arc<Backends>,
    backend: Url,
    link: Link,
    until: Option<Instant>,
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
        let (link, reused) = match home.take(worker.url.authority()) {
            Some(link) => (link, true),
            None => (Link::open(&worker.url, worker.time_to_connect(timeout)).await?, false),
        };
        Ok(Connection { home, worker, timeout, link, reused, in_use })
    }

    /// The connection used last that can take a request now; those that closed, or still upload, are let go.
    fn take(&self, backend: &str) -> Option<Link> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = idle.get_mut(backend)?;
        let fresh = |idle: &Idle| idle.until.is_none_or(|until| Instant::now() < until);
        std::iter::from_fn(|| idle.pop()).filter(fresh).find_map(|idle| idle.link.if_ready())
    }

    fn keep(&self, backend: &Url, new: Idle) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match idle.get_mut(backend.authority()) {
            Some(idle) => idle.push(new),
            None => _ = idle.insert(backend.authority().to_owned(), vec![new]),
        }
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
            if matches!(request.body(), Body::Request(..)) {
                self.link.drive_elsewhere();
            }
            let mut sent = pin!(self.link.sender.try_send_request(request));
            let answer = poll_fn(|cx| self.link.poll(cx, |cx| sent.as_mut().poll(cx)));
            match in_time(self.timeout, &progress, answer).await? {
                Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                    return Err(Error::unexpected_upgrade(response.headers()));
                }
                Ok(response) => break response,
                Err(mut error) => match error.take_message() {
                    Some(unsent) if self.reused => {
                        request = unsent;
                        let limit = self.worker.time_to_connect(self.timeout);
                        self.link = Link::open(&self.worker.url, limit).await?;
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
            backend: self.worker.url.clone(),
            link: self.link,
            until: self.worker.usable_until(),
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
    /// The connection, to be driven while the body is read.
    pub(crate) fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    /// Counts a piece of the body, if anybody counts.
    pub(crate) fn note_read(&self, bytes: usize) {
        if let Some(load) = self.in_use.load() {
            load.note_read(bytes as u64);
        }
    }

    /// Lets another request use the connection; where they are counted, not before it can take one.
    pub(crate) fn give_back(mut self) {
        if !self.in_use.is_limited() {
            return self.put();
        }
        tokio::spawn(async move {
            if self.link.ready().await {
                self.put();
            }
        });
    }

    fn put(self) {
        if self.keep {
            self.home.keep(&self.backend, Idle { link: self.link, until: self.until });
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
