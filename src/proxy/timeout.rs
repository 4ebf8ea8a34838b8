//! `ProxyTimeout`: how long backends may be silent.

use std::{fmt, time::Duration};

use super::{
    Proxy,
    directive::{Directive, Scope, words},
    duration::{self, SECOND, Seconds},
    worker::Worker,
};

/// `ProxyTimeout`; a worker's own `timeout=` goes before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeout(pub(crate) Option<Duration>);

/// Apache's `Timeout`, which `ProxyTimeout` and `timeout=` replace.
const TIMEOUT: Duration = Duration::from_secs(60);

impl Proxy {
    /// `ProxyTimeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Timeout(Some(timeout));
        self
    }
}

impl Timeout {
    /// How long to wait for this worker.
    pub(crate) fn of(self, worker: &Worker) -> Duration {
        worker.timeout.or(self.0).unwrap_or(TIMEOUT)
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|timeout| writeln!(f, "ProxyTimeout {}", Seconds(*timeout)))
    }
}

pub(super) const PROXY_TIMEOUT: Directive = Directive {
    name: "ProxyTimeout",
    module: Some("proxy"),
    read: |scope: &mut Scope<'_>, line| {
        scope.outside_of_sections("ProxyTimeout")?;
        let [word] = words(line).try_into().map_err(|_| {
            "ProxyTimeout takes one argument, Set the timeout (in seconds) for a proxied connection. \
             This overrides the server timeout"
        })?;
        let timeout = duration::read(&word, SECOND).filter(|timeout| !timeout.is_zero());
        scope.proxy.timeout = Timeout(Some(timeout.ok_or("Proxy Timeout must be at least 1 second.")?));
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_s_own_goes_first() {
        let worker = Worker::new("http://b".parse().unwrap());
        let second = Duration::from_secs(1);
        assert_eq!(Timeout::default().of(&worker), TIMEOUT);
        assert_eq!(Timeout(Some(second)).of(&worker), second);
        assert_eq!(Timeout(Some(second)).of(&worker.timeout(second * 2)), second * 2);
    }
}
