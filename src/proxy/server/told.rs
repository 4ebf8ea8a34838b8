//! What the stream of a connection and the answers to its requests tell each other.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

use crate::proxy::{core::keep_alive_timeout::IdleLimit, http1::raw_head::Refusal};

/// One for each connection.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// `KeepAliveTimeout` of the server, main or virtual, that answered last.
    pub idle: IdleLimit,
    /// Which request is refused, counted from 0, and why.
    pub refused: OnceLock<(usize, Refusal)>,
    rest: AtomicBool,
    late: AtomicBool,
    said_all: AtomicBool,
}

impl Told {
    /// Says that the client has been idle for so long that it is better to give up the buffers of its connection.
    pub(crate) fn rest(&self) {
        self.rest.store(true, Ordering::Relaxed);
    }

    /// Whether that has been said since the last call.
    pub(crate) fn take_rest(&self) -> bool {
        // No swap: it costs more, and only one task has this.
        let rest = self.rest.load(Ordering::Relaxed);
        if rest {
            self.rest.store(false, Ordering::Relaxed);
        }
        rest
    }

    /// Says that the client has had its time: it is not waited for much longer.
    pub(crate) fn late(&self) {
        self.late.store(true, Ordering::Relaxed);
    }

    /// Whether that has been said.
    pub(crate) fn is_late(&self) -> bool {
        self.late.load(Ordering::Relaxed)
    }

    /// Says that nothing more is sent: what still comes is read, and dropped.
    pub(crate) fn said_all(&self) {
        self.said_all.store(true, Ordering::Relaxed);
    }

    /// Whether that has been said.
    pub(crate) fn has_said_all(&self) -> bool {
        self.said_all.load(Ordering::Relaxed)
    }
}
