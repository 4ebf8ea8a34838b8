//! One connection to a backend, driven by the very task that waits for its answer.
//!
//! hyper splits a client connection in two: a sender of requests, and a future that reads and writes. As a task of its
//! own that future costs a wakeup each way; polled by the task that serves the client, it costs none.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use crate::proxy::{
    error::Error, http1::alarm::Alarm, http1::one_write::OneWrite, http1::url::Url,
    mod_proxy_http::body::Body, mod_proxy_http::resolve::resolve,
};

type Driver = http1::Connection<TokioIo<OneWrite<TcpStream>>, Body>;

/// A connection to a backend.
pub(crate) struct Link {
    /// `host:port` of the backend; its own copy, as a count of references would be written by every core in turn.
    pub backend: String,
    pub sender: SendRequest<Body>,
    /// What reads and writes; `None` once the connection has ended, or when a task of its own drives it.
    driver: Option<Pin<Box<Driver>>>,
    /// Rings when the backend has been silent for too long.
    pub alarm: Alarm,
}

impl Link {
    /// A new connection.
    ///
    /// # Errors
    /// The backend's name has no address, or it does not accept in time.
    pub(crate) async fn open(url: &Url, limit: Duration) -> Result<Self, Error> {
        let port = url.port().ok_or_else(|| Error::InvalidPort(url.clone()))?;
        let host = url.host();
        let refused = |source| Error::Connect { backend: url.authority().to_owned(), source };
        let late = |_| refused(io::Error::new(io::ErrorKind::TimedOut, "the timeout specified has expired"));

        let addresses = resolve(host, port, limit).await.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => refused(error),
            _ => Error::Dns { host: host.trim_matches(['[', ']']).to_owned() },
        })?;
        let stream = timeout(limit, TcpStream::connect(&*addresses)).await.map_err(late)?.map_err(refused)?;
        stream.set_nodelay(true).map_err(refused)?;
        let (sender, driver) = http1::Builder::new()
            .title_case_headers(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .handshake(TokioIo::new(OneWrite::new(stream)))
            .await
            .map_err(|error| refused(io::Error::other(error)))?;
        Ok(Self {
            backend: url.authority().to_owned(),
            sender,
            driver: Some(Box::pin(driver)),
            alarm: Alarm::default(),
        })
    }

    // ANCHOR: poll
    /// Polls what comes over the connection, and lets the connection read and write as far as it can.
    pub(crate) fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut what: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        // What comes is sent by the driver, which is polled right here: nobody need be woken for it.
        let unwoken = &mut Context::from_waker(Waker::noop());
        let Some(driver) = &mut self.driver else { return what(cx) };
        if let ready @ Poll::Ready(_) = what(unwoken) {
            return ready;
        }
        if driver.as_mut().poll(cx).is_ready() {
            // Its error, if any, reaches whoever waits for the answer.
            self.driver = None;
            return what(cx);
        }
        what(unwoken)
    }
    // ANCHOR_END: poll

    /// Gives the connection a task of its own: an upload must go on while the answer waits for a slow client.
    pub(crate) fn drive_elsewhere(&mut self) {
        if let Some(driver) = self.driver.take() {
            tokio::spawn(async { _ = driver.await });
        }
    }

    /// Waits until it can take a request; one that is driven here can, or finds its end, when it is taken.
    pub(crate) async fn ready(&mut self) -> bool {
        self.driver.is_some() || self.sender.ready().await.is_ok()
    }

    /// Whether it can take a request now.
    pub(crate) fn is_ready(&mut self) -> bool {
        // An end that came while it was idle is noticed here.
        let nothing = |_: &mut Context<'_>| Poll::<()>::Pending;
        _ = self.poll(&mut Context::from_waker(Waker::noop()), nothing);
        self.sender.is_ready()
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("backend", &self.backend)
            .field("driven_here", &self.driver.is_some())
            .finish_non_exhaustive()
    }
}
