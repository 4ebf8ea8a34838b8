//! `mod_proxy_balancer`: several backends under one name, of which each request gets one.

use std::{sync::Arc, time::Instant};

use crate::proxy::{
    Error, Proxy, Visit,
    core::asker::Asker,
    http1::{head::Head, url::Url},
    mod_proxy::{
        balancer_parameters::BalancerParameters, lb_method::LbMethod, pass::Route, status::Flag,
        worker::Worker,
    },
    mod_proxy_balancer::turns::Turns,
    mod_proxy_http::{
        exchange::{Connection, Reply},
        upload::Upload,
    },
};

pub(crate) const SCHEME: &str = "balancer://";

/// `<Proxy balancer://name>`: its members in file order, and whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balancer {
    pub(crate) name: String,
    pub(crate) members: Vec<Worker>,
    pub(crate) parameters: BalancerParameters,
    pub(crate) turns: Turns,
    /// Whether somebody may look at what the members have to do (`balancer-manager`).
    pub(crate) watched: bool,
}

/// A connection to a worker, and the member of a balancer that it is to.
pub(crate) struct Chosen<'a> {
    connection: Connection<'a>,
    member: Option<(&'a Balancer, usize)>,
}

impl Proxy {
    /// `<Proxy balancer://name>` with a `BalancerMember` line for each member.
    pub fn balancer(self, name: &str, members: impl IntoIterator<Item = Worker>) -> Self {
        self.balancer_with(name, members, BalancerParameters::new())
    }

    /// The same with a `ProxySet` line.
    pub fn balancer_with(
        mut self,
        name: &str,
        members: impl IntoIterator<Item = Worker>,
        parameters: BalancerParameters,
    ) -> Self {
        let mut balancer = Balancer { parameters, ..Balancer::new(name) };
        for member in members {
            balancer.member(member);
        }
        self.balancers.push(Arc::new(balancer));
        self
    }
}

// ANCHOR: connect
impl Proxy {
    /// Connects to the worker, or to the member that its balancer elects; a member that does not accept is left
    /// alone for a while and the next one is tried, within the same request.
    ///
    /// # Errors
    /// The last member's, when all that may be tried have failed.
    pub(crate) async fn connect<'a>(
        &'a self,
        route: &Route<'a>,
        query: Option<&str>,
        head: &Head,
        safe: bool,
        visit: &Visit<'a>,
    ) -> Result<Chosen<'a>, Error> {
        let worker = route.worker;
        if !worker.url.is("balancer") {
            if !worker.status.is_allowed() {
                return Err(Error::Disabled(worker.url.host().to_owned()));
            }
            return Chosen::worker(visit.backends.connect(worker, self.timeout.of(worker), safe).await);
        }
        let name = name_and_path(worker.url.as_str()).map_or("", |(name, _)| name);
        let no_workers = || Error::NoWorkers(format!("{SCHEME}{name}"));
        let balancer = find(&self.balancers, name).ok_or_else(no_workers)?;
        let mut failure = None;
        let session = balancer.parameters.sticky.route(&route.path, query, head);
        for _ in 0..balancer.attempts() {
            let (at, member) = balancer.elect(session, Instant::now())?;
            match visit.backends.connect(member, self.timeout.of(member), safe).await {
                Ok(connection) => return Ok(balancer.chosen(at, connection)),
                Err(ours) if ours.is_out_of_descriptors() => return Err(ours),
                Err(refused @ (Error::Connect { .. } | Error::NoConnection(_))) => {
                    log::error!(target: "proxy", "{refused}");
                    failure = Some(refused);
                    if !balancer.set_in_error(at, Instant::now()) {
                        break;
                    }
                }
                Err(other) => {
                    balancer.set_in_error(at, Instant::now());
                    return Err(other);
                }
            }
        }
        Err(failure.unwrap_or_else(no_workers))
    }
}
// ANCHOR_END: connect

