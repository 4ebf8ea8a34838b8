//! A connection to a backend for one request: found among the idle ones or opened, and used.

use std::{
    future::poll_fn,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::proxy::{
    core::asker::Asker,
    error::Error,
    http1::{buffer::Buffer, head::Head, lent::Lent, name::UPGRADE, response_head::ResponseHead, url::Url},
    mod_proxy::worker::{Worker, load::Load},
    mod_proxy_http::{
        backends::Backends,
        exchange::Exchange,
        in_use::{InUse, acquire},
        incoming::{Incoming, Lease},
        link::Link,
        upload::Upload,
    },
};

/// A connection to a worker's backend, ready for one request.
pub(crate) struct Connection<'a> {
    pub home: &'a Arc<Backends>,
    pub worker: &'a Worker,
    pub timeout: Duration,
    pub link: Link,
    pub reused: bool,
    pub in_use: InUse,
}

/// The head of an answer, and the body that follows it.
pub(crate) struct Reply {
    pub head: Lent<Head>,
    pub body: Incoming,
}

impl Backends {
    /// An idle connection to the worker's backend, or a new one; `safe` says that the request may be sent twice.
    ///
    /// # Errors
    /// The backend's name has no address, it does not accept in time, or all that `max=` allows are in use.
    pub(crate) async fn connect<'a>(
        self: &'a Arc<Self>,
        worker: &'a Worker,
        timeout: Duration,
        safe: bool,
    ) -> Result<Connection<'a>, Error> {
        let (home, in_use) = acquire(worker, self, timeout).await?;
        let limited = in_use.is_limited();
        let link = home.take(worker.url.authority(), Instant::now(), safe, limited);
        let reused = link.is_some();
        let link = match link {
            Some(link) => link,
            None => Box::pin(home.open(worker, timeout)).await?,
        };
        Ok(Connection { home, worker, timeout, link, reused, in_use })
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

    /// Sends the request and waits for the head of the answer. A connection that was used before, and on which the
    /// backend closes without a byte, is replaced by a new one if the request may be sent twice (RFC 9110 §9.2.2).
    ///
    /// # Errors
    /// 502 if the backend closes, answers what is not HTTP, or does not answer in time; the client's own.
    pub(crate) async fn send(
        mut self,
        request: &Head,
        mut upload: Upload,
        safe: bool,
        asker: &mut dyn Asker,
    ) -> Result<Reply, Error> {
        let to_head = request.method() == b"HEAD";
        loop {
            upload.begin(|out| request.write_request(out));
            if let Some(load) = self.in_use.load() {
                load.note_sent(upload.head_length() + upload.announced());
            }
            let mut exchange = Exchange::new(&mut self.link, &mut upload, self.timeout);
            match poll_fn(|cx| exchange.poll(asker, cx)).await {
                Err(Error::Closed(_)) if safe && self.reused && exchange.has_heard_nothing() => {}
                answered => {
                    let (head, reader, input) = answered.map(|()| exchange.parts())?;
                    return self.answered(head, &reader, input, upload, to_head);
                }
            }
            self.link = self.home.open(self.worker, self.timeout).await?;
            self.reused = false;
        }
    }

    /// The answer, with the connection that its body comes on.
    fn answered(
        self,
        head: Lent<Head>,
        reader: &ResponseHead,
        input: Buffer,
        upload: Upload,
        to_head: bool,
    ) -> Result<Reply, Error> {
        if head.status() == 101 {
            let protocol = head.get(UPGRADE).unwrap_or(b"n/a");
            return Err(Error::Upgraded(String::from_utf8_lossy(protocol).into_owned()));
        }
        if to_head && reader.repeats_length() {
            return Err(Error::BadHeader("Content-Length is not one number".to_owned()));
        }
        if let Some(load) = self.in_use.load() {
            load.note_read((head.version().len() + " 200 ".len() + head.reason().len()) as u64);
        }
        let lease = Lease {
            home: self.home.clone(),
            link: self.link,
            ttl: self.worker.ttl,
            answered: Instant::now(),
            keep: self.worker.reuse() && reader.persists(&head),
            in_use: self.in_use,
        };
        let body = Incoming::new(lease, input, reader.body(head.status(), to_head), upload, self.timeout)?;
        Ok(Reply { head, body })
    }
}
