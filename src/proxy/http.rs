//! `mod_proxy_http`: connections to the backends, kept and used again.

use std::{
    collections::HashMap,
    fmt,
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hyper::{Request, Response, StatusCode, body::Body as _};
use tokio::time::timeout;

use super::{
    body::{Body, Progress, Reading},
    error::Error,
    link::Link,
    url::Url,
    worker::Worker,
};

/// The idle connections of one thread, by `host:port`.
#[derive(Debug, Default)]
pub(crate) struct Backends {
    // Never contended: each thread has its own.
    idle: Mutex<HashMap<String, Vec<Link>>>,
}

/// A connection to a worker's backend, ready for one request.
pub(crate) struct Connection<'a> {
    home: &'a Arc<Backends>,
    worker: &'a Worker,
    link: Link,
    reused: bool,
}

/// Holds a connection while a response body is read from it.
pub struct Lease {
    home: Arc<Backends>,
    backend: Url,
    link: Link,
}

impl Backends {
    /// An idle connection to the worker's backend, or a new one.
    ///
    /// # Errors
    /// The backend's name has no address, or it does not accept in time.
    pub(crate) async fn connect<'a>(
        self: &'a Arc<Self>,
        worker: &'a Worker,
    ) -> Result<Connection<'a>, Error> {
        let (link, reused) = match self.take(worker.url.authority()) {
            Some(link) => (link, true),
            None => (Link::open(&worker.url, worker.timeout).await?, false),
        };
        Ok(Connection { home: self, worker, link, reused })
    }

    /// The connection used last that can take a request now; those that closed, or still upload, are let go.
    fn take(&self, backend: &str) -> Option<Link> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = idle.get_mut(backend)?;
        std::iter::from_fn(|| idle.pop()).find_map(Link::if_ready)
    }

    fn keep(&self, backend: &Url, link: Link) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match idle.get_mut(backend.authority()) {
            Some(idle) => idle.push(link),
            None => _ = idle.insert(backend.authority().to_owned(), vec![link]),
        }
    }
}

impl Connection<'_> {
    /// The URL of the backend at the other end.
    pub(crate) fn url(&self) -> &Url {
        &self.worker.url
    }

    // ANCHOR: send
    /// Sends the request and waits for the head of the answer; a connection that died while idle is replaced.
    ///
    /// # Errors
    /// 502 if the backend closes, answers what is not HTTP, or does not answer in time.
    pub(crate) async fn send(mut self, mut request: Request<Body>) -> Result<Response<Body>, Error> {
        let progress = request.body().progress();
        let response = loop {
            if matches!(request.body(), Body::Request(..)) {
                self.link.drive_elsewhere();
            }
            let mut sent = pin!(self.link.sender.try_send_request(request));
            let answer = poll_fn(|cx| self.link.poll(cx, |cx| sent.as_mut().poll(cx)));
            match in_time(self.worker.timeout, &progress, answer).await? {
                Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                    return Err(Error::unexpected_upgrade(response.headers()));
                }
                Ok(response) => break response,
                Err(mut error) => match error.take_message() {
                    Some(unsent) if self.reused => {
                        request = unsent;
                        self.link = Link::open(&self.worker.url, self.worker.timeout).await?;
                        self.reused = false;
                    }
                    _ => return Err(Error::no_answer(&error.into_error())),
                },
            }
        };
        let lease = Lease { home: self.home.clone(), backend: self.worker.url.clone(), link: self.link };
        Ok(response.map(|body| {
            if body.is_end_stream() {
                lease.give_back();
                Body::Response(body, None)
            } else {
                Body::Response(body, Some(Reading::new(lease, self.worker.timeout)))
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

    /// Lets another request use the connection.
    pub(crate) fn give_back(self) {
        self.home.keep(&self.backend, self.link);
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
