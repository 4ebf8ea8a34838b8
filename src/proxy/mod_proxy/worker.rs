//! A worker: one backend and how to treat it, on a `ProxyPass` or `BalancerMember` line.

pub(crate) mod load;
pub(crate) mod parameters;
pub(crate) mod place;
pub(crate) mod status;

use std::{num::NonZeroUsize, time::Duration};

use crate::proxy::{
    http1::url::{Url, UrlError},
    mod_proxy::worker::{
        place::Place,
        status::{Flag, Status},
    },
};

/// A backend and its parameters; those that are `None` are not said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Where it is.
    pub url: Url,
    /// `loadfactor=`: its share of the requests, in hundredths.
    pub(crate) loadfactor: u32,
    /// `lbset=`: sets with a lower number serve first.
    pub(crate) lbset: u8,
    /// `status=`.
    pub(crate) status: Status,
    /// `route=`: the name that sessions know it by.
    pub(crate) route: String,
    /// `redirect=`: the route that takes its sessions when it cannot.
    pub(crate) redirect: String,
    /// `retry=`: how long a balancer leaves it alone after a failed connect.
    pub(crate) retry: Duration,
    /// `timeout=`: how long to wait for it to connect and to answer.
    pub(crate) timeout: Option<Duration>,
    /// `connectiontimeout=`: how long to wait for it to connect, if not the same.
    pub(crate) connect_timeout: Option<Duration>,
    /// `enablereuse=`, or `disablereuse=` turned round.
    pub(crate) enable_reuse: Option<bool>,
    /// `ttl=`: how long an idle connection may be used again.
    pub(crate) ttl: Option<Duration>,
    /// `max=`: how many connections there may be at once.
    pub(crate) max: Option<NonZeroUsize>,
    /// `acquire=`: how long a request waits for one of them.
    pub(crate) acquire: Option<Duration>,
    /// Whether `$1` makes a part of what it is asked for: such connections are closed, unless it is told otherwise.
    pub(crate) interpolated: bool,
    /// `max=` at work.
    pub(crate) limit: Place,
}

pub(crate) const LOADFACTOR: u32 = 100;
pub(crate) const RETRY: Duration = Duration::from_secs(60);

impl Worker {
    /// A worker with Apache's default parameters.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            loadfactor: LOADFACTOR,
            lbset: 0,
            status: Status::default(),
            route: String::new(),
            redirect: String::new(),
            retry: RETRY,
            timeout: None,
            connect_timeout: None,
            enable_reuse: None,
            ttl: None,
            max: None,
            acquire: None,
            interpolated: false,
            limit: Place::default(),
        }
    }

    /// `loadfactor=`, a whole number of 1 to 100.
    pub fn loadfactor(mut self, factor: u8) -> Self {
        self.loadfactor = u32::from(factor.clamp(1, 100)) * 100;
        self
    }

    /// `lbset=`, 0 to 99.
    pub fn lbset(mut self, set: u8) -> Self {
        self.lbset = set.min(99);
        self
    }

    /// `status=+…`.
    pub fn status(mut self, flag: Flag) -> Self {
        self.status = self.status.with(flag, true);
        self
    }

    /// `route=`.
    pub fn route(mut self, route: &str) -> Self {
        route.clone_into(&mut self.route);
        self
    }

    /// `redirect=`.
    pub fn redirect(mut self, route: &str) -> Self {
        route.clone_into(&mut self.redirect);
        self
    }

    /// `retry=`.
    pub fn retry(mut self, retry: Duration) -> Self {
        self.retry = retry;
        self
    }

    /// `timeout=`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// `connectiontimeout=`.
    pub fn connection_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// `enablereuse=On` or `Off`.
    pub fn enable_reuse(mut self, on: bool) -> Self {
        self.enable_reuse = Some(on);
        self
    }

    /// `ttl=`, in whole seconds.
    pub fn ttl(mut self, seconds: u32) -> Self {
        self.ttl = Some(Duration::from_secs(seconds.min(i32::MAX as u32).into()));
        self
    }

    /// `max=`; 0 is no limit. A number in a site file has 31 bits, and so has this.
    pub fn max(mut self, connections: usize) -> Self {
        self.max = NonZeroUsize::new(connections.min(i32::MAX as usize));
        self
    }

    /// `acquire=`.
    pub fn acquire(mut self, wait: Duration) -> Self {
        self.acquire = Some(wait);
        self
    }

    /// How long it may take to connect; `timeout` is how long to wait for its answers.
    pub(crate) fn time_to_connect(&self, timeout: Duration) -> Duration {
        self.connect_timeout.unwrap_or(timeout)
    }

    /// Whether a connection serves more than one request.
    pub(crate) fn reuse(&self) -> bool {
        self.enable_reuse.unwrap_or(!self.interpolated)
    }
}

/// Apache's complaint about a URL that is none.
pub(crate) fn url_complaint(error: UrlError, text: &str) -> String {
    match error {
        UrlError::Unparsable => format!("Unable to parse URL: {text}"),
        UrlError::NotAbsolute => format!("URL must be absolute!: {text}"),
    }
}
