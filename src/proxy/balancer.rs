//! `<Proxy balancer://…>`, `BalancerMember` and `ProxySet`: several backends under one name.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    Error, Proxy, Visit,
    by_requests::{self, LbStatus},
    directive::{Directive, Scope, Section, quoted, words},
    http::Connection,
    modules::Modules,
    url::Url,
    worker::{Worker, url_complaint},
};

const SCHEME: &str = "balancer://";
const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// `<Proxy balancer://name>`: its members in file order, and whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balancer {
    pub(crate) name: String,
    pub(crate) members: Vec<Worker>,
    /// Whether `ProxySet lbmethod=byrequests` is written out; it is the default.
    named_method: bool,
    turns: Turns,
}

/// The counters of a running balancer, exact across threads; they are no part of what a site file says.
#[derive(Debug, Default)]
struct Turns(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    lbstatus: Vec<LbStatus>,
    in_error_until: Vec<Option<Instant>>,
}

impl Proxy {
    /// `<Proxy balancer://name>` with a `BalancerMember` line for each member.
    pub fn balancer(mut self, name: &str, members: impl IntoIterator<Item = Worker>) -> Self {
        let mut balancer = Balancer::new(name);
        for member in members {
            let known = balancer.member(member.clone());
            *known = member;
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
        worker: &'a Worker,
        visit: &Visit<'a>,
    ) -> Result<Connection<'a>, Error> {
        let Some((name, _)) = name_and_path(worker.url.as_str()) else {
            return visit.backends.connect(worker, self.timeout.of(worker)).await;
        };
        let mut failure = Error::NoWorkers(format!("{SCHEME}{name}"));
        let Some(balancer) = find(&self.balancers, name) else { return Err(failure) };
        for _ in 0..balancer.attempts() {
            let Some(member) = balancer.elect(Instant::now()) else { break };
            match visit.backends.connect(member, self.timeout.of(member)).await {
                Err(refused @ (Error::Connect { .. } | Error::NoConnection(_))) => {
                    log::error!(target: "proxy", "{refused}");
                    balancer.set_in_error(member, Instant::now());
                    failure = refused;
                }
                connected => return connected,
            }
        }
        Err(failure)
    }
}
// ANCHOR_END: connect

impl Balancer {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), members: Vec::new(), named_method: false, turns: Turns::default() }
    }

    /// The member of that URL, or the new one: the same member twice counts once.
    fn member(&mut self, new: Worker) -> &mut Worker {
        let known = self.members.iter().position(|member| member.url == new.url);
        let at = known.unwrap_or(self.members.len());
        if known.is_none() {
            self.members.push(new);
        }
        &mut self.members[at]
    }

    // ANCHOR: elect
    /// The member whose turn it is, among those not in error; if all are, all are tried again (`forcerecovery`).
    pub(crate) fn elect(&self, now: Instant) -> Option<&Worker> {
        let mut state = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State { lbstatus, in_error_until } = &mut *state;
        lbstatus.resize(self.members.len(), 0);
        in_error_until.resize(self.members.len(), None);
        if in_error_until.iter().all(|until| until.is_some_and(|until| now < until)) {
            in_error_until.fill(None);
        }
        let usable = (self.members.iter().enumerate())
            .filter(|(member, _)| in_error_until[*member].is_none_or(|until| now >= until))
            .map(|(member, worker)| (member, worker.loadfactor));
        by_requests::elect(lbstatus, usable).map(|member| &self.members[member])
    }
    // ANCHOR_END: elect

    /// Leaves a member alone for its `retry` time, after it could not be connected.
    pub(crate) fn set_in_error(&self, failed: &Worker, now: Instant) {
        let mut state = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(member) = self.members.iter().position(|member| member.url == failed.url)
            && let Some(until) = state.in_error_until.get_mut(member)
        {
            // A time beyond what the clock can say is for ever.
            *until = Some(now.checked_add(failed.retry).unwrap_or(now + FOREVER));
        }
    }

    /// How many members one request tries: Apache's `maxattempts`, by default all.
    pub(crate) fn attempts(&self) -> usize {
        self.members.len()
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

impl Clone for Turns {
    /// A copy starts anew, as a restarted Apache does.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Turns {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Turns {}

impl fmt::Display for Balancer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "<Proxy {}>", quoted(&format!("{SCHEME}{}", self.name)))?;
        self.members.iter().try_for_each(|member| writeln!(f, "    BalancerMember {member}"))?;
        if self.named_method {
            writeln!(f, "    ProxySet lbmethod=byrequests")?;
        }
        writeln!(f, "</Proxy>")
    }
}

/// Opens `<Proxy balancer://name>`; a second block of the same name adds to the first.
pub(super) fn open(
    proxy: &mut Proxy,
    url: &str,
    parameters: &[String],
    modules: &Modules,
) -> Result<(), String> {
    let name = match name_and_path(url) {
        Some(("", _)) => return Err(format!("BalancerMember Bad syntax for a balancer name ({url})")),
        Some((name, _)) => name,
        None => return Err(format!("<Proxy {url}>: this proxy knows <Proxy {SCHEME}name> only")),
    };
    if find(&proxy.balancers, name).is_none() {
        proxy.balancers.push(Arc::new(Balancer::new(name)));
    }
    match find_mut(proxy, name) {
        Some(balancer) => {
            balancer.read_parameters(url, parameters, modules).map_err(|complaint| match complaint {
                Complaint::NotKeyValue => {
                    "Invalid Proxy parameter. Parameter must be in the form 'key=value'".to_owned()
                }
                Complaint::Unknown(text) => format!("<Proxy {text}"),
            })
        }
        None => Ok(()),
    }
}

