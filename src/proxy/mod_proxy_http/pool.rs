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

use crate::proxy::{
    error::Error, mod_proxy::worker::Worker, mod_proxy_http::http::Connection, mod_proxy_http::link::Link,
};

/// No backend was seen to close a connection that was idle for so short a time.
const A_MOMENT: Duration = Duration::from_millis(25);

/// How often those are let go that their backends have closed, or whose `ttl=` is over.
const SWEEP: Duration = Duration::from_secs(1);

/// The idle connections of one thread.
#[derive(Debug, Default)]
pub(crate) struct Backends {
    // Never contended: each thread has its own.
    pools: Mutex<Pools>,
}

/// The idle connections by `host:port`, and when they were last gone through.
#[derive(Debug, Default)]
struct Pools {
    by_backend: BTreeMap<String, Pool>,
    swept: Option<Instant>,
}

/// The idle connections to one backend, the one used last at the end.
#[derive(Debug, Default)]
struct Pool {
    idle: Vec<Idle>,
    /// How long it has been seen to leave an idle connection open.
    patience: Duration,
}

/// A connection that nobody uses.
#[derive(Debug)]
struct Idle {
    link: Link,
    /// When the last answer began: the backend has been idle for no longer, or it is still writing.
    answered: Instant,
    /// When that answer had been read: the backend has been idle for at least so long.
    since: Instant,
    /// When it is too old to be used (`ttl=`).
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
        let now = Instant::now();
        if let Some(link) = home.take(worker.url.authority(), now, in_use.is_limited()) {
            return Ok(Connection { home, worker, timeout, link, since: now, reused: true, in_use });
        }
        let link = Box::pin(Link::open(&worker.url, worker.time_to_connect(timeout))).await?;
        Ok(Connection { home, worker, timeout, link, since: Instant::now(), reused: false, in_use })
    }

    fn take(&self, backend: &str, now: Instant, limited: bool) -> Option<Link> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.by_backend.get_mut(backend)?.take(now, limited)
    }

    /// Keeps a connection that nobody uses any more, with its `ttl=`.
    pub(crate) fn keep(&self, link: Link, answered: Instant, ttl: Option<Duration>) {
        let since = Instant::now();
        let idle = Idle { link, answered, since, until: ttl.and_then(|ttl| since.checked_add(ttl)) };
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        match pools.by_backend.get_mut(&idle.link.backend) {
            Some(pool) => pool.idle.push(idle),
            None => pools.by_backend.entry(idle.link.backend.clone()).or_default().idle.push(idle),
        }
        if pools.swept.is_none_or(|swept| since > swept + SWEEP) {
            pools.swept = Some(since);
            pools.by_backend.values_mut().for_each(|pool| pool.sweep(since));
        }
    }
}

// ANCHOR: take
impl Pool {
    /// The connection used last, if it can take a request and the backend will not close it just now.
    fn take(&mut self, now: Instant, limited: bool) -> Option<Link> {
        loop {
            if !self.idle.last()?.is_trusted(now, self.patience) {
                self.sweep(now);
                self.patience = self.patience.max(now.saturating_duration_since(self.idle.first()?.since));
                if !self.idle.last()?.is_trusted(now, self.patience) {
                    // It stays, to show how long the backend leaves it alone; where they are counted, it makes room.
                    self.idle.truncate(self.idle.len() - usize::from(limited));
                    return None;
                }
            }
            let mut idle = self.idle.pop()?;
            if idle.is_usable(now, &mut self.patience) {
                return Some(idle.link);
            }
        }
    }

    /// Lets those go that can no longer be used.
    fn sweep(&mut self, now: Instant) {
        let patience = &mut self.patience;
        self.idle.retain_mut(|idle| idle.is_usable(now, patience));
    }
}
// ANCHOR_END: take

impl Idle {
    /// Whether it was in use a moment ago, or the backend has left others alone for twice as long.
    fn is_trusted(&self, now: Instant, patience: Duration) -> bool {
        now.saturating_duration_since(self.answered) <= A_MOMENT.max(patience / 2)
    }

    /// Whether it can take a request; one that the backend has closed says that its patience is no longer than that.
    fn is_usable(&mut self, now: Instant, patience: &mut Duration) -> bool {
        if self.until.is_some_and(|until| until <= now) {
            return false;
        }
        let ready = self.link.is_ready();
        if !ready {
            *patience = (*patience).min(now.saturating_duration_since(self.since));
        }
        ready
    }
}
