//! Bodies: streamed both ways, never collected beyond the 16 KiB that Apache itself reads ahead.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::{
    body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint},
    header::{CONTENT_LENGTH, EXPECT, HeaderMap},
};
use tokio::time::Instant;

use crate::proxy::{
    error::Error,
    http1::alarm::{Alarm, moment},
    mod_proxy_http::http::Lease,
    mod_proxy_http::upload::{Progress, Upload},
    mod_reqtimeout::ReadLimit,
    server::waiting::Patience,
};

/// How much of a request body is read before the backend is connected (apache-facts §4).
const READ_AHEAD: usize = 16 * 1024 - 80;

/// A body on its way through the proxy; trailers end here, as in Apache.
#[derive(Debug)]
pub enum Body {
    /// No body.
    Empty,
    /// A body that is here in full.
    Full(Bytes),
    /// A request body that is still to come. Boxed, like the next: a message is moved often on its way.
    Request(Box<Upload>),
    /// A response body; when it has been read to its end, the connection it came on may serve the next request.
    Response(Incoming, Option<Box<Reading>>),
    /// A body that broke off; it says so once all that came before is on its way.
    Broken(Option<Box<Error>>),
}

/// A response body on its way: the connection it comes on, and how long the backend may be silent.
#[derive(Debug)]
pub struct Reading {
    lease: Lease,
    limit: Duration,
    /// Since when nothing comes.
    since: Option<Instant>,
}

impl Reading {
    pub(crate) fn new(lease: Lease, limit: Duration) -> Self {
        Self { lease, limit, since: None }
    }

    /// Whether the backend has been silent for too long; the clock runs only while nothing comes.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let since = *self.since.get_or_insert_with(Instant::now);
        self.lease.link().alarm.poll(moment(since, self.limit), cx)
    }
}

// ANCHOR: read_ahead
impl Body {
    /// Reads a request body to its end or to 16 KiB, whichever comes first; none of it if the client waits for
    /// `100 Continue`.
    ///
    /// # Errors
    /// 400 if the client stops in the middle of it, 408 if it does so without a word: if it takes more than `limit`, or
    /// sends nothing for as long as `silence`.
    pub(crate) async fn of(
        headers: &HeaderMap,
        rest: Incoming,
        limit: ReadLimit,
        silence: Duration,
    ) -> Result<Self, Error> {
        if rest.is_end_stream() {
            let length = headers.contains_key(CONTENT_LENGTH);
            return Ok(if length { Self::Full(Bytes::new()) } else { Self::Empty });
        }
        let mut upload = Box::new(Upload {
            front: VecDeque::new(),
            rest,
            progress: Progress::new(),
            limit,
            silence,
            patience: Patience::default(),
            alarm: Alarm::default(),
        });
        if headers.contains_key(EXPECT) {
            return Ok(Self::Request(upload));
        }
        let mut size = 0;
        while size < READ_AHEAD {
            match poll_fn(|cx| upload.poll(cx)).await.transpose()? {
                Some(data) => {
                    size += data.len();
                    upload.front.push_back(data);
                }
                None => return Ok(Self::Full(upload.front.make_contiguous().concat().into())),
            }
        }
        Ok(Self::Request(upload))
    }
}
// ANCHOR_END: read_ahead

impl Body {
    /// The whole length in bytes, if it is known.
    pub(crate) fn length(&self) -> Option<u64> {
        self.size_hint().exact()
    }

    /// Tells whether it moves, while it is sent.
    pub(crate) fn progress(&self) -> Progress {
        match self {
            Self::Request(upload) => upload.progress.clone(),
            _ => Progress::default(),
        }
    }

    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let data = match self {
            Self::Empty => None,
            Self::Full(bytes) => (!bytes.is_empty()).then(|| Ok(std::mem::take(bytes))),
            Self::Request(upload) => {
                let data = match upload.front.pop_front() {
                    Some(bytes) => Some(Ok(bytes)),
                    None => ready!(upload.poll(cx)),
                };
                upload.progress.note();
                data
            }
            Self::Response(rest, reading) => match poll_response(rest, reading.as_deref_mut(), cx) {
                Poll::Ready(data) => {
                    if let (Some(reading), Some(Ok(data))) = (&reading, &data) {
                        reading.lease.note_read(data.len());
                    }
                    let ended = data.is_none() || matches!(data, Some(Ok(_))) && rest.is_end_stream();
                    if let Some(reading) = reading.take_if(|_| ended) {
                        reading.lease.give_back();
                    }
                    if let Some(reading) = reading {
                        reading.since = None;
                    }
                    data.map(|data| data.map_err(Error::ResponseBody))
                }
                Poll::Pending => {
                    let Some(reading) = reading else { return Poll::Pending };
                    ready!(reading.poll_silence(cx));
                    Some(Err(Error::Late))
                }
            },
            Self::Broken(error) => error.take().map(|error| Err(*error)),
        };
        Poll::Ready(data)
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let body = self.get_mut();
        match ready!(body.poll_data(cx)) {
            // hyper drops what it has not written yet when a body fails: let it write first.
            Some(Err(error)) if matches!(body, Self::Response(..)) => {
                *body = Self::Broken(Some(Box::new(error)));
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            data => Poll::Ready(data.map(|data| data.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Full(bytes) => bytes.is_empty(),
            Self::Request(upload) => upload.front.is_empty() && upload.rest.is_end_stream(),
            Self::Response(rest, _) => rest.is_end_stream(),
            Self::Broken(error) => error.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Request(upload) => match upload.rest.size_hint().exact() {
                Some(left) => {
                    SizeHint::with_exact(left + upload.front.iter().map(|b| b.len() as u64).sum::<u64>())
                }
                None => SizeHint::default(),
            },
            Self::Response(rest, _) => rest.size_hint(),
            Self::Broken(_) => SizeHint::default(),
        }
    }
}

/// The next piece of a response's data, with the connection that it comes on.
fn poll_response(
    rest: &mut Incoming,
    reading: Option<&mut Reading>,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, hyper::Error>>> {
    match reading {
        Some(reading) => reading.lease.link().poll(cx, |cx| poll_data(rest, cx)),
        None => poll_data(rest, cx),
    }
}

/// The next piece of data, past any trailers.
pub(crate) fn poll_data(
    rest: &mut Incoming,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, hyper::Error>>> {
    loop {
        match ready!(Pin::new(&mut *rest).poll_frame(cx)) {
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Poll::Ready(Some(Ok(data)));
                }
            }
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        }
    }
}
