//! One request over a connection to a backend, up to the head of its answer.

use std::{
    task::{Context, Poll, ready},
    time::Duration,
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
        response_head::{Fault, ResponseHead},
    },
    mod_proxy::headers,
    mod_proxy_http::{link::Link, upload::Upload},
};

/// A client that has gone is noticed within this time; one that is answered sooner is not looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How many interim answers are too many for Apache; the last of them is passed on all the same.
const MAX_INTERIM: usize = 10;

/// An exchange up to the head of its answer.
pub(super) struct Exchange<'a> {
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

impl<'a> Exchange<'a> {
    pub(super) fn new(link: &'a mut Link, upload: &'a mut Upload, timeout: Duration) -> Self {
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
    pub(super) fn has_heard_nothing(&self) -> bool {
        self.input.is_empty() && self.interims == 0
    }

    pub(super) fn parts(self) -> (Lent<Head>, ResponseHead, Buffer) {
        (self.head, self.reader, self.input)
    }

    /// Ready when the head of the final answer has come.
    pub(super) fn poll(&mut self, asker: &mut dyn Asker, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
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
