//! `mod_proxy_http`: connections to the backends, kept and used again.

use std::{
    fmt,
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::{Poll, ready},
    time::{self, Duration},
};

use hyper::{
    Request, Response, StatusCode,
    body::{Body as _, Incoming},
};

use tokio::time::Instant;

use crate::proxy::{
    Message,
    error::Error,
    http1::alarm::moment,
    http1::url::Url,
    mod_proxy::worker::Worker,
    mod_proxy::worker::load::Load,
    mod_proxy_http::body::{Body, Reading},
    mod_proxy_http::in_use::InUse,
    mod_proxy_http::link::Link,
    mod_proxy_http::pool::Backends,
};

/// A connection to a worker's backend, ready for one request.
pub(crate) struct Connection<'a> {
    pub home: &'a Arc<Backends>,
    pub worker: &'a Worker,
    pub timeout: Duration,
    pub link: Link,
    /// Since when it is this request's.
    pub since: time::Instant,
    pub reused: bool,
    pub in_use: InUse,
}

/// Holds a connection while a response body is read from it.
pub struct Lease {
    home: Arc<Backends>,
    link: Link,
    ttl: Option<Duration>,
    /// When the head of the answer had come.
    answered: time::Instant,
    keep: bool,
    in_use: InUse,
}

impl<'a> Connection<'a> {
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
    /// No `async fn`, for that keeps its arguments twice, and this future is a part of each client's connection.
    ///
    /// # Errors
    /// 502 if the backend closes, answers what is not HTTP, or does not answer in time.
    pub(crate) fn send(
        mut self,
        request: Request<Body>,
    ) -> impl Future<Output = Result<Response<Body>, Error>> + use<'a> {
        if let Some(load) = self.in_use.load() {
            load.note_sent(Message::bytes_of_request(&request));
        }
        if matches!(request.body(), Body::Request(..)) {
            self.link.drive_elsewhere();
        }
        let progress = request.body().progress();
        let sent = self.link.sender.try_send_request(request);
        let mut late = moment(Instant::from_std(self.since), self.timeout);
        async move {
            let mut sent = pin!(sent);
            let answer = poll_fn(|cx| match self.link.poll(cx, |cx| sent.as_mut().poll(cx)) {
                Poll::Pending => loop {
                    ready!(self.link.alarm.poll(late, cx));
                    // A long upload is not a late answer.
                    if !progress.take() {
                        break Poll::Ready(Err(Error::Late));
                    }
                    late = moment(Instant::now(), self.timeout);
                },
                Poll::Ready(answer) => Poll::Ready(Ok(answer)),
            });
            let unsent = match answer.await? {
                Ok(response) => return self.answered(response),
                Err(mut error) => match error.take_message() {
                    Some(unsent) if self.reused => unsent,
                    _ => return Err(Error::no_answer(&error.into_error())),
                },
            };
            self.again(unsent).await
        }
    }
    // ANCHOR_END: send

    /// The same request on a new connection.
    fn again(
        mut self,
        unsent: Request<Body>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Body>, Error>> + Send + 'a>> {
        Box::pin(async move {
            self.link = Link::open(&self.worker.url, self.worker.time_to_connect(self.timeout)).await?;
            self.since = time::Instant::now();
            self.reused = false;
            self.send(unsent).await
        })
    }

    /// The answer, with the connection that its body comes on.
    fn answered(self, response: Response<Incoming>) -> Result<Response<Body>, Error> {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Err(Error::unexpected_upgrade(response.headers()));
        }
        if let Some(load) = self.in_use.load() {
            load.note_read(Message::bytes_of_status_line(&response));
        }
        let lease = Lease {
            home: self.home.clone(),
            link: self.link,
            ttl: self.worker.ttl,
            answered: time::Instant::now(),
            keep: self.worker.reuse(),
            in_use: self.in_use,
        };
        Ok(response.map(|body| {
            if body.is_end_stream() {
                lease.give_back();
                Body::Response(body, None)
            } else {
                Body::Response(body, Some(Box::new(Reading::new(lease, self.timeout))))
            }
        }))
    }
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
            self.home.keep(self.link, self.answered, self.ttl);
        }
        // Only now may the next request have it.
        drop(self.in_use);
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("link", &self.link).finish_non_exhaustive()
    }
}
