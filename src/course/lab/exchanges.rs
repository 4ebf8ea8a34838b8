//! What goes through the proxy, for one who looks: a few wait, and more than those are counted, not kept.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use tokio::sync::mpsc;

use crate::proxy::{Exchange, Watch};

/// How many exchanges wait for whoever looks; nobody reads more, and each can have heads of many kilobytes.
const WAITING: usize = 32;

/// The side of whoever looks.
pub(crate) struct Exchanges {
    waiting: mpsc::Receiver<Exchange>,
    missed: Arc<AtomicU64>,
}

/// The side of the proxy, which never waits.
#[derive(Clone)]
pub(crate) struct Told {
    tell: mpsc::Sender<Exchange>,
    missed: Arc<AtomicU64>,
}

/// Both sides.
pub(crate) fn exchanges() -> (Told, Exchanges) {
    let (tell, waiting) = mpsc::channel(WAITING);
    let missed = Arc::new(AtomicU64::new(0));
    (Told { tell, missed: missed.clone() }, Exchanges { waiting, missed })
}

impl Told {
    /// Counts what was missed elsewhere on its way here.
    pub(super) fn miss(&self, missed: u64) {
        self.missed.fetch_add(missed, Relaxed);
    }
}

impl Watch for Told {
    fn saw(&self, exchange: Exchange) {
        if self.tell.try_send(exchange).is_err() {
            self.miss(1);
        }
    }
}

impl Exchanges {
    /// The next one; none if nobody tells any more.
    pub(super) async fn next(&mut self) -> Option<Exchange> {
        self.waiting.recv().await
    }

    /// One that is there already.
    pub(super) fn at_once(&mut self) -> Option<Exchange> {
        self.waiting.try_recv().ok()
    }

    /// How many could not be kept since this was asked last; none as long as some that could are waiting.
    pub(super) fn missed(&self) -> u64 {
        if self.waiting.is_empty() { self.missed.swap(0, Relaxed) } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_reads_is_counted_and_not_kept() {
        let (told, mut exchanges) = exchanges();
        for _ in 0..1000 {
            told.saw(Exchange::default());
        }
        assert_eq!(exchanges.missed(), 0);
        assert_eq!(std::iter::from_fn(|| exchanges.at_once()).count(), WAITING);
        assert_eq!((exchanges.missed(), exchanges.missed()), (1000 - WAITING as u64, 0));
    }
}
