//! How long a client is waited for while it sends.

use std::time::Duration;

use tokio::time::Instant;

use crate::proxy::http1::{alarm::moment, read_limit::ReadLimit};

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

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const TICK: Duration = Duration::from_millis(20);
    const SECOND: Duration = Duration::from_secs(1);

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
