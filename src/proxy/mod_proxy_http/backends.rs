//! The idle connections of a thread, to all backends: kept, taken, swept by a clock, and let go when descriptors run out.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::proxy::{
    error::Error,
    mod_proxy::worker::Worker,
    mod_proxy_http::{link::Link, pool::Pool},
};

/// How often those are let go that their backends have closed, or whose time is over.
const SWEEP: Duration = Duration::from_millis(500);
/// How many connections may be idle in a thread.
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
        let before = pool.len();
        let link = pool.take(now, safe, limited);
        *idle -= before - pool.len();
        link
    }

    /// Keeps a connection that nobody uses any more, with its `ttl=`.
    pub(crate) fn keep(&self, link: Link, answered: Instant, ttl: Option<Duration>) {
        let mut pools = self.lock();
        match pools.by_backend.get_mut(&link.backend) {
            Some(pool) => pool.keep(link, answered, ttl),
            None => pools.by_backend.entry(link.backend.clone()).or_default().keep(link, answered, ttl),
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
        pools.by_backend.values_mut().for_each(|pool| pool.tidy(now));
        pools.by_backend.retain(|_, pool| pool.len() > 0 || pool.is_remembered(now));
        pools.idle = pools.by_backend.values().map(Pool::len).sum();
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
        let pools = self.by_backend.values_mut().filter_map(|pool| Some((pool.oldest()?, pool)));
        if let Some((_, pool)) = pools.min_by_key(|(since, _)| *since) {
            pool.let_oldest_go();
            self.idle -= 1;
        }
    }
}
