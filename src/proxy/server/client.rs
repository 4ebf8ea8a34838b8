//! A client's end of its connection: requests as they are read, and answers as they are written.

mod asker;

use std::{
    io::Write,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::Instant;

use crate::proxy::{
    error::Error,
    http1::{
        alarm::{Alarm, moment},
        buffer::Buffer,
        head::Head,
        lent::Lent,
        read_limit::ReadLimit,
        request_head::{Framing, Refusal, RequestHead},
        rest::Rest,
        stream::Stream,
    },
    server::patience::Patience,
};

/// How long a client is waited for; until a request says which virtual host is meant, the first one's limits count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// `RequestReadTimeout header=`.
    pub header: ReadLimit,
    /// `Timeout`.
    pub silence: Duration,
    /// `KeepAliveTimeout`.
    pub idle: Duration,
}

/// A client's connection.
pub(super) struct Client {
    pub stream: Stream,
    pub limits: Limits,
    /// Rings for whatever the client is waited for.
    pub alarm: Alarm,
    input: Buffer,
    reader: RequestHead,
    /// How the body of the request is framed, what of it is still to come, and how much of that is there.
    framing: Framing,
    rest: Rest,
    piece: usize,
    body_limit: (ReadLimit, Duration),
    patience: Patience,
    idle_since: Option<Instant>,
    pub heads: usize,
    /// Whether the client has said that it sends no more.
    closed: bool,
    /// Whether it has had its time.
    pub late: bool,
    /// Whether what follows cannot be told from the body.
    lost: bool,
    /// Whether it knows neither chunks nor interim answers.
    pub old: bool,
    /// What is to be written; the first `sent` bytes are on their way.
    pub(super) out: Lent<Vec<u8>>,
    pub(super) sent: usize,
    /// Since when the client takes nothing.
    pub(super) stalled: Option<Instant>,
}

/// What comes of waiting for a request.
pub(super) enum Next {
    /// Its head.
    Head,
    /// A head that is none.
    Refused(Refusal),
    /// The client is idle, while the server stops.
    Idle,
    /// Nothing more.
    End,
}

impl Client {
    pub(super) fn new(stream: Stream, limits: Limits) -> Self {
        Self {
            stream,
            limits,
            alarm: Alarm::default(),
            input: Buffer::default(),
            reader: RequestHead::default(),
            framing: Framing::None,
            rest: Rest::End,
            piece: 0,
            body_limit: (limits.header, limits.silence),
            patience: Patience::default(),
            idle_since: None,
            heads: 0,
            closed: false,
            late: false,
            lost: false,
            old: false,
            out: Lent::without_room(),
            sent: 0,
            stalled: None,
        }
    }

    /// Ready when the next head has come, or something else: it is none, or takes too long.
    ///
    /// A client that says nothing holds no room.
    pub(super) fn poll_next(
        &mut self,
        head: &mut Option<Lent<Head>>,
        stops: bool,
        cx: &mut Context<'_>,
    ) -> Poll<Next> {
        loop {
            if !self.input.is_empty() {
                let head = head.get_or_insert_default();
                match self.reader.read(self.input.data(), head) {
                    Ok(Some(length)) => {
                        self.input.take(length);
                        self.begin(head);
                        return Poll::Ready(Next::Head);
                    }
                    Ok(None) => {}
                    Err(refusal) => return Poll::Ready(self.refuse(refusal)),
                }
            }
            if self.closed {
                return Poll::Ready(Next::End);
            }
            match self.stream.poll_read(cx, &mut self.input) {
                Poll::Ready(Ok(length @ 1..)) => {
                    self.idle_since = None;
                    self.patience.came(length);
                }
                Poll::Ready(_) => self.closed = true,
                Poll::Pending if self.input.is_empty() && self.heads > 0 => {
                    if stops {
                        return Poll::Ready(Next::Idle);
                    }
                    let since = *self.idle_since.get_or_insert_with(Instant::now);
                    ready!(self.alarm.poll(moment(since, self.limits.idle), cx));
                    return Poll::Ready(Next::End);
                }
                Poll::Pending if stops && self.input.is_empty() => return Poll::Ready(Next::Idle),
                Poll::Pending => {
                    self.input.park();
                    let end = self.patience.end(self.limits.header, self.limits.silence);
                    ready!(self.alarm.poll(end, cx));
                    self.late = true;
                    // Half a head is answered; less than that, as in Apache, is not.
                    if !self.reader.has_request_line() {
                        return Poll::Ready(Next::End);
                    }
                    self.reader.finish(self.input.data(), head.get_or_insert_default());
                    return Poll::Ready(self.refuse(Refusal::Late));
                }
            }
        }
    }

    /// A head has come: its body follows.
    fn begin(&mut self, head: &Head) {
        self.heads += 1;
        self.old = head.is_old();
        self.framing = self.reader.framing();
        self.rest = self.framing.into();
        // Who frames a body in two ways may have meant the other (RFC 9112 §6.1).
        self.lost = self.reader.is_ambiguous();
        self.reader = RequestHead::default();
        self.patience = Patience::default();
        self.piece = 0;
    }

    fn refuse(&mut self, refusal: Refusal) -> Next {
        self.lost = true;
        (self.framing, self.rest) = (Framing::None, Rest::End);
        Next::Refused(refusal)
    }

    /// Whether the connection may serve another request, as far as what was read tells.
    pub(super) fn may_go_on(&self) -> bool {
        !self.lost
    }

    /// Whether the whole request was read, and nothing behind it.
    pub(super) fn has_read_all(&self) -> bool {
        !self.lost && self.rest.is_end() && self.input.is_empty()
    }

    /// Drops what is there of a body that nobody wants; whether that is all of it.
    pub(super) fn drop_body(&mut self) -> bool {
        while !self.rest.is_end() {
            match self.rest.data(&mut self.input) {
                Ok(there @ 1..) => {
                    self.input.take(there);
                    self.rest.took(there);
                }
                _ => break,
            }
        }
        self.piece = 0;
        self.rest.is_end() && !self.lost
    }

    /// Writes what is to be written, and so many bytes of what follows; how many of those were taken.
    pub(super) fn poll_write(&mut self, piece: &[u8], cx: &mut Context<'_>) -> Poll<Result<usize, Error>> {
        let front = &self.out[self.sent..];
        let written = match (front, piece) {
            (front, []) => self.stream.poll_write(cx, &[front]),
            ([], piece) => self.stream.poll_write(cx, &[piece]),
            (front, piece) => self.stream.poll_write(cx, &[front, piece]),
        };
        let Poll::Ready(written) = written else {
            let since = *self.stalled.get_or_insert_with(Instant::now);
            ready!(self.alarm.poll(moment(since, self.limits.silence), cx));
            return Poll::Ready(Err(Error::ClientGone));
        };
        let length = written.map_err(|_| Error::ClientGone)?;
        self.stalled = None;
        let front = length.min(self.out.len() - self.sent);
        self.sent += front;
        if self.sent == self.out.len() {
            self.out.clear();
            self.sent = 0;
        }
        Poll::Ready(Ok(length - front))
    }
}

/// The framing of a chunk before its data (RFC 9112 §7.1).
pub(super) fn write_size(out: &mut Vec<u8>, size: usize) {
    _ = write!(out, "{size:x}\r\n");
}
