//! Bodies: streamed both ways, never collected beyond the 16 KiB that Apache itself reads ahead.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::{
    Request,
    body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint},
    header::{CONTENT_LENGTH, EXPECT},
    http::request,
};
use tokio::time::{Instant, Sleep, sleep, timeout_at};

use super::{error::Error, http::Lease};

/// How much of a request body is read before the backend is connected (apache-facts §4).
const READ_AHEAD: usize = 16 * 1024 - 80;
/// How long a client may take to send a body (Debian's `RequestReadTimeout body=10,minrate=500`): so long, and a second
/// more for so many bytes.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
const BODY_RATE: usize = 500;

/// A body on its way through the proxy; trailers end here, as in Apache.
#[derive(Debug)]
pub enum Body {
    /// No body.
    Empty,
    /// A body that is here in full.
    Full(Bytes),
    /// A request body: what was read ahead, and what is still to come.
    Request(VecDeque<Bytes>, Incoming, Progress),
    /// A response body; when it has been read to its end, the connection it came on may serve the next request.
    Response(Incoming, Option<Reading>),
    /// A body that broke off; it says so once all that came before is on its way.
    Broken(Option<Error>),
}

/// Whether a request body has moved since somebody last looked.
#[derive(Clone, Debug, Default)]
pub struct Progress(Option<Arc<AtomicBool>>);

/// A response body on its way: the connection it comes on, and how long the backend may be silent.
#[derive(Debug)]
pub struct Reading {
    lease: Lease,
    limit: Duration,
    silence: Option<Pin<Box<Sleep>>>,
}

impl Progress {
    fn new() -> Self {
        Self(Some(Arc::default()))
    }

    fn note(&self) {
        if let Some(moved) = &self.0 {
            moved.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it has moved since the last call.
    pub(crate) fn take(&self) -> bool {
        self.0.as_ref().is_some_and(|moved| moved.swap(false, Ordering::Relaxed))
    }
}

impl Reading {
    pub(crate) fn new(lease: Lease, limit: Duration) -> Self {
        Self { lease, limit, silence: None }
    }

    /// Whether the backend has been silent for too long; the clock runs only while nothing comes.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.silence.get_or_insert_with(|| Box::pin(sleep(self.limit))).as_mut().poll(cx)
    }
}

// ANCHOR: read_ahead
impl Body {
    /// Reads a request body to its end or to 16 KiB, whichever comes first; none of it if the client waits for
    /// `100 Continue`.
    ///
    /// # Errors
    /// 400 if the client stops in the middle of it, 408 if it does so without a word.
    pub(crate) async fn of(request: Request<Incoming>) -> Result<(request::Parts, Self), Error> {
        let (head, mut incoming) = request.into_parts();
        if incoming.is_end_stream() {
            let length = head.headers.contains_key(CONTENT_LENGTH);
            return Ok((head, if length { Self::Full(Bytes::new()) } else { Self::Empty }));
        }
        if head.headers.contains_key(EXPECT) {
            return Ok((head, Self::Request(VecDeque::new(), incoming, Progress::new())));
        }
        let mut front = VecDeque::new();
        let mut size = 0;
        let start = Instant::now();
        while size < READ_AHEAD {
            let next = poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx));
            let patience = BODY_TIMEOUT + Duration::from_secs((size / BODY_RATE) as u64);
            match timeout_at(start + patience, next).await.map_err(|_| Error::ClientLate)? {
                Some(frame) => {
                    if let Ok(data) = frame.map_err(Error::RequestBody)?.into_data() {
                        size += data.len();
                        front.push_back(data);
                    }
                }
                None => return Ok((head, Self::Full(front.make_contiguous().concat().into()))),
            }
        }
        Ok((head, Self::Request(front, incoming, Progress::new())))
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
            Self::Request(_, _, progress) => progress.clone(),
            _ => Progress::default(),
        }
    }

    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let data = match self {
            Self::Empty => None,
            Self::Full(bytes) => (!bytes.is_empty()).then(|| Ok(std::mem::take(bytes))),
            Self::Request(front, rest, progress) => {
                let data = match front.pop_front() {
                    Some(bytes) => Some(Ok(bytes)),
                    None => ready!(poll_data(rest, cx)).map(|data| data.map_err(Error::RequestBody)),
                };
                progress.note();
                data
            }
            Self::Response(rest, reading) => match poll_response(rest, reading.as_mut(), cx) {
                Poll::Ready(data) => {
                    if let (Some(reading), Some(Ok(data))) = (&reading, &data) {
                        reading.lease.note_read(data.len());
                    }
                    let ended = data.is_none() || matches!(data, Some(Ok(_))) && rest.is_end_stream();
                    if let Some(reading) = reading.take_if(|_| ended) {
                        reading.lease.give_back();
                    }
                    if let Some(reading) = reading {
                        reading.silence = None;
                    }
                    data.map(|data| data.map_err(Error::ResponseBody))
                }
                Poll::Pending => {
                    let Some(reading) = reading else { return Poll::Pending };
                    ready!(reading.poll_silence(cx));
                    Some(Err(Error::Late))
                }
            },
            Self::Broken(error) => error.take().map(Err),
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
                *body = Self::Broken(Some(error));
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
            Self::Request(front, rest, _) => front.is_empty() && rest.is_end_stream(),
            Self::Response(rest, _) => rest.is_end_stream(),
            Self::Broken(error) => error.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Request(front, rest, _) => match rest.size_hint().exact() {
                Some(left) => SizeHint::with_exact(left + front.iter().map(|b| b.len() as u64).sum::<u64>()),
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
fn poll_data(rest: &mut Incoming, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, hyper::Error>>> {
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
