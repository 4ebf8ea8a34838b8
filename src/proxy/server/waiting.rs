//! How long a client is waited for: while it sends, while it does not read, and between two requests.

use std::{
    io,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::Instant;

use crate::proxy::{
    http1::alarm::{Alarm, moment},
    mod_reqtimeout::ReadLimit,
    server::told::Told,
};

/// A client that is idle for longer is likely to be so for a while.
const REST: Duration = Duration::from_millis(5);
/// Unless it came back this soon the last time: to rest again and again costs more than it saves.
const SOON: Duration = Duration::from_millis(200);

/// What a client that sends a head or a body has left of its time; what a backend takes is not held against it.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    bytes: u64,
    waited: Duration,
    since: Option<Instant>,
}

impl Patience {
    /// When it ends, if nothing comes; `silence` is Apache's `Timeout`, which limits each wait.
    pub(crate) fn end(&mut self, limit: ReadLimit, silence: Duration) -> Instant {
        let since = *self.since.get_or_insert_with(Instant::now);
        let left = limit.allowed(self.bytes).map(|allowed| allowed.saturating_sub(self.waited));
        moment(since, left.map_or(silence, |left| left.min(silence)))
    }

    /// Something came.
    pub(crate) fn came(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        if let Some(since) = self.since.take() {
            self.waited += since.elapsed();
        }
    }
}

/// The limits of a connection, those of the first server, main or virtual, that it can reach.
#[derive(Debug)]
pub(crate) struct Limits {
    /// `RequestReadTimeout header=`.
    pub header: ReadLimit,
    /// `Timeout`.
    pub silence: Duration,
    /// `KeepAliveTimeout`, and whom to tell that the client is idle.
    pub told: Arc<Told>,
}

/// What one connection waits for; one alarm serves it all.
#[derive(Debug)]
pub(crate) struct Waiting {
    limits: Limits,
    head: Patience,
    idle_since: Option<Instant>,
    write_since: Option<Instant>,
    /// Whether it has been told that this client is idle.
    rested: bool,
    /// How long the client is idle before that is told.
    rest: Duration,
    alarm: Alarm,
}

impl Waiting {
    pub(crate) fn new(limits: Limits) -> Self {
        let head = Patience::default();
        let alarm = Alarm::default();
        Self { limits, head, idle_since: None, write_since: None, rested: false, rest: REST, alarm }
    }

    /// Nothing of the next request is there: ready when `KeepAliveTimeout` is over.
    pub(crate) fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let since = *self.idle_since.get_or_insert_with(Instant::now);
        // A client that does not read what is written still needs its buffers.
        if !self.rested && self.write_since.is_none() {
            ready!(self.alarm.poll(moment(since, self.rest.min(self.limits.told.idle.get())), cx));
            self.rested = true;
            self.limits.told.rest();
        }
        self.alarm.poll(moment(since, self.limits.told.idle.get()), cx)
    }

    /// A head is not complete: ready when `RequestReadTimeout` is over.
    pub(crate) fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.alarm.poll(self.head.end(self.limits.header, self.limits.silence), cx)
    }

    /// Something came.
    pub(crate) fn came(&mut self, bytes: usize) {
        if let Some(since) = self.idle_since.take() {
            let soon = !std::mem::take(&mut self.rested) || since.elapsed() < SOON;
            self.rest = if soon { SOON } else { REST };
        }
        self.head.came(bytes);
    }

    /// A head is complete; the next one has its own time.
    pub(crate) fn head_came(&mut self) {
        self.head = Patience::default();
    }

    /// What became of a write, or an error if the client has taken nothing until `Timeout` is over.
    pub(crate) fn in_time(
        &mut self,
        written: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.write_since = None;
            return written;
        }
        let since = *self.write_since.get_or_insert_with(Instant::now);
        ready!(self.alarm.poll(moment(since, self.limits.silence), cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, task::Waker};

    use tokio::time::sleep;

    use super::*;
    use crate::proxy::{Site, server::hosts::Hosts};

    const TICK: Duration = Duration::from_millis(20);
    const SECOND: Duration = Duration::from_secs(1);

    /// How long the client is idle until its rest is told.
    async fn told_after(waiting: &mut Waiting) -> Duration {
        let start = Instant::now();
        let told = waiting.limits.told.clone();
        poll_fn(|cx| match waiting.poll_idle(cx) {
            Poll::Pending if told.take_rest() => Poll::Ready(()),
            other => other,
        })
        .await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn who_came_back_soon_rests_later() {
        let limits = Hosts::new(&Site::new()).limits("127.0.0.1:80".parse().unwrap());
        let mut waiting = Waiting::new(limits);
        for (away, rest) in [(50, REST), (20, SOON), (300, REST), (0, REST)] {
            assert_eq!(told_after(&mut waiting).await.as_millis(), rest.as_millis(), "{away}");
            sleep(Duration::from_millis(away)).await;
            waiting.came(1);
        }
        assert!(waiting.poll_idle(&mut Context::from_waker(Waker::noop())).is_pending());
        waiting.came(1);
        assert_eq!(told_after(&mut waiting).await.as_millis(), SOON.as_millis(), "it did not rest at all");
    }

    #[tokio::test]
    async fn only_the_time_that_the_client_takes_counts() {
        let limit = ReadLimit { first: 2, max: 0, min_rate: 500 };
        let (mut patience, start) = (Patience::default(), Instant::now());
        assert!(patience.end(limit, 60 * SECOND) <= Instant::now() + 2 * SECOND);
        sleep(2 * TICK).await;
        patience.came(500);
        let waited = start.elapsed();
        // Here somebody else is waited for.
        sleep(5 * TICK).await;
        let left = patience.end(limit, 60 * SECOND) - Instant::now();
        assert!(left <= 3 * SECOND - 2 * TICK && left >= 3 * SECOND - waited - TICK, "{left:?}");
        assert!(patience.end(limit, SECOND) <= Instant::now() + SECOND);
    }
}
