//! How long somebody may take to say something, where what comes earns more time.

use std::time::Duration;

/// How long a part of a request may take: `first`, or with a rate `first-max,MinRate=rate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimit {
    /// Seconds, to begin with; 0 is without limit.
    pub first: u32,
    /// Seconds, however much comes; 0 is without limit.
    pub max: u32,
    /// So many bytes earn one second more; 0 if no bytes earn any.
    pub min_rate: u32,
}

impl ReadLimit {
    /// How long the client may be waited for, once so many bytes have come; `None` is without limit.
    pub(crate) fn allowed(self, bytes: u64) -> Option<Duration> {
        let earned = bytes.checked_div(self.min_rate.into()).unwrap_or(0);
        let seconds = u64::from(self.first).saturating_add(earned);
        let seconds = if self.max > 0 { seconds.min(self.max.into()) } else { seconds };
        (self.first > 0).then(|| Duration::from_secs(seconds))
    }
}
