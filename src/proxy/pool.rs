//! The idle connections of a thread, and how long one may have been idle to be used again.
//!
//! A backend may close an idle connection at the very moment when a request is written to it, and nobody can tell then
//! whether the request was read. So a connection is used again only if it was in use a moment ago, or if the backend
//! has been seen to leave one alone for twice as long.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{error::Error, http::Connection, link::Link, url::Url, worker::Worker};

/// No backend was seen to close a connection that was idle for so short a time.
const A_MOMENT: Duration = Duration::from_millis(25);

/// The idle connections of one thread, by `host:port`.
#[derive(Debug, Default)]
pub(crate) struct Backends {
    // Never contended: each thread has its own.
    pools: Mutex<BTreeMap<String, Pool>>,
}

/// The idle connections to one backend, the one used last at the end.
#[derive(Debug, Default)]
struct Pool {
    idle: Vec<Idle>,
    /// How long it has been seen to leave an idle connection open.
    patience: Duration,
}

/// A connection that nobody uses, since when, and when it is too old to be used (`ttl=`).
#[derive(Debug)]
struct Idle {
    link: Link,
    since: Instant,
    until: Option<Instant>,
}

impl Backends {
    /// An idle connection to the worker's backend, or a new one.
    ///
    /// # Errors
    /// The backend's name has no address, it does not accept in time, or all that `max=` allows are in use.
    pub(crate) async fn connect<'a>(
        self: &'a Arc<Self>,
        worker: &'a Worker,
        timeout: Duration,
    ) -> Result<Connection<'a>, Error> {
        let (home, in_use) = worker.limit.acquire(worker, self).await?;
        let (link, reused) = match home.take(worker.url.authority(), in_use.is_limited()) {
            Some(link) => (link, true),
            None => (Box::pin(Link::open(&worker.url, worker.time_to_connect(timeout))).await?, false),
        };
        Ok(Connection { home, worker, timeout, link, reused, in_use })
    }

    fn take(&self, backend: &str, limited: bool) -> Option<Link> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.get_mut(backend)?.take(Instant::now(), limited)
    }

    /// Keeps a connection that nobody uses any more, with its `ttl=`.
    pub(crate) fn keep(&self, backend: &Url, link: Link, ttl: Option<Duration>) {
        let since = Instant::now();
        let idle = Idle { link, since, until: ttl.and_then(|ttl| since.checked_add(ttl)) };
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        match pools.get_mut(backend.authority()) {
            Some(pool) => pool.idle.push(idle),
            None => pools.entry(backend.authority().to_owned()).or_default().idle.push(idle),
        }
    }
}

// ANCHOR: take
impl Pool {
    /// The connection used last, if it can take a request and the backend will not close it just now.
    fn take(&mut self, now: Instant, limited: bool) -> Option<Link> {
        loop {
            let age = now.saturating_duration_since(self.idle.last()?.since);
            if age > A_MOMENT && age > self.patience / 2 {
                self.idle.retain_mut(|idle| idle.is_usable(now));
                let oldest = now.saturating_duration_since(self.idle.first()?.since);
                self.patience = self.patience.max(oldest);
                if age > self.patience / 2 {
                    // It stays, to show how long the backend leaves it alone; where they are counted, it makes room.
                    self.idle.truncate(self.idle.len() - usize::from(limited));
                    return None;
                }
            }
            let mut idle = self.idle.pop()?;
            if idle.is_usable(now) {
                return Some(idle.link);
            }
        }
    }
}
// ANCHOR_END: take

impl Idle {
    fn is_usable(&mut self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until) && self.link.is_ready()
    }
}
