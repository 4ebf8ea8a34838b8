//! A request on its way to the backend: its head, and its body as it comes.

use std::{
    io::Write,
    task::{Context, Poll, ready},
};

use crate::proxy::{
    core::asker::{Asker, fill},
    error::Error,
    http1::{lent::Lent, request_head::Framing, stream::Stream},
};

/// How much of a request body is read before the backend is connected (apache-facts §4).
const READ_AHEAD: usize = 16 * 1024 - 80;
/// Up to so many bytes are copied behind a head: one `send` costs less than a `writev`.
const COPIED: usize = 4 * 1024;

/// What is to be written, and what is still to come of it.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    /// Heads, sizes of chunks and small pieces; the first `sent` bytes are on their way.
    out: Lent<Vec<u8>>,
    sent: usize,
    /// What was read of a chunked body before the backend was connected.
    ahead: Vec<u8>,
    /// How many bytes behind `out` belong to the same piece: of `ahead`, or of the client's.
    piece: usize,
    body: Body,
    /// Whether the client waits for `100 Continue`, and so the body for the backend.
    pub held: bool,
    /// Whether the client is waited for, not the backend.
    pub waits_for_client: bool,
    /// Whether anything has moved since somebody last looked.
    pub moved: bool,
}

/// How the body goes on, and what of it is still to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Body {
    /// Nothing.
    #[default]
    End,
    /// So many bytes.
    Length(u64),
    /// The bytes that were read ahead, then chunks as they come.
    Chunks,
}

impl Upload {
    /// Reads a request body to its end or to 16 KiB, whichever comes first; none of it if the client waits for
    /// `100 Continue`.
    ///
    /// # Errors
    /// 400 if the client stops in the middle of it, 408 if it does so without a word.
    pub(crate) async fn read_ahead(asker: &mut dyn Asker, expects: bool) -> Result<Self, Error> {
        let mut upload = Self { held: expects, ..Self::default() };
        match asker.framing() {
            Framing::None | Framing::Length(0) => {}
            Framing::Length(length) => {
                if !expects {
                    fill(asker, usize::try_from(length).unwrap_or(READ_AHEAD).min(READ_AHEAD)).await?;
                }
                upload.body = Body::Length(length);
            }
            Framing::Chunked => {
                upload.body = Body::Chunks;
                while !expects && upload.ahead.len() < READ_AHEAD {
                    fill(asker, 1).await?;
                    if asker.piece().is_empty() {
                        let length = upload.ahead.len() as u64;
                        upload.body = if length == 0 { Body::End } else { Body::Length(length) };
                        break;
                    }
                    upload.ahead.extend(asker.piece());
                    asker.take(asker.piece().len());
                }
            }
        }
        upload.held &= upload.body != Body::End;
        Ok(upload)
    }
}

impl Upload {
    /// How the body is framed for the backend.
    pub(crate) fn framing(&self, asked: Framing) -> Framing {
        match (self.body, asked) {
            (_, Framing::None) => Framing::None,
            (Body::Chunks, _) => Framing::Chunked,
            (Body::Length(length), _) => Framing::Length(length),
            (Body::End, _) => Framing::Length(0),
        }
    }

    /// Whether there is no body: then the request can be written once more.
    pub(crate) fn is_bodiless(&self) -> bool {
        self.body == Body::End && self.ahead.is_empty()
    }

    /// How many bytes the body has in all, if that is known; 0 if not.
    pub(crate) fn announced(&self) -> u64 {
        if let Body::Length(length) = self.body { length } else { 0 }
    }

    /// What is written first.
    pub(crate) fn begin(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.out.clear();
        self.sent = 0;
        write(&mut self.out);
    }

    /// How many bytes the head takes.
    pub(crate) fn head_length(&self) -> u64 {
        self.out.len() as u64
    }

    /// Writes on, as far as the backend takes it and the client sends it.
    ///
    /// # Errors
    /// The client's, or `Closed` where the backend takes no more.
    pub(crate) fn poll(
        &mut self,
        asker: &mut dyn Asker,
        stream: &mut Stream,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        loop {
            if self.sent == self.out.len() && self.piece == 0 {
                if self.is_done() || self.held {
                    return Poll::Ready(Ok(()));
                }
                self.waits_for_client = true;
                ready!(self.poll_next(asker, cx))?;
                self.waits_for_client = false;
                continue;
            }
            if self.piece == 0 && !self.held && self.body != Body::End && self.out.len() < COPIED {
                // What is there of the body goes with the head.
                if let Poll::Ready(next) = self.poll_next(asker, cx) {
                    next?;
                }
            }
            let data = if self.ahead.is_empty() { asker.piece() } else { &self.ahead };
            let pieces = [&self.out[self.sent..], &data[..self.piece]];
            let written = if self.piece == 0 {
                ready!(stream.poll_write(cx, &pieces[..1]))
            } else if pieces[0].is_empty() {
                ready!(stream.poll_write(cx, &pieces[1..]))
            } else {
                ready!(stream.poll_write(cx, &pieces))
            };
            self.wrote(written.map_err(|error| Error::Closed(error.to_string()))?, asker);
        }
    }

    /// Whether all has been written.
    pub(crate) fn is_done(&self) -> bool {
        self.sent == self.out.len() && self.piece == 0 && self.body == Body::End
    }

    fn wrote(&mut self, length: usize, asker: &mut dyn Asker) {
        // The head alone is no upload.
        self.moved |= self.piece > 0 || self.body != Body::End;
        let front = length.min(self.out.len() - self.sent);
        self.sent += front;
        if self.sent == self.out.len() {
            self.out.clear();
            self.sent = 0;
        }
        self.took(length - front, asker);
    }

    /// So many bytes of the piece are written, or have been copied.
    fn took(&mut self, length: usize, asker: &mut dyn Asker) {
        if length == 0 {
            return;
        }
        if self.ahead.is_empty() {
            asker.take(length);
        } else if length == self.ahead.len() {
            self.ahead = Vec::new();
        } else {
            self.ahead.drain(..length);
        }
        self.piece -= length;
        match &mut self.body {
            Body::Length(left) => {
                *left -= length as u64;
                if *left == 0 {
                    self.body = Body::End;
                }
            }
            Body::Chunks if self.piece == 0 => self.out.extend(b"\r\n"),
            Body::Chunks | Body::End => {}
        }
    }

    /// The next piece of the body; a small one is copied.
    fn poll_next(&mut self, asker: &mut dyn Asker, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.ahead.is_empty() {
            ready!(asker.poll_fill(1, cx))?;
        }
        let data = if self.ahead.is_empty() { asker.piece() } else { &self.ahead };
        self.piece = data.len();
        if let Body::Chunks = self.body {
            if data.is_empty() {
                self.out.extend(b"0\r\n\r\n");
                self.body = Body::End;
                return Poll::Ready(Ok(()));
            }
            _ = write!(self.out, "{:x}\r\n", data.len());
        } else if data.is_empty() {
            return Poll::Ready(Err(Error::RequestBody("the client closed in the middle of it")));
        }
        if self.piece <= COPIED {
            self.out.extend(data);
            self.took(self.piece, asker);
        }
        Poll::Ready(Ok(()))
    }
}
