//! The idle connections of a thread, and how long one may have been idle to be used again.
//!
//! A backend may close an idle connection at the very moment when a request is written to it, and nobody can tell then
//! whether the request was read. GET and HEAD do no harm when they are sent once more; any other request gets a connection
//! only if that was in use a moment ago, or if the backend has been seen to leave one alone for twice as long.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::proxy::{error::Error, mod_proxy::worker::Worker, mod_proxy_http::link::Link};

/// No backend was seen to close a connection that was idle for so short a time.
const A_MOMENT: Duration = Duration::from_millis(25);

/// How often those are let go that their backends have closed, or whose time is over.
const SWEEP: Duration = Duration::from_millis(500);
/// How long a connection may be idle where no `ttl=` says so, and how many may be idle in a thread.
const MOST_IDLE_TIME: Duration = Duration::from_secs(60);
const MOST_IDLE: usize = 1024;
/// How often, and after how long, a connection is tried again for which there was no descriptor.
const SHORTAGES: u32 = 5;
const SHORTAGE: Duration = Duration::from_millis(20);

/// The idle connections of one thread, or of one worker with `max=`.
#[derive(Debug, Default)]
pub(crate) struct Backends {
    // Rarely contended: each thread has its own.
    pools: Mutex<Pools>,
    family: Arc<Family>,
    /// Whether all threads use it.
    shared: bool,
    /// Wakes the sweeper; a pool for all threads wakes that of the thread which made it.
    kept: Arc<Notify>,
}

/// All that belong to one server, for the case that descriptors run out.
#[derive(Debug, Default)]
pub(crate) struct Family(Mutex<Vec<Weak<Backends>>>);

/// The idle connections by `host:port`.
#[derive(Debug, Default)]
struct Pools {
    by_backend: BTreeMap<String, Pool>,
    idle: usize,
    /// Whether the sweeper knows that there is something to sweep; it sleeps while there is nothing.
    swept: bool,
}

/// The idle connections to one backend, the one used last at the end.
#[derive(Debug, Default)]
struct Pool {
    idle: Vec<Idle>,
    /// How long it has been seen to leave an idle connection open.
    patience: Duration,
    /// When a connection was kept last.
    used: Option<Instant>,
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

impl Family {
    /// A pool that is one of them.
    pub(crate) fn pool(self: &Arc<Self>) -> Arc<Backends> {
        self.add(Backends { family: self.clone(), ..Backends::default() })
    }

    fn add(&self, pool: Backends) -> Arc<Backends> {
        let pool = Arc::new(pool);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|pool| pool.strong_count() > 0);
        all.push(Arc::downgrade(&pool));
        pool
    }

    fn pools(&self) -> Vec<Arc<Backends>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade).collect()
    }

    /// Lets all idle connections go: their descriptors are needed. How many there were.
    pub(crate) fn let_go(&self) -> usize {
        self.pools().iter().map(|pool| pool.let_go()).sum()
    }
}

impl Backends {
    /// A new connection; idle ones make room for it if descriptors have run out.
    ///
    /// # Errors
    /// The backend's name has no address, or it does not accept in time.
    pub(crate) async fn open(&self, worker: &Worker, timeout: Duration) -> Result<Link, Error> {
        let limit = worker.time_to_connect(timeout);
        let mut tries = 0;
        loop {
            match Link::open(&worker.url, limit).await {
                Err(error) if error.is_out_of_descriptors() && tries < SHORTAGES => {
                    tries += 1;
                    // Where nobody can make room, those who are just leaving may.
                    if self.family.let_go() == 0 {
                        tokio::time::sleep(SHORTAGE).await;
                    }
                }
                opened => return opened,
            }
        }
    }

    /// Lets all idle connections of the server go, as descriptors have run out; how many there were.
    pub(crate) fn make_room(&self) -> usize {
        self.family.let_go()
    }

