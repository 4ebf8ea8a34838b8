//! `mod_proxy_http`: connections to the backends, kept and used again.

use std::{
    collections::HashMap,
    fmt, io,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
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
    body::{Body, Progress, Reading},
    error::Error,
    url::Url,
    worker::Worker,
};

/// The idle connections of one thread, by `host:port`.
#[derive(Debug, Default)]
pub(crate) struct Backends {
    // Never contended: each thread has its own.
    idle: Mutex<HashMap<String, Vec<SendRequest<Body>>>>,
}

/// A connection to a worker's backend, ready for one request.
pub(crate) struct Connection<'a> {
    home: &'a Arc<Backends>,
    worker: &'a Worker,
    sender: SendRequest<Body>,
    reused: bool,
}

/// Holds a connection while a response body is read from it.
pub struct Lease {
    home: Arc<Backends>,
    backend: String,
    sender: SendRequest<Body>,
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
        if let Some(sender) = self.take(worker.url.authority()) {
            return Ok(Connection { home: self, worker, sender, reused: true });
        }
        let sender = open(&worker.url, worker.timeout).await?;
        Ok(Connection { home: self, worker, sender, reused: false })
    }

    /// The connection used last that can take a request now; those that closed, or still upload, are let go.
    fn take(&self, backend: &str) -> Option<SendRequest<Body>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = idle.get_mut(backend)?;
        std::iter::from_fn(|| idle.pop()).find(SendRequest::is_ready)
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
            let sent = self.sender.try_send_request(request);
            match in_time(self.worker.timeout, &progress, sent).await? {
                Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                    return Err(Error::unexpected_upgrade(response.headers()));
                }
                Ok(response) => break response,
                Err(mut error) => match error.take_message() {
                    Some(unsent) if self.reused => {
                        request = unsent;
                        self.sender = open(&self.worker.url, self.worker.timeout).await?;
                        self.reused = false;
                    }
                    _ => return Err(Error::no_answer(&error.into_error())),
                },
            }
        };
        let lease = Lease {
            home: self.home.clone(),
            backend: self.worker.url.authority().to_owned(),
            sender: self.sender,
        };
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
    /// Lets another request use the connection.
    pub(crate) fn give_back(self) {
        let mut idle = self.home.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.entry(self.backend).or_default().push(self.sender);
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
async fn open(url: &Url, limit: Duration) -> Result<SendRequest<Body>, Error> {
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
