//! The idle connections to one backend, and how long one may have been idle to be used again.
//!
//! A backend may close an idle connection at the very moment when a request is written to it, and nobody can tell then
//! whether the request was read. GET and HEAD do no harm when they are sent once more; any other request gets a connection
//! only if that was in use a moment ago, or if the backend has been seen to leave one alone for twice as long.

use std::time::{Duration, Instant};

use crate::proxy::mod_proxy_http::link::Link;

/// No backend was seen to close a connection that was idle for so short a time.
const A_MOMENT: Duration = Duration::from_millis(25);
/// How long a connection may be idle where no `ttl=` says so.
const MOST_IDLE_TIME: Duration = Duration::from_secs(60);

/// The idle connections to one backend, the one used last at the end.
#[derive(Debug, Default)]
pub(super) struct Pool {
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

impl Pool {
    /// The connection used last, if it can take a request. One that is not `safe` to be sent twice takes it only if the
    /// backend will not close it just now.
    pub(super) fn take(&mut self, now: Instant, safe: bool, limited: bool) -> Option<Link> {
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

    /// Keeps a connection that nobody uses any more, with its `ttl=`.
    pub(super) fn keep(&mut self, link: Link, answered: Instant, ttl: Option<Duration>) {
        let since = Instant::now();
        self.used = Some(since);
        self.idle.push(Idle { link, answered, since, until: ttl.and_then(|ttl| since.checked_add(ttl)) });
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.idle.len()
    }

    /// Since when the one has been idle that was used first.
    pub(super) fn oldest(&self) -> Option<Instant> {
        self.idle.first().map(|idle| idle.since)
    }

    pub(super) fn let_oldest_go(&mut self) {
        self.idle.drain(..self.idle.len().min(1));
    }

    /// Lets those go that can no longer be used, or were not for too long.
    pub(super) fn tidy(&mut self, now: Instant) {
        self.sweep(now);
        self.idle.retain(|idle| now.saturating_duration_since(idle.since) < MOST_IDLE_TIME);
    }

    /// Whether what is known of its backend may still be of use.
    pub(super) fn is_remembered(&self, now: Instant) -> bool {
        self.used.is_some_and(|used| now.saturating_duration_since(used) < MOST_IDLE_TIME)
    }

    /// Lets those go that can no longer be used.
    fn sweep(&mut self, now: Instant) {
        let patience = &mut self.patience;
        self.idle.retain_mut(|idle| idle.is_usable(now, patience));
    }
}

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
