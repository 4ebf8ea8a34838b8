//! Bodies: streamed both ways, never collected beyond the 16 KiB that Apache itself reads ahead.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use hyper::{
    Request,
    body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint},
    header::{CONTENT_LENGTH, EXPECT},
    http::request,
};

use super::{error::Error, http::Lease};

/// How much of a request body is read before the backend is connected (apache-facts §4).
const READ_AHEAD: usize = 16 * 1024;

/// A body on its way through the proxy; trailers end here, as in Apache.
#[derive(Debug)]
pub enum Body {
    /// No body.
    Empty,
    /// A body that is here in full.
    Full(Bytes),
    /// A request body: what was read ahead, and what is still to come.
    Request(VecDeque<Bytes>, Incoming),
    /// A response body; when it has been read to its end, the connection it came on may serve the next request.
    Response(Incoming, Option<Lease>),
}

// ANCHOR: read_ahead
impl Body {
    /// Reads a request body to its end or to 16 KiB, whichever comes first; none of it if the client waits for
    /// `100 Continue`.
    ///
    /// # Errors
    /// 400 if the client stops in the middle of it.
    pub(crate) async fn of(request: Request<Incoming>) -> Result<(request::Parts, Self), Error> {
        let (head, mut incoming) = request.into_parts();
        if incoming.is_end_stream() {
            let length = head.headers.contains_key(CONTENT_LENGTH);
            return Ok((head, if length { Self::Full(Bytes::new()) } else { Self::Empty }));
        }
        if head.headers.contains_key(EXPECT) {
            return Ok((head, Self::Request(VecDeque::new(), incoming)));
        }
        let mut front = VecDeque::new();
        let mut size = 0;
        while size < READ_AHEAD {
            match poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await {
                Some(frame) => {
                    if let Ok(data) = frame.map_err(Error::RequestBody)?.into_data() {
                        size += data.len();
                        front.push_back(data);
                    }
                }
                None => return Ok((head, Self::Full(front.make_contiguous().concat().into()))),
            }
        }
        Ok((head, Self::Request(front, incoming)))
    }
}
// ANCHOR_END: read_ahead

impl Body {
    /// The whole length in bytes, if it is known.
    pub(crate) fn length(&self) -> Option<u64> {
        self.size_hint().exact()
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let body = self.get_mut();
        let frame = match body {
            Self::Empty => None,
            Self::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                *body = Self::Empty;
                (!bytes.is_empty()).then(|| Ok(Frame::data(bytes)))
            }
            Self::Request(front, rest) => match front.pop_front() {
                Some(bytes) => Some(Ok(Frame::data(bytes))),
                None => ready!(poll_data(rest, cx)),
            },
            Self::Response(rest, lease) => {
                let frame = ready!(poll_data(rest, cx));
                let ended = frame.is_none() || matches!(frame, Some(Ok(_))) && rest.is_end_stream();
                if let Some(lease) = lease.take_if(|_| ended) {
                    lease.give_back();
                }
                frame
            }
        };
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Full(bytes) => bytes.is_empty(),
            Self::Request(front, rest) => front.is_empty() && rest.is_end_stream(),
            Self::Response(rest, _) => rest.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Request(front, rest) => match rest.size_hint().exact() {
                Some(left) => SizeHint::with_exact(left + front.iter().map(|b| b.len() as u64).sum::<u64>()),
                None => SizeHint::default(),
            },
            Self::Response(rest, _) => rest.size_hint(),
        }
    }
}

/// The next piece of data, past any trailers.
fn poll_data(rest: &mut Incoming, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
    loop {
        match ready!(Pin::new(&mut *rest).poll_frame(cx)) {
            Some(Ok(frame)) if !frame.is_data() => {}
            frame => return Poll::Ready(frame),
        }
    }
}
