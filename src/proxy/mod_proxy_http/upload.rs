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

use crate::proxy::{
    error::Error, http1::alarm::Alarm, mod_proxy_http::body::poll_data, mod_reqtimeout::ReadLimit,
    server::waiting::Patience,
};

/// A request body: what was read ahead, what is still to come, and how long that is waited for.
#[derive(Debug)]
pub struct Upload {
    pub(crate) front: VecDeque<Bytes>,
    pub(crate) rest: Incoming,
    pub(crate) progress: Progress,
    pub(crate) limit: ReadLimit,
    pub(crate) silence: Duration,
    pub(crate) patience: Patience,
    pub(crate) alarm: Alarm,
}

/// Whether a request body has moved since somebody last looked.
#[derive(Clone, Debug, Default)]
pub struct Progress(Option<Arc<AtomicBool>>);

impl Progress {
    pub(crate) fn new() -> Self {
        Self(Some(Arc::default()))
    }

    pub(crate) fn note(&self) {
        if let Some(moved) = &self.0 {
            moved.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it has moved since the last call.
    pub(crate) fn take(&self) -> bool {
        self.0.as_ref().is_some_and(|moved| moved.swap(false, Ordering::Relaxed))
    }
}

impl Upload {
    /// The next piece of data.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Poll::Ready(data) = poll_data(&mut self.rest, cx) {
            self.patience.came(data.as_ref().and_then(|data| data.as_ref().ok()).map_or(0, Bytes::len));
            return Poll::Ready(data.map(|data| data.map_err(Error::RequestBody)));
        }
        ready!(self.alarm.poll(self.patience.end(self.limit, self.silence), cx));
        Poll::Ready(Some(Err(Error::ClientLate("body"))))
    }
}
