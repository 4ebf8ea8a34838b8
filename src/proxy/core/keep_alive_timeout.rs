//! `KeepAliveTimeout`: how long a client's connection stays open between two requests.

use std::{borrow::Cow, fmt, time::Duration};

use crate::proxy::{
    Proxy,
    site::directive::{Directive, Scope, words},
    site::duration::{self, SECOND, Seconds},
};

/// `KeepAliveTimeout`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeepAliveTimeout(pub(crate) Option<Duration>);

const DEFAULT: Duration = Duration::from_secs(5);

impl Proxy {
    /// `KeepAliveTimeout`; 0 closes after each answer.
    pub fn keep_alive_timeout(mut self, timeout: Duration) -> Self {
        self.keep_alive_timeout = KeepAliveTimeout(Some(timeout));
        self
    }
}

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

pub(crate) const KEEP_ALIVE_TIMEOUT: Directive = Directive {
    name: "KeepAliveTimeout",
    module: None,
    read: |scope: &mut Scope<'_>, line| {
        scope.outside_of_sections("KeepAliveTimeout")?;
        let [word] = words(line)
            .try_into()
            .map_err(|_| "KeepAliveTimeout takes one argument, Keep-Alive timeout duration (sec)")?;
        let timeout = duration::read(&word, SECOND).ok_or("KeepAliveTimeout has wrong format")?;
        scope.proxy.keep_alive_timeout = KeepAliveTimeout(Some(timeout));
        Ok(())
    },
};