impl Balancer {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            members: Vec::new(),
            parameters: BalancerParameters::new(),
            turns: Turns::default(),
            watched: false,
        }
    }

    /// The member of that URL, or the new one: the same member twice counts once.
    pub(crate) fn member(&mut self, new: Worker) -> &mut Worker {
        let known = self.members.iter().position(|member| member.url == new.url);
        let at = known.unwrap_or(self.members.len());
        if known.is_none() {
            self.members.push(new);
        }
        &mut self.members[at]
    }

    // ANCHOR: elect
    /// The member of the session's route, else the one whose turn it is, among those not in error; if all are, all are
    /// tried again (`forcerecovery`).
    ///
    /// # Errors
    /// 503 if nobody is left.
    pub(crate) fn elect(&self, session: Option<&str>, now: Instant) -> Result<(usize, &Worker), Error> {
        let mut turns = self.turns.lock(self.members.len());
        if self.parameters.forcerecovery != Some(false) {
            turns.recover(now);
        }
        if let Some(route) = session {
            if let Some(at) = turns.by_route(&self.members, route, now, 1) {
                turns.count_session(&self.members, at, now);
                return Ok((at, &self.members[at]));
            }
            if self.parameters.nofailover == Some(true) && self.members.iter().any(|m| m.route == route) {
                return Err(Error::RouteInError { balancer: self.url(), route: route.to_owned() });
            }
        }
        match turns.elect(self, now) {
            Some(at) => Ok((at, &self.members[at])),
            None if self.members.is_empty() => Err(Error::NoWorkers(self.url())),
            None => Err(Error::AllInError(self.url())),
        }
    }
    // ANCHOR_END: elect

    /// Leaves a member alone for its `retry` time; whether it was put in error at all.
    pub(crate) fn set_in_error(&self, at: usize, now: Instant) -> bool {
        self.turns.lock(self.members.len()).set_in_error(at, &self.members[at], now)
    }

    /// How many members one request tries: Apache's `maxattempts` and the first one, by default all.
    pub(crate) fn attempts(&self) -> usize {
        self.parameters.maxattempts.map_or(self.members.len(), |more| more.saturating_add(1)).max(1)
    }

    fn url(&self) -> String {
        format!("{SCHEME}{}", self.name)
    }

    fn chosen<'a>(&'a self, at: usize, mut connection: Connection<'a>) -> Chosen<'a> {
        if self.watched || self.parameters.method() != LbMethod::ByRequests {
            connection.count(self.turns.lock(self.members.len()).load[at].clone());
        }
        Chosen { connection, member: Some((self, at)) }
    }

    /// What an answer, or its absence, says about the member: `failonstatus` and `failontimeout`.
    fn judge(&self, at: usize, answered: &Result<Reply, Error>) {
        let parameters = &self.parameters;
        let (failed, code) = match answered {
            Ok(reply) => (parameters.failonstatus.contains(&reply.head.status()), "AH01174"),
            Err(error) => (parameters.failontimeout == Some(true) && matches!(error, Error::Late), "AH02460"),
        };
        if failed && !self.members[at].status.has(Flag::IgnoreErrors) {
            let (balancer, member) = (self.url(), &self.members[at].url);
            log::error!(target: "proxy_balancer", "{code}: {balancer}: Forcing worker ({member}) into error state");
            self.set_in_error(at, Instant::now());
        }
    }
}

impl<'a> Chosen<'a> {
    fn worker(connected: Result<Connection<'a>, Error>) -> Result<Self, Error> {
        Ok(Self { connection: connected?, member: None })
    }

    /// The URL of the backend at the other end.
    pub(crate) fn url(&self) -> &Url {
        self.connection.url()
    }

    /// Whether another request may use the connection after this one.
    pub(crate) fn keeps(&self) -> bool {
        self.connection.keeps()
    }

    /// Sends the request and waits for the head of the answer; the balancer learns how it went.
    ///
    /// # Errors
    /// 502 if the backend closes, answers what is not HTTP, or does not answer in time; the client's own.
    pub(crate) async fn send(
        self,
        head: &Head,
        upload: Upload,
        safe: bool,
        asker: &mut dyn Asker,
    ) -> Result<Reply, Error> {
        let answered = self.connection.send(head, upload, safe, asker).await;
        if let Some((balancer, at)) = self.member {
            balancer.judge(at, &answered);
        }
        answered
    }
}

/// The balancer of that name, in any case.
pub(crate) fn find<'a>(balancers: &'a [Arc<Balancer>], name: &str) -> Option<&'a Balancer> {
    balancers.iter().find(|balancer| balancer.name.eq_ignore_ascii_case(name)).map(Arc::as_ref)
}

/// The name and the path of a `balancer://` URL.
pub(crate) fn name_and_path(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_at_checked(SCHEME.len())?;
    let slash = rest.find('/').unwrap_or(rest.len());
    scheme.eq_ignore_ascii_case(SCHEME).then(|| rest.split_at(slash))
}
