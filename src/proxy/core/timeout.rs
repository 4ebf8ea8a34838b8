//! `Timeout` and `ProxyTimeout`: how long a client, and a backend, may be silent.

use std::{fmt, time::Duration};

use crate::proxy::{
    Proxy,
    mod_proxy::worker::Worker,
    mod_proxy::worker_parameters::leading_number,
    site::directive::{Directive, Scope, words},
    site::duration::{self, SECOND, Seconds},
};

/// `Timeout`; for backends `ProxyTimeout` goes before it, and a worker's own `timeout=` before that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeout {
    server: Option<Duration>,
    proxy: Option<Duration>,
}

/// Apache's own; Debian's file has a line that says 300.
const TIMEOUT: Duration = Duration::from_secs(60);

impl Proxy {
    /// `ProxyTimeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout.proxy = Some(timeout);
        self
    }

    /// `Timeout`, in seconds.
    pub fn server_timeout(mut self, seconds: u32) -> Self {
        self.timeout.server = Some(Duration::from_secs(seconds.into()));
        self
    }
}

impl Timeout {
    /// How long to wait for this worker.
    pub(crate) fn of(self, worker: &Worker) -> Duration {
        worker.timeout.or(self.proxy).unwrap_or(self.of_client())
    }

    /// How long a client may send nothing of a body, or take nothing of an answer.
    pub(crate) fn of_client(self) -> Duration {
        self.server.unwrap_or(TIMEOUT)
    }

    /// What a virtual host does not say, the main server says.
    pub(crate) fn or(self, main: Self) -> Self {
        Self { server: self.server.or(main.server), proxy: self.proxy.or(main.proxy) }
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.server.iter().try_for_each(|timeout| writeln!(f, "Timeout {}", Seconds(*timeout)))?;
        self.proxy.iter().try_for_each(|timeout| writeln!(f, "ProxyTimeout {}", Seconds(*timeout)))
    }
}

pub(crate) const PROXY_TIMEOUT: Directive = Directive {
    name: "ProxyTimeout",
    module: Some("proxy"),
    read: |scope: &mut Scope<'_>, line| {
        scope.outside_of_sections("ProxyTimeout")?;
        let [word] = words(line).try_into().map_err(|_| {
            "ProxyTimeout takes one argument, Set the timeout (in seconds) for a proxied connection. \
             This overrides the server timeout"
        })?;
        let timeout = duration::read(&word, SECOND).filter(|timeout| !timeout.is_zero());
        scope.proxy.timeout.proxy = Some(timeout.ok_or("Proxy Timeout must be at least 1 second.")?);
        Ok(())
    },
};

/// Apache takes any word, for what is no number as 0; then no answer could be written.
pub(crate) const SERVER_TIMEOUT: Directive = Directive {
    name: "Timeout",
    module: None,
    read: |scope: &mut Scope<'_>, line| {
        scope.outside_of_sections("Timeout")?;
        let [word] =
            words(line).try_into().map_err(|_| "Timeout takes one argument, Timeout duration (sec)")?;
        let seconds = u64::try_from(leading_number(&word)).ok().filter(|seconds| *seconds > 0);
        scope.proxy.timeout.server = seconds.map(|seconds| Duration::from_secs(seconds.min(u32::MAX.into())));
        scope.proxy.timeout.server.map(|_| ()).ok_or_else(|| "Timeout must be at least 1 second".to_owned())
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
        let server = Timeout { server: Some(3 * second), proxy: None };
        assert_eq!((server.of(&worker), server.of_client()), (3 * second, 3 * second));
        let proxy = Timeout { proxy: Some(second), ..server };
        assert_eq!((proxy.of(&worker), proxy.of_client()), (second, 3 * second));
        assert_eq!(proxy.of(&worker.timeout(second * 2)), second * 2);
    }
}
