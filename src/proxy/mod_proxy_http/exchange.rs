//! One request and its answer over a connection to a backend.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{self, Duration},
};

use tokio::time::Instant;

use crate::proxy::{
    core::asker::Asker,
    error::Error,
    http1::{
        alarm::moment,
        buffer::Buffer,
        head::Head,
        lent::Lent,
        name::UPGRADE,
        response_head::{Fault, ResponseHead},
        url::Url,
    },
    mod_proxy::{
        headers,
        worker::{Worker, load::Load},
    },
    mod_proxy_http::{
        in_use::{InUse, acquire},
        incoming::{Incoming, Lease},
        link::Link,
        pool::Backends,
        upload::Upload,
    },
};

/// A client that has gone is noticed within this time; one that is answered sooner is not looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How many interim answers are too many for Apache; the last of them is passed on all the same.
const MAX_INTERIM: usize = 10;

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

/// An exchange up to the head of its answer.
struct Exchange<'a> {
    link: &'a mut Link,
    upload: &'a mut Upload,
    input: Buffer,
    reader: ResponseHead,
    head: Lent<Head>,
    /// An interim answer on its way to the client.
    interim: bool,
    interims: usize,
    /// When the backend is late.
    late: Instant,
    /// When the client is looked at; `None` once it is looked at all the time.
    look: Option<Instant>,
    timeout: Duration,
    /// What became of the request's body, where the backend takes no more of it.
    refused: Option<Error>,
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
        let link = home.take(worker.url.authority(), time::Instant::now(), safe, limited);
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

    // ANCHOR: send
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
    // ANCHOR_END: send

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
            answered: time::Instant::now(),
            keep: self.worker.reuse() && reader.persists(&head),
            in_use: self.in_use,
        };
        let body = Incoming::new(lease, input, reader.body(head.status(), to_head), upload, self.timeout)?;
        Ok(Reply { head, body })
    }
}

impl<'a> Exchange<'a> {
    fn new(link: &'a mut Link, upload: &'a mut Upload, timeout: Duration) -> Self {
        let now = Instant::now();
        Self {
            link,
            upload,
            input: Buffer::default(),
            reader: ResponseHead::default(),
            head: Lent::new(),
            interim: false,
            interims: 0,
            late: moment(now, timeout),
            look: Some(now + LOOK),
            timeout,
            refused: None,
        }
    }

    /// Whether not a byte of an answer has come, nor of an interim one.
    fn has_heard_nothing(&self) -> bool {
        self.input.is_empty() && self.interims == 0
    }

    fn parts(self) -> (Lent<Head>, ResponseHead, Buffer) {
        (self.head, self.reader, self.input)
    }

    /// Ready when the head of the final answer has come.
    fn poll(&mut self, asker: &mut dyn Asker, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.refused.is_none()
            && let Poll::Ready(Err(error)) = self.upload.poll(asker, &mut self.link.stream, cx)
        {
            if !matches!(error, Error::Closed(_)) {
                return Poll::Ready(Err(error));
            }
            // Perhaps it has said why before it closed.
            self.refused = Some(error);
        }
        if std::mem::take(&mut self.upload.moved) {
            // A long upload is no late answer.
            self.late = moment(Instant::now(), self.timeout);
        }
        loop {
            if self.interim {
                ready!(asker.poll_interim(&self.head, cx))?;
                if self.head.status() == 100 {
                    // The body may come now.
                    self.upload.held = false;
                    cx.waker().wake_by_ref();
                }
                self.next_head()?;
            }
            if !self.input.is_empty()
                && let Some(length) =
                    self.reader.read(self.input.data(), &mut self.head).map_err(Error::from)?
            {
                self.input.take(length);
                if !matches!(self.head.status(), 100 | 102..=199) {
                    return Poll::Ready(Ok(()));
                }
                self.interims += 1;
                headers::end_to_end_interim(&mut self.head);
                // A `100` that nobody asked for is none of the client's.
                self.interim = self.head.status() != 100 || self.upload.held;
                if !self.interim {
                    self.next_head()?;
                }
                continue;
            }
            match self.link.stream.poll_read(cx, &mut self.input) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(end) => return Poll::Ready(Err(self.end(end.err()))),
                Poll::Pending => break,
            }
        }
        self.poll_waits(asker, cx)
    }

    /// Ready when the backend has been silent for too long, or nobody waits for its answer any more.
    fn poll_waits(&mut self, asker: &mut dyn Asker, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        loop {
            if self.look.is_none() && asker.poll_gone(cx).is_ready() {
                return Poll::Ready(Err(Error::ClientGone));
            }
            // A client that is waited for has a limit of its own.
            let late = Some(self.late).filter(|_| !self.upload.waits_for_client);
            let Some(next) = [late, self.look].into_iter().flatten().min() else { return Poll::Pending };
            ready!(self.link.alarm.poll(next, cx));
            if self.look != Some(next) {
                return Poll::Ready(Err(self.too_late()));
            }
            self.look = None;
        }
    }

    fn too_late(&self) -> Error {
        if self.upload.held {
            Error::NoContinue
        } else if self.reader.has_begun() {
            Error::BadHeader("the timeout specified has expired in the middle of the head".to_owned())
        } else {
            Error::Late
        }
    }

    /// Ready for the head behind an interim one.
    fn next_head(&mut self) -> Result<(), Error> {
        if self.interims >= MAX_INTERIM {
            let many = format!("Too many ({MAX_INTERIM}) interim responses from origin server");
            return Err(Error::NotHttp11(many));
        }
        self.interim = false;
        self.reader = ResponseHead::default();
        self.head.clear();
        Ok(())
    }

    /// The backend closed before its answer was complete.
    fn end(&mut self, error: Option<std::io::Error>) -> Error {
        if self.reader.has_begun() {
            return Error::BadHeader("the backend closed in the middle of the head".to_owned());
        }
        if !self.input.is_empty() {
            return Error::Closed("the backend closed in the middle of the status line".to_owned());
        }
        let closed = || Error::Closed("the backend closed the connection".to_owned());
        let said = error.map(|error| Error::Closed(error.to_string()));
        self.refused.take().or(said).unwrap_or_else(closed)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::StatusLine(line) if is_of_another_version(&line) => {
                Self::NotHttp11(format!("Corrupt status line returned by remote server: {line}"))
            }
            Fault::StatusLine(line) => Self::BadAnswer(format!("no status line: {line}")),
            Fault::Field(why) => Self::BadHeader(why.to_owned()),
        }
    }
}

/// Whether this looks like the status line of another version of HTTP.
fn is_of_another_version(line: &str) -> bool {
    let line = line.as_bytes();
    let digit = |at: usize| line.get(at).is_some_and(u8::is_ascii_digit);
    line.starts_with(b"HTTP/")
        && digit(5)
        && line.get(6) == Some(&b'.')
        && digit(7)
        && line[5] != b'1'
        && line.get(8) == Some(&b' ')
        && (9..12).all(digit)
}
