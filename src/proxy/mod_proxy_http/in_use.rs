//! What a request holds while it uses a connection: its share of `max=`, its place among a member's busy requests.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::proxy::{
    error::Error, mod_proxy::worker::Worker, mod_proxy::worker::load::Load,
    mod_proxy_http::backends::Backends,
};

/// Given back when it is dropped; empty, and free of cost, for a worker that nobody counts.
#[derive(Debug, Default)]
pub(crate) struct InUse {
    permit: Option<OwnedSemaphorePermit>,
    load: Option<Arc<Load>>,
}

impl InUse {
    /// Counts the request among those that the member has in hand, and its bytes.
    pub(crate) fn count(&mut self, load: Arc<Load>) {
        load.begin();
        self.load = Some(load);
    }

    /// Whether there may be so many connections only.
    pub(crate) fn is_limited(&self) -> bool {
        self.permit.is_some()
    }

    /// The counters of the member, if anybody counts.
    pub(crate) fn load(&self) -> Option<&Load> {
        self.load.as_deref()
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        if let Some(load) = &self.load {
            load.end();
        }
    }
}

/// The connections of a worker with `max=`: one pool for all threads, so that idle ones count too, as in Apache.
struct Limit {
    free: Arc<Semaphore>,
    pool: Arc<Backends>,
}

impl Limit {
    fn new(max: usize, all: &Backends) -> Self {
        Self { free: Arc::new(Semaphore::new(max.min(Semaphore::MAX_PERMITS))), pool: all.for_all() }
    }
}

/// Leave to use one more connection to the worker, and the pool to take it from: `all`, unless the worker has its own.
///
/// # Errors
/// 503 if none comes free within `acquire=`, or else `longest`.
pub(crate) async fn acquire<'a>(
    worker: &'a Worker,
    all: &'a Arc<Backends>,
    longest: Duration,
) -> Result<(&'a Arc<Backends>, InUse), Error> {
    let limit = worker.max.and_then(|max| worker.limit.get_or_init(|| Limit::new(max.get(), all)));
    let Some(Limit { free, pool }) = limit else { return Ok((all, InUse::default())) };
    let free = free.clone().acquire_owned();
    let permit = timeout(worker.acquire.unwrap_or(longest), free).await;
    match permit.ok().and_then(Result::ok) {
        Some(permit) => Ok((pool, InUse { permit: Some(permit), load: None })),
        None => Err(Error::NoConnection(worker.url.host().to_owned())),
    }
}
