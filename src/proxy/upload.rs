//! A request body on its way to the backend, and how long its client is waited for.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Bytes, Incoming};

use super::{
    alarm::Alarm, body::poll_data, error::Error, request_read_timeout::ReadLimit, waiting::Patience,
};

/// A request body: what was read ahead, what is still to come, and how long that is waited for.
#[derive(Debug)]
pub struct Upload {
    pub(super) front: VecDeque<Bytes>,
    pub(super) rest: Incoming,
    pub(super) progress: Progress,
    pub(super) limit: ReadLimit,
    pub(super) silence: Duration,
    pub(super) patience: Patience,
    pub(super) alarm: Alarm,
}

/// Whether a request body has moved since somebody last looked.
#[derive(Clone, Debug, Default)]
pub struct Progress(Option<Arc<AtomicBool>>);

impl Progress {
    pub(super) fn new() -> Self {
        Self(Some(Arc::default()))
    }

    pub(super) fn note(&self) {
        if let Some(moved) = &self.0 {
            moved.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it has moved since the last call.
    pub(super) fn take(&self) -> bool {
        self.0.as_ref().is_some_and(|moved| moved.swap(false, Ordering::Relaxed))
    }
}

impl Upload {
    /// The next piece of data.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Poll::Ready(data) = poll_data(&mut self.rest, cx) {
            self.patience.came(data.as_ref().and_then(|data| data.as_ref().ok()).map_or(0, Bytes::len));
            return Poll::Ready(data.map(|data| data.map_err(Error::RequestBody)));
        }
        ready!(self.alarm.poll(self.patience.end(self.limit, self.silence), cx));
        Poll::Ready(Some(Err(Error::ClientLate("body"))))
    }
}
