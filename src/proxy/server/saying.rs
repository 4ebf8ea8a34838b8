//! An answer on its way to the client.

use std::task::{Context, Poll, ready};

use crate::proxy::{
    answer::Body,
    error::Error,
    server::client::{Client, write_size},
};

/// Up to so many bytes are copied behind a head or a chunk's size: one `send` costs less than a `writev`.
const COPIED: usize = 4 * 1024;

/// How far an answer has come whose head is in the client's `out` already.
pub(super) struct Saying {
    /// How many bytes of the body's piece follow what is in `out`.
    piece: usize,
    chunked: bool,
    ended: bool,
    /// Why the body breaks off; said once all that came before is on its way.
    broken: Option<Error>,
}

impl Saying {
    /// `bare` is an answer whose head is all there is, as to HEAD.
    pub(super) fn new(chunked: bool, bare: bool) -> Self {
        Self { piece: 0, chunked, ended: bare, broken: None }
    }

    /// Writes on, as far as the backend sends it and the client takes it; ready when all is on its way.
    ///
    /// # Errors
    /// The body breaks off, or nobody takes it.
    pub(super) fn poll(
        &mut self,
        client: &mut Client,
        body: &mut Body,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        loop {
            self.gather(client, body, cx);
            if client.out.is_empty() && self.piece == 0 {
                return match (self.broken.take(), self.ended) {
                    (Some(error), _) => Poll::Ready(Err(error)),
                    (None, true) => Poll::Ready(Ok(())),
                    (None, false) => Poll::Pending,
                };
            }
            match client.poll_write(&body.piece()[..self.piece], cx) {
                Poll::Pending => {
                    // While the client reads slowly, its request goes on.
                    if let Body::Incoming(incoming) = body {
                        ready!(incoming.poll_upload(client, cx))?;
                    }
                    return Poll::Pending;
                }
                Poll::Ready(taken) => {
                    let taken = taken?;
                    body.take(taken);
                    self.piece -= taken;
                    if self.piece == 0 && taken > 0 && self.chunked {
                        client.out.extend(b"\r\n");
                    }
                }
            }
        }
    }

    /// Takes what is there of the body: small pieces together with what is to be written, a large one as it is.
    fn gather(&mut self, client: &mut Client, body: &mut Body, cx: &mut Context<'_>) {
        while self.piece == 0 && !self.ended && client.out.len() < COPIED {
            match body.poll_piece(client, cx) {
                Poll::Pending => return,
                Poll::Ready(Err(error)) => (self.broken, self.ended) = (Some(error), true),
                Poll::Ready(Ok(())) => self.frame(client, body),
            }
        }
    }

    fn frame(&mut self, client: &mut Client, body: &mut Body) {
        let piece = body.piece();
        if piece.is_empty() {
            self.ended = true;
            if self.chunked {
                client.out.extend(b"0\r\n\r\n");
            }
            return;
        }
        if self.chunked {
            write_size(&mut client.out, piece.len());
        }
        if piece.len() > COPIED {
            self.piece = piece.len();
            return;
        }
        client.out.extend(piece);
        let length = piece.len();
        body.take(length);
        if self.chunked {
            client.out.extend(b"\r\n");
        }
    }
}
