//! `Timeout`: how long a client, and a backend, may be silent.

use std::{fmt, time::Duration};

use crate::proxy::{
    core::Core,
    site::directive::{Directive, Scope},
    site::duration::Seconds,
    site::number::leading_number,
    site::words::one_word,
};

/// `Timeout`; for backends `ProxyTimeout` goes before it, and a worker's own `timeout=` before that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeout(pub(crate) Option<Duration>);

/// Apache's own; Debian's file has a line that says 300.
const DEFAULT: Duration = Duration::from_secs(60);

impl Timeout {
    /// How long somebody may send nothing of a message, or take nothing of one.
    pub(crate) fn limit(self) -> Duration {
        self.0.unwrap_or(DEFAULT)
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|timeout| writeln!(f, "Timeout {}", Seconds(*timeout)))
    }
}

/// Apache takes any word, for what is no number as 0; then no answer could be written.
pub(crate) const TIMEOUT: Directive<Core> = Directive {
    name: "Timeout",
    read: |scope: &mut Scope<'_, Core>, line| {
        scope.outside_of_sections("Timeout")?;
        let word = one_word(line).ok_or("Timeout takes one argument, Timeout duration (sec)")?;
        let seconds = u32::try_from(leading_number(&word)).ok().filter(|seconds| *seconds > 0);
        let seconds = seconds.ok_or("Timeout must be at least 1 second")?;
        scope.server.timeout = Timeout(Some(Duration::from_secs(seconds.into())));
        Ok(())
    },
};