/// What a `ProxyPass` line says about its balancer, which it defines if nobody has.
pub(super) fn set_by_pass(scope: &mut Scope<'_>, url: &Url, parameters: &[String]) -> Result<(), String> {
    if parameters.is_empty() {
        return Ok(());
    }
    Err(format!("ProxyPass unknown Balancer parameter{}", &url.as_str()[..0])).map_err(|e| {
        let _ = &scope.section;
        e
    })
}

/// Why a parameter of a balancer is none.
enum Complaint {
    NotKeyValue,
    Unknown(String),
}

impl Balancer {
    fn read_parameters(&mut self, url: &str, words: &[String], modules: &Modules) -> Result<(), Complaint> {
        words.iter().try_for_each(|word| {
            let (key, value) = word.split_once('=').ok_or(Complaint::NotKeyValue)?;
            if !key.eq_ignore_ascii_case("lbmethod") {
                return Err(Complaint::Unknown(format!("unknown Balancer parameter {word}; {url}")));
            }
            if value != "byrequests" || !modules.has("lbmethod_byrequests") {
                return Err(Complaint::Unknown(format!("unknown lbmethod {word}; {url}")));
            }
            self.named_method = true;
            Ok(())
        })
    }
}

fn find_mut<'a>(proxy: &'a mut Proxy, name: &str) -> Option<&'a mut Balancer> {
    let found = proxy.balancers.iter_mut().find(|balancer| balancer.name.eq_ignore_ascii_case(name));
    found.map(Arc::make_mut)
}

pub(super) const BALANCER_MEMBER: Directive = Directive {
    name: "BalancerMember",
    module: Some("proxy"),
    read: |scope: &mut Scope<'_>, line| {
        let mut words = words(line);
        let name = match scope.section {
            Section::Proxy(name) => name.to_owned(),
            _ if words.len() > 1 && words[0].contains("://") && words[1].contains("://") => words.remove(0),
            _ if words.is_empty() => {
                return Err("BalancerMember must define balancer name when outside <Proxy > section".to_owned());
            }
            _ => return Err("BalancerMember must define remote proxy server".to_owned()),
        };
        let [url, parameters @ ..] = words.as_slice() else {
            return Err("BalancerMember must define remote proxy server".to_owned());
        };
        if parameters.iter().any(|word| !word.contains('=')) {
            return Err("BalancerMember can not have a balancer name when defined in a location".to_owned());
        }
        let parsed = url.parse().map_err(|error| format!("BalancerMember {}", url_complaint(error, url)))?;
        open(scope.proxy, &name, &[], &scope.site.modules)?;
        let balancer = name_and_path(&name).and_then(|(name, _)| find_mut(scope.proxy, name));
        let Some(balancer) = balancer else { return Ok(()) };
        let member = balancer.member(Worker::new(parsed));
        member.read_parameters(parameters).map_err(|complaint| format!("BalancerMember {complaint}"))
    },
};

pub(super) const PROXY_SET: Directive = Directive {
    name: "ProxySet",
    module: Some("proxy"),
    read: |scope: &mut Scope<'_>, line| {
        let mut words = words(line);
        let url = match scope.section {
            Section::Proxy(url) => url.to_owned(),
            _ if !words.is_empty() => words.remove(0),
            _ => return Err("ProxySet can not find '' Worker.".to_owned()),
        };
        let Some((name, _)) = name_and_path(&url) else {
            return Err(format!("ProxySet can not find '{url}' Worker."));
        };
        let balancer = find_mut(scope.proxy, name);
        let balancer = balancer.ok_or_else(|| format!("ProxySet can not find '{url}' Balancer."))?;
        balancer.read_parameters(&url, &words, &scope.site.modules).map_err(|complaint| match complaint {
            Complaint::NotKeyValue => {
                "Invalid ProxySet parameter. Parameter must be in the form 'key=value'".to_owned()
            }
            Complaint::Unknown(text) => format!("ProxySet: {text}"),
        })
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    fn balancer(members: usize) -> Balancer {
        let mut balancer = Balancer::new("c");
        balancer.members =
            (0..members).map(|n| Worker::new(format!("http://b{n}").parse().unwrap())).collect();
        balancer
    }

    #[test]
    fn a_dead_member_is_left_alone_for_its_retry_time() {
        let balancer = balancer(3);
        let start = Instant::now();
        let turn = |now| balancer.elect(now).unwrap().url.host().to_owned();
        let mut answered = Vec::new();
        for _ in 0..8 {
            let mut host = turn(start);
            if host == "b1" {
                balancer.set_in_error(&balancer.members[1], start);
                host = turn(start);
            }
            answered.push(host);
        }
        assert_eq!(
            answered,
            ["b0", "b2", "b2", "b0", "b2", "b0", "b2", "b0"],
            "A C C A C A C A of the facts"
        );
        assert!((0..4).all(|_| turn(start + Duration::from_secs(59)) != "b1"));
        assert!((0..4).any(|_| turn(start + Duration::from_secs(61)) == "b1"));
    }

    #[test]
    fn if_all_are_in_error_all_are_tried_again() {
        let balancer = balancer(2);
        let now = Instant::now();
        balancer.elect(now);
        for member in &balancer.members {
            balancer.set_in_error(member, now);
        }
        assert!(balancer.elect(now).is_some());
    }

    #[test]
    fn the_order_is_exact_across_threads() {
        let balancer = balancer(2);
        let count = Mutex::new([0; 2]);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        let first = balancer.elect(Instant::now()).unwrap().url.host() == "b0";
                        count.lock().unwrap()[usize::from(first)] += 1;
                    }
                });
            }
        });
        assert_eq!(*count.lock().unwrap(), [2000, 2000]);
    }
}
