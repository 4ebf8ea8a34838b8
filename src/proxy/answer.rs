//! An answer, whoever made it: a head, and a body that may still be on its way.

use std::{
    future::poll_fn,
    task::{Context, Poll},
};

use crate::proxy::{
    core::{
        asker::Asker,
        error_page::Page,
        range::{Cut, Range},
    },
    error::Error,
    http1::{head::Head, lent::Lent},
    mod_proxy_http::{connection::Reply, incoming::Incoming},
};

/// What the client gets. A body that is still to come has its connection, and what is still to be sent over it.
pub(crate) struct Answer {
    pub head: Lent<Head>,
    pub body: Body,
}

/// The body of an answer.
#[expect(clippy::large_enum_variant, reason = "a box would be an allocation for each request")]
pub(crate) enum Body {
    /// No body, not even an empty one.
    Empty,
    /// A body that is here in full; so much of it is taken already.
    Full(Vec<u8>, usize),
    /// The body of a backend's answer.
    Incoming(Incoming),
}

impl From<Page> for Answer {
    fn from(page: Page) -> Self {
        let body = page.body.map_or(Body::Empty, |text| Body::Full(text.into_bytes(), 0));
        Self { head: page.head, body }
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { head: reply.head, body: Body::Incoming(reply.body) }
    }
}

impl Answer {
    /// Cuts the part out that the client asked for, if the answer is small, and here in full (RFC 9110 §14.2).
    ///
    /// # Errors
    /// 416 if the answer has no such part; 502 if it breaks off.
    pub(crate) async fn cut(mut self, range: Range, asker: &mut dyn Asker) -> Result<Self, Error> {
        match range.of_answer(&self.head) {
            Cut::Whole => Ok(self),
            Cut::Nothing => Err(Error::NoSuchRange),
            Cut::Part(part) => {
                let whole = self.body.collect(asker).await?;
                let bytes = whole.get(part.clone()).ok_or(Error::NoSuchRange)?.to_vec();
                range.say(&mut self.head, &part, whole.len());
                Ok(Self { head: self.head, body: Body::Full(bytes, 0) })
            }
        }
    }
}

impl Body {
    /// How many bytes are still to come, if that is known.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Full(bytes, taken) => Some((bytes.len() - taken) as u64),
            Self::Incoming(body) => body.length(),
        }
    }

    /// The next bytes; once `poll_piece` is ready, none are the end.
    pub(crate) fn piece(&self) -> &[u8] {
        match self {
            Self::Empty => &[],
            Self::Full(bytes, taken) => &bytes[*taken..],
            Self::Incoming(body) => body.piece(),
        }
    }

    /// Takes so many bytes of the piece.
    pub(crate) fn take(&mut self, length: usize) {
        match self {
            Self::Empty => {}
            Self::Full(_, taken) => *taken += length,
            Self::Incoming(body) => body.take(length),
        }
    }

    /// Ready when the next piece is there, or the end.
    ///
    /// # Errors
    /// The backend's answer breaks off, or the client's request.
    pub(crate) fn poll_piece(
        &mut self,
        asker: &mut dyn Asker,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        match self {
            Self::Empty | Self::Full(..) => Poll::Ready(Ok(())),
            Self::Incoming(body) => body.poll_piece(asker, cx),
        }
    }

    /// The whole, which must be small.
    async fn collect(&mut self, asker: &mut dyn Asker) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        loop {
            poll_fn(|cx| self.poll_piece(asker, cx)).await?;
            let length = self.piece().len();
            if length == 0 {
                return Ok(bytes);
            }
            bytes.extend(self.piece());
            self.take(length);
        }
    }
}
