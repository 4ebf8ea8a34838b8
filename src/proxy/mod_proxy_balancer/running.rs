//! A balancer at work: which member a request gets, and what becomes of one that fails.

use std::{
    sync::{Arc, MutexGuard},
    time::Instant,
};

use crate::proxy::{
    error::Error,
    mod_proxy::balancer::lb_method::LbMethod,
    mod_proxy::balancer::{Balancer, SCHEME},
    mod_proxy::worker::Worker,
    mod_proxy::worker::load::Load,
    mod_proxy::worker::status::Flag,
    mod_proxy_balancer::turns::{State, Turns},
    mod_proxy_http::connection::Reply,
};

/// What a site file says of a balancer, and whose turn it is.
#[derive(Debug)]
pub(crate) struct Running {
    pub balancer: Arc<Balancer>,
    turns: Turns,
    /// Whether somebody may look at what the members have to do (`balancer-manager`).
    watched: bool,
}

impl Running {
    pub(crate) fn new(balancer: Arc<Balancer>, watched: bool) -> Self {
        Self { balancer, turns: Turns::default(), watched }
    }

    // ANCHOR: elect
    /// The member of the session's route, else the one whose turn it is, among those not in error; if all are, all are
    /// tried again (`forcerecovery`).
    ///
    /// # Errors
    /// 503 if nobody is left.
    pub(crate) fn elect(&self, session: Option<&str>, now: Instant) -> Result<(usize, &Worker), Error> {
        let Balancer { members, parameters, .. } = &*self.balancer;
        let mut turns = self.lock();
        if parameters.forcerecovery != Some(false) {
            turns.recover(now);
        }
        if let Some(route) = session {
            if let Some(at) = turns.by_route(members, route, now) {
                turns.count_session(members, at, now);
                return Ok((at, &members[at]));
            }
            if parameters.nofailover == Some(true) && members.iter().any(|m| m.route == route) {
                return Err(Error::RouteInError { balancer: self.url(), route: route.to_owned() });
            }
        }
        match turns.elect(&self.balancer, now) {
            Some(at) => Ok((at, &members[at])),
            None if members.is_empty() => Err(Error::NoWorkers(self.url())),
            None => Err(Error::AllInError(self.url())),
        }
    }
    // ANCHOR_END: elect

    /// Leaves a member alone for its `retry` time; whether it was put in error at all.
    pub(crate) fn set_in_error(&self, at: usize, now: Instant) -> bool {
        self.lock().set_in_error(at, &self.balancer.members[at], now)
    }

    /// How many members one request tries: Apache's `maxattempts` and the first one, by default all.
    pub(crate) fn attempts(&self) -> usize {
        let Balancer { members, parameters, .. } = &*self.balancer;
        parameters.maxattempts.map_or(members.len(), |more| more.saturating_add(1)).max(1)
    }

    fn url(&self) -> String {
        format!("{SCHEME}{}", self.balancer.name)
    }

    /// The counters of a member, if anybody asks for them.
    pub(crate) fn load(&self, at: usize) -> Option<Arc<Load>> {
        let counts = self.watched || self.balancer.parameters.method() != LbMethod::ByRequests;
        counts.then(|| self.lock().load[at].clone())
    }

    /// What an answer, or its absence, says about the member: `failonstatus` and `failontimeout`.
    pub(crate) fn judge(&self, at: usize, answered: &Result<Reply, Error>) {
        let parameters = &self.balancer.parameters;
        let (failed, code) = match answered {
            Ok(reply) => (parameters.failonstatus.contains(&reply.head.status()), "AH01174"),
            Err(error) => (parameters.failontimeout == Some(true) && matches!(error, Error::Late), "AH02460"),
        };
        if failed && !self.balancer.members[at].status.has(Flag::IgnoreErrors) {
            let (balancer, member) = (self.url(), &self.balancer.members[at].url);
            log::error!(target: "proxy_balancer", "{code}: {balancer}: Forcing worker ({member}) into error state");
            self.set_in_error(at, Instant::now());
        }
    }

    /// The counters, for as long as the lock is held.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.turns.lock(self.balancer.members.len())
    }
}