    /// A pool for all threads, beside this one.
    pub(crate) fn for_all(&self) -> Arc<Self> {
        let (family, kept) = (self.family.clone(), self.kept.clone());
        self.family.add(Self { family, kept, shared: true, ..Self::default() })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Pools> {
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An idle connection, if there is one that this request may have.
    pub(crate) fn take(&self, backend: &str, now: Instant, safe: bool, limited: bool) -> Option<Link> {
        let mut pools = self.lock();
        let Pools { by_backend, idle, .. } = &mut *pools;
        let pool = by_backend.get_mut(backend)?;
        let before = pool.idle.len();
        let link = pool.take(now, safe, limited);
        *idle -= before - pool.idle.len();
        link
    }

    /// Keeps a connection that nobody uses any more, with its `ttl=`.
    pub(crate) fn keep(&self, link: Link, answered: Instant, ttl: Option<Duration>) {
        let since = Instant::now();
        let idle = Idle { link, answered, since, until: ttl.and_then(|ttl| since.checked_add(ttl)) };
        let mut pools = self.lock();
        match pools.by_backend.get_mut(&idle.link.backend) {
            Some(pool) => pool.keep(idle),
            None => pools.by_backend.entry(idle.link.backend.clone()).or_default().keep(idle),
        }
        pools.idle += 1;
        if pools.idle > MOST_IDLE {
            pools.let_oldest_go();
        }
        if !std::mem::replace(&mut pools.swept, true) {
            self.kept.notify_one();
        }
    }

    /// Lets those go, by a clock, that can no longer be used; never ends.
    pub(crate) async fn sweep(&self) {
        loop {
            tokio::time::sleep(SWEEP).await;
            let shared = self.family.pools().into_iter().filter(|pool| pool.shared);
            let left = shared.fold(self.tidy(), |left, pool| left + pool.tidy());
            if left == 0 {
                self.kept.notified().await;
            }
        }
    }

    /// Lets those go that can no longer be used, and says how many are left.
    fn tidy(&self) -> usize {
        let now = Instant::now();
        let mut pools = self.lock();
        pools.by_backend.values_mut().for_each(|pool| {
            pool.sweep(now);
            pool.idle.retain(|idle| now.saturating_duration_since(idle.since) < MOST_IDLE_TIME);
        });
        pools.by_backend.retain(|_, pool| !pool.idle.is_empty() || pool.is_remembered(now));
        pools.idle = pools.by_backend.values().map(|pool| pool.idle.len()).sum();
        // Another thread may keep one at any moment from here on.
        pools.swept = pools.idle > 0;
        pools.idle
    }

    fn let_go(&self) -> usize {
        let mut pools = self.lock();
        pools.by_backend.clear();
        std::mem::take(&mut pools.idle)
    }
}

impl Pools {
    fn let_oldest_go(&mut self) {
        let oldest = self.by_backend.values_mut().filter(|pool| !pool.idle.is_empty());
        if let Some(pool) = oldest.min_by_key(|pool| pool.idle[0].since) {
            pool.idle.remove(0);
            self.idle -= 1;
        }
    }
}

// ANCHOR: take
impl Pool {
    /// The connection used last, if it can take a request. One that is not `safe` to be sent twice takes it only if the
    /// backend will not close it just now.
    fn take(&mut self, now: Instant, safe: bool, limited: bool) -> Option<Link> {
        loop {
            if !safe && !self.idle.last()?.is_trusted(now, self.patience) {
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

    fn keep(&mut self, idle: Idle) {
        self.used = Some(idle.since);
        self.idle.push(idle);
    }

    /// Whether what is known of its backend may still be of use.
    fn is_remembered(&self, now: Instant) -> bool {
        self.used.is_some_and(|used| now.saturating_duration_since(used) < MOST_IDLE_TIME)
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
        let ready = self.link.is_quiet();
        if !ready {
            *patience = (*patience).min(now.saturating_duration_since(self.since));
        }
        ready
    }
}
