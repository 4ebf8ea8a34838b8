//! `KeepAliveTimeout`: how long a client's connection stays open between two requests.

use std::{borrow::Cow, fmt, time::Duration};

use crate::proxy::{
    core::Core,
    site::directive::{Directive, Scope},
    site::duration::{self, SECOND, Seconds},
    site::words::one_word,
};

/// `KeepAliveTimeout`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeepAliveTimeout(pub(crate) Option<Duration>);

const DEFAULT: Duration = Duration::from_secs(5);

impl KeepAliveTimeout {
    pub(crate) fn limit(self) -> Duration {
        self.0.unwrap_or(DEFAULT)
    }

    /// The value of the `Keep-Alive` header.
    pub(crate) fn header(self) -> Cow<'static, str> {
        match self.limit() {
            DEFAULT => "timeout=5, max=100".into(),
            limit => format!("timeout={}, max=100", limit.as_secs()).into(),
        }
    }
}

impl fmt::Display for KeepAliveTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|timeout| writeln!(f, "KeepAliveTimeout {}", Seconds(*timeout)))
    }
}

pub(crate) const KEEP_ALIVE_TIMEOUT: Directive<Core> = Directive {
    name: "KeepAliveTimeout",
    read: |scope: &mut Scope<'_, Core>, line| {
        scope.outside_of_sections("KeepAliveTimeout")?;
        let word =
            one_word(line).ok_or("KeepAliveTimeout takes one argument, Keep-Alive timeout duration (sec)")?;
        let timeout = duration::read(&word, SECOND).ok_or("KeepAliveTimeout has wrong format")?;
        scope.server.keep_alive_timeout = KeepAliveTimeout(Some(timeout));
        Ok(())
    },
};
