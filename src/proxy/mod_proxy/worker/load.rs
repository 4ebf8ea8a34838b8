//! What a balancer's member has to do: its requests in hand, and the bytes that went to and fro.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The counters of one member; they are no part of what a site file says.
#[derive(Debug, Default)]
pub(crate) struct Load {
    busy: AtomicUsize,
    sent: AtomicU64,
    read: AtomicU64,
}

impl Load {
    /// A request begins.
    pub fn begin(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    /// A request, with its answer, is done.
    pub fn end(&self) {
        self.busy.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts bytes that went to the member.
    pub fn note_sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts bytes that came from it.
    pub fn note_read(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The requests in hand.
    pub fn busy(&self) -> usize {
        self.busy.load(Ordering::Relaxed)
    }

    /// The bytes sent and read.
    pub fn traffic(&self) -> (u64, u64) {
        (self.sent.load(Ordering::Relaxed), self.read.load(Ordering::Relaxed))
    }
}
