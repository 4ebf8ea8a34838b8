//! The body of an answer on its way, and what is still to be said to the backend meanwhile.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{self, Duration},
};

use tokio::time::Instant;

use crate::proxy::{
    core::asker::Asker,
    error::Error,
    http1::{alarm::moment, buffer::Buffer, rest::Rest},
    mod_proxy_http::{backends::Backends, in_use::InUse, link::Link, upload::Upload},
};

/// Holds a connection while an answer is read from it.
pub(crate) struct Lease {
    pub home: Arc<Backends>,
    pub link: Link,
    pub ttl: Option<Duration>,
    /// When the head of the answer had come.
    pub answered: time::Instant,
    pub keep: bool,
    pub in_use: InUse,
}

/// The body of an answer. When it has been read to its end, and the request has been sent to its own, the connection may
/// serve the next request; one that ends early closes it.
pub(crate) struct Incoming {
    /// `None` once the exchange is over, for the connection.
    lease: Option<Lease>,
    input: Buffer,
    rest: Rest,
    /// How many bytes at the front of the input are the next piece.
    piece: usize,
    upload: Upload,
    limit: Duration,
    /// Since when the backend says nothing.
    silent: Option<Instant>,
}

impl Incoming {
    /// A body of which some may have come with the head.
    ///
    /// # Errors
    /// 502 if what came is no chunk: nothing has been said to the client yet.
    pub(crate) fn new(
        lease: Lease,
        input: Buffer,
        rest: Rest,
        upload: Upload,
        limit: Duration,
    ) -> Result<Self, Error> {
        let mut body = Self { lease: Some(lease), input, rest, piece: 0, upload, limit, silent: None };
        body.look()?;
        Ok(body)
    }

    /// Finds the next piece in what is there; lets the connection go once all is there.
    fn look(&mut self) -> Result<(), Error> {
        self.piece = self.rest.data(&mut self.input).map_err(|_| Error::ResponseBody("no chunk"))?;
        if let Some(load) = self.lease.as_ref().and_then(|lease| lease.in_use.load()) {
            load.note_read(self.piece as u64);
        }
        let all = match self.rest {
            Rest::Length(left) => left == self.piece as u64,
            rest => rest.is_end(),
        };
        if all && self.upload.is_done() {
            // What comes behind the answer was never asked for.
            let alone = self.input.data().len() == self.piece;
            if let Some(lease) = self.lease.take() {
                lease.give_back(alone);
            }
        }
        Ok(())
    }

    /// The next bytes; once `poll_piece` is ready, none are the end.
    pub(crate) fn piece(&self) -> &[u8] {
        &self.input.data()[..self.piece]
    }

    /// Takes so many bytes of the piece.
    pub(crate) fn take(&mut self, length: usize) {
        self.input.take(length);
        self.rest.took(length);
        self.piece -= length;
    }

    /// How many bytes are still to come, if that is known.
    pub(crate) fn length(&self) -> Option<u64> {
        match self.rest {
            Rest::End => Some(0),
            Rest::Length(left) => Some(left),
            Rest::Chunked(_) | Rest::ToClose => None,
        }
    }

    /// Ready when the next piece is there, or the end; what the client still sends goes on to the backend.
    ///
    /// # Errors
    /// The answer breaks off, or the backend says nothing for too long.
    pub(crate) fn poll_piece(
        &mut self,
        asker: &mut dyn Asker,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        _ = self.poll_upload(asker, cx)?;
        loop {
            if self.piece > 0 {
                return Poll::Ready(Ok(()));
            }
            self.look()?;
            if self.piece > 0 || self.rest.is_end() {
                return Poll::Ready(Ok(()));
            }
            let Some(lease) = &mut self.lease else { return Poll::Ready(Ok(())) };
            match lease.link.stream.poll_read(cx, &mut self.input) {
                Poll::Ready(Ok(1..)) => self.silent = None,
                Poll::Ready(Ok(0)) if self.rest == Rest::ToClose => {
                    self.rest = Rest::End;
                    lease.keep = false;
                }
                Poll::Ready(Ok(0)) => {
                    return Poll::Ready(Err(Error::ResponseBody("the backend closed in the middle of it")));
                }
                Poll::Ready(Err(_)) => return Poll::Ready(Err(Error::ResponseBody("the connection broke"))),
                Poll::Pending => {
                    if self.upload.moved {
                        (self.upload.moved, self.silent) = (false, None);
                    }
                    let since = *self.silent.get_or_insert_with(Instant::now);
                    ready!(lease.link.alarm.poll(moment(since, self.limit), cx));
                    return Poll::Ready(Err(Error::Late));
                }
            }
        }
    }

    /// Sends on what the client still says, though the answer has begun.
    ///
    /// # Errors
    /// The client's: it stops in the middle of its request.
    pub(crate) fn poll_upload(
        &mut self,
        asker: &mut dyn Asker,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let Some(lease) = &mut self.lease else { return Poll::Ready(Ok(())) };
        if self.upload.is_done() {
            return Poll::Ready(Ok(()));
        }
        match ready!(self.upload.poll(asker, &mut lease.link.stream, cx)) {
            // It wants no more of the request; its answer still counts.
            Err(Error::Closed(_)) => {
                lease.keep = false;
                self.upload = Upload::default();
            }
            other => other?,
        }
        Poll::Ready(Ok(()))
    }

    /// The same once the whole answer is on its way: ready when the whole request is, and the exchange over.
    ///
    /// # Errors
    /// The client's: it stops in the middle of its request.
    pub(crate) fn poll_end(
        &mut self,
        asker: &mut dyn Asker,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        ready!(self.poll_upload(asker, cx))?;
        self.look()?;
        Poll::Ready(Ok(()))
    }

    /// Whether the client need not go on, for its body is not wanted: the backend has not said `100 Continue`, or closed.
    pub(crate) fn is_refused(&self) -> bool {
        self.upload.held
    }

    /// Whether the request has moved on since somebody last asked.
    pub(crate) fn upload_moved(&mut self) -> bool {
        std::mem::take(&mut self.upload.moved)
    }
}

impl Lease {
    /// Lets another request use the connection, if nothing but the answer came over it.
    fn give_back(self, alone: bool) {
        if self.keep && alone {
            self.home.keep(self.link, self.answered, self.ttl);
        }
        // Only now may the next request have it.
        drop(self.in_use);
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("link", &self.link).field("keep", &self.keep).finish_non_exhaustive()
    }
}
