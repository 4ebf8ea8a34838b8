//! `ProxyTimeout`: how long a backend may be silent.

use std::{fmt, time::Duration};

use crate::proxy::{
    core::timeout::Timeout,
    mod_proxy::ModProxy,
    site::directive::{Directive, Scope},
    site::duration::{self, Seconds},
    site::words::one_word,
};

/// `ProxyTimeout`; without it `Timeout` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProxyTimeout(pub(crate) Option<Duration>);

impl ProxyTimeout {
    /// How long to wait for a worker that says no `timeout=` of its own.
    pub(crate) fn or(self, server: Timeout) -> Duration {
        self.0.unwrap_or(server.limit())
    }
}

impl fmt::Display for ProxyTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|timeout| writeln!(f, "ProxyTimeout {}", Seconds(*timeout)))
    }
}

pub(crate) const PROXY_TIMEOUT: Directive<ModProxy> = Directive {
    name: "ProxyTimeout",
    read: |scope: &mut Scope<'_, ModProxy>, line| {
        scope.outside_of_sections("ProxyTimeout")?;
        let word = one_word(line).ok_or(
            "ProxyTimeout takes one argument, Set the timeout (in seconds) for a proxied connection. \
             This overrides the server timeout",
        )?;
        let timeout = duration::read_seconds(&word).filter(|timeout| !timeout.is_zero());
        scope.server.timeout.0 = Some(timeout.ok_or("Proxy Timeout must be at least 1 second.")?);
        Ok(())
    },
};
