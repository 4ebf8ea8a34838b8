//! Whose turn it is: the counters of a running balancer, exact across threads.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::proxy::{
    mod_proxy::balancer::Balancer,
    mod_proxy::balancer::lb_method::LbMethod,
    mod_proxy::worker::Worker,
    mod_proxy::worker::load::Load,
    mod_proxy::worker::status::Flag,
    mod_proxy_balancer::mod_lbmethod_bybusyness as bybusyness,
    mod_proxy_balancer::mod_lbmethod_byrequests::{self as byrequests, LbStatus},
    mod_proxy_balancer::mod_lbmethod_bytraffic as bytraffic,
};

const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// One small lock around all counters.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<State>);

/// The counters, by member in file order.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub lbstatus: Vec<LbStatus>,
    pub elected: Vec<u64>,
    pub load: Vec<Arc<Load>>,
    in_error_until: Vec<Option<Instant>>,
    /// Those that may be elected now; kept, so that no election allocates.
    candidates: Vec<usize>,
}

impl Turns {
    pub fn lock(&self, members: usize) -> MutexGuard<'_, State> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.lbstatus.len() != members {
            state.lbstatus.resize(members, 0);
            state.elected.resize(members, 0);
            state.load.resize_with(members, Arc::default);
            state.in_error_until.resize(members, None);
        }
        state
    }
}

impl State {
    /// If all are in error, none is any more (`forcerecovery`).
    pub fn recover(&mut self, now: Instant) {
        if self.in_error_until.iter().all(|until| until.is_some_and(|until| now < until)) {
            self.in_error_until.fill(None);
        }
    }

    /// Whether a member may serve: its status allows it, and it is not in error, or has been for long enough.
    pub fn is_usable(&self, at: usize, member: &Worker, now: Instant) -> bool {
        member.status.is_allowed() && !self.is_in_error(at, now)
    }

    /// Whether a member is left alone after an error.
    pub fn is_in_error(&self, at: usize, now: Instant) -> bool {
        self.in_error_until[at].is_some_and(|until| now < until)
    }

    /// Leaves a member alone for its `retry` time; whether that is so (`status=+I` is never in error).
    pub fn set_in_error(&mut self, at: usize, member: &Worker, now: Instant) -> bool {
        if member.status.has(Flag::IgnoreErrors) {
            return false;
        }
        // A time beyond what the clock can say is for ever.
        self.in_error_until[at] = Some(now.checked_add(member.retry).unwrap_or(now + FOREVER));
        true
    }

    /// Elects by the balancer's method among the lowest `lbset` that has anybody.
    pub fn elect(&mut self, balancer: &Balancer, now: Instant) -> Option<usize> {
        let mut candidates = std::mem::take(&mut self.candidates);
        let members = &balancer.members;
        let mut lbset = Some(0);
        while let Some(set) = lbset {
            self.gather(&mut candidates, members, set, now);
            let higher = members.iter().map(|member| member.lbset).filter(|other| *other > set);
            lbset = if candidates.is_empty() { higher.min() } else { None };
        }
        let elected = self.by_method(balancer, &candidates);
        candidates.clear();
        self.candidates = candidates;
        self.elected[elected?] += 1;
        elected
    }

    /// The usable members of a set; a spare for each that is not usable; the standbys if there is nobody else.
    fn gather(&self, found: &mut Vec<usize>, members: &[Worker], lbset: u8, now: Instant) {
        let set = || members.iter().enumerate().filter(move |(_, member)| member.lbset == lbset);
        let role = |member: &Worker| (member.status.has(Flag::HotSpare), member.status.has(Flag::HotStandby));
        let mut unusable = 0;
        for (at, member) in set().filter(|(_, member)| role(member) == (false, false)) {
            if !member.status.has(Flag::Drain) && self.is_usable(at, member, now) {
                found.push(at);
            } else {
                unusable += 1;
            }
        }
        let free = |(at, member): &(usize, &Worker)| {
            !member.status.has(Flag::Drain) && self.is_usable(*at, member, now)
        };
        found.extend(set().filter(|(_, m)| role(m).0).filter(free).map(|(at, _)| at).take(unusable));
        if found.is_empty() {
            found.extend(set().filter(|(_, m)| role(m) == (false, true)).filter(free).map(|(at, _)| at));
        }
    }

    fn by_method(&mut self, balancer: &Balancer, candidates: &[usize]) -> Option<usize> {
        let State { lbstatus, load, .. } = self;
        let factors = candidates.iter().map(|at| (*at, balancer.members[*at].loadfactor));
        match balancer.parameters.method() {
            LbMethod::ByRequests => byrequests::elect(lbstatus, factors),
            LbMethod::ByBusyness => {
                bybusyness::elect(lbstatus, factors.map(|(at, factor)| (at, factor, load[at].busy())))
            }
            LbMethod::ByTraffic => bytraffic::elect(factors.map(|(at, factor)| {
                let (sent, read) = load[at].traffic();
                (at, factor, sent, read)
            })),
        }
    }

    /// The member of that route, or the one it redirects to; normal members go before standbys. A route is looked for
    /// once, however many members redirect to it.
    pub fn by_route(&self, members: &[Worker], asked: &str, now: Instant) -> Option<usize> {
        // Each member twice: as a normal one, then as a standby.
        let of_route = |at: usize, route: &str| {
            let member = &members[at % members.len()];
            member.status.has(Flag::HotStandby) == (at >= members.len()) && member.route == route
        };
        let (mut route, mut from) = (asked, 0);
        let (mut seen, mut back) = (Vec::new(), Vec::new());
        loop {
            let Some(at) = (from..2 * members.len()).find(|at| of_route(*at, route)) else {
                (route, from) = back.pop()?;
                continue;
            };
            let member = &members[at % members.len()];
            if self.is_usable(at % members.len(), member, now) {
                return Some(at % members.len());
            }
            from = at + 1;
            let redirect = member.redirect.as_str();
            if !redirect.is_empty() && redirect != asked && !seen.contains(&redirect) {
                seen.push(redirect);
                back.push((route, from));
                (route, from) = (redirect, 0);
            }
        }
    }

    /// A session's choice goes through the counters too, so that free requests catch up.
    pub fn count_session(&mut self, members: &[Worker], chosen: usize, now: Instant) {
        let mut total = 0;
        for (at, member) in members.iter().enumerate() {
            if self.is_usable(at, member, now) {
                self.lbstatus[at] += LbStatus::from(member.loadfactor);
                total += LbStatus::from(member.loadfactor);
            }
        }
        self.lbstatus[chosen] -= total;
        self.elected[chosen] += 1;
    }
}

#[cfg(test)]
mod tests;
