//! Every table of apache-facts §8, with the clock in the test's hand: who answers, and `5` where nobody does.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use crate::proxy::{
    BalancerParameters, Worker, mod_proxy::balancer::Balancer, mod_proxy_balancer::running::Running,
};

/// A balancer with a member for each text; those that say `dead` accept no connection.
struct Case {
    balancer: Running,
    dead: Vec<bool>,
    now: Instant,
    session: Option<&'static str>,
}

fn case(members: &[&str], parameters: BalancerParameters) -> Case {
    let mut balancer = Balancer { parameters, ..Balancer::new("c") };
    for (at, text) in members.iter().enumerate() {
        let words: Vec<_> =
            text.split_whitespace().filter(|word| *word != "dead").map(str::to_owned).collect();
        let mut worker = Worker::new(format!("http://b{at}").parse().unwrap());
        worker.read_parameters(&words).unwrap();
        balancer.members.push(worker);
    }
    let dead = members.iter().map(|text| text.contains("dead")).collect();
    Case { balancer: Running::new(Arc::new(balancer), false), dead, now: Instant::now(), session: None }
}

fn of(members: &[&str]) -> Case {
    case(members, BalancerParameters::new())
}

impl Case {
    fn with_session(self, route: &'static str) -> Self {
        Self { session: Some(route), ..self }
    }

    fn sequence(&self, requests: usize) -> String {
        (0..requests).map(|_| self.request()).collect()
    }

    /// What `connect` does, without the network.
    fn request(&self) -> char {
        for _ in 0..self.balancer.attempts() {
            let Ok((at, _)) = self.balancer.elect(self.session, self.now) else { break };
            if !self.dead[at] {
                return char::from(b'A' + u8::try_from(at).unwrap());
            }
            if !self.balancer.set_in_error(at, self.now) {
                break;
            }
        }
        '5'
    }
}

#[track_caller]
fn assert_sequence(members: &[&str], expected: &str) {
    assert_eq!(of(members).sequence(expected.len()), expected, "{members:?}");
}

#[test]
fn flags() {
    assert_sequence(&["status=+D", ""], "BBBBBBBB");
    assert_sequence(&["status=+S", ""], "BBBBBBBB");
    assert_sequence(&["status=+N", ""], "BBBBBBBB");
    assert_sequence(&["status=+H", "", ""], "BCBCBCBC");
    assert_sequence(&["status=+H", "dead", "dead"], "AAAAAAAA");
    assert_sequence(&["status=+H", "status=+D", "status=+D"], "AAAA");
    assert_sequence(&["", "dead", "status=+R"], "AACACACA");
    assert_sequence(&["", "status=+D", "status=+R"], "ACACACAC");
    assert_sequence(&["", "status=+N", "status=+R"], "ACACACAC");
    assert_sequence(&["dead status=+I", ""], "5B5B5B5B");
    assert_sequence(&["status=+E", ""], "ABABABAB");
    assert_sequence(&["status=+D", "status=+D"], "55");
}

#[test]
fn sets() {
    assert_sequence(&["", "lbset=1", ""], "ACACACAC");
    assert_sequence(&["dead", "lbset=1", "lbset=1"], "BCBCBCBC");
    assert_sequence(&["dead lbset=1", "lbset=5", "lbset=9"], "BBBBBBBB");
}

#[test]
fn attempts() {
    let attempts = |most| BalancerParameters::new().maxattempts(most);
    assert_eq!(case(&["dead", "dead", ""], attempts(1)).sequence(6), "5CCCCC");
    assert_eq!(case(&["dead", "dead", ""], attempts(0)).sequence(6), "55CCCC");
    assert_eq!(case(&["dead", "dead", ""], BalancerParameters::new()).sequence(6), "CCCCCC");
    assert_eq!(case(&["dead", "dead"], attempts(5)).sequence(3), "555");
}

#[test]
fn recovery() {
    let tried = |case: &mut Case| {
        assert_eq!(case.sequence(2), "55");
        case.dead.fill(false);
        case.sequence(2)
    };
    assert_eq!(tried(&mut of(&["dead", "dead"])), "AB");
    assert_eq!(tried(&mut case(&["dead", "dead"], BalancerParameters::new().forcerecovery(false))), "55");
    // Who is disabled is not in error, so not all are.
    assert_eq!(tried(&mut of(&["dead", "status=+D"])), "55");
}

#[test]
fn a_dead_member_is_left_alone_for_its_retry_time() {
    let mut case = of(&["", "dead", ""]);
    assert_eq!(case.sequence(8), "ACCACACA");
    case.dead.fill(false);
    case.now += Duration::from_secs(59);
    assert_eq!(case.sequence(4), "CACA");
    case.now += Duration::from_secs(2);
    assert!(case.sequence(4).contains('B'), "by its old counters");
}

#[test]
fn a_retry_time_beyond_the_clock_is_for_ever() {
    let mut balancer = Balancer::clone(&of(&["", ""]).balancer.balancer);
    balancer.members[0].retry = Duration::MAX;
    let mut case = Case { balancer: Running::new(Arc::new(balancer), false), ..of(&["dead", ""]) };
    assert_eq!(case.sequence(4), "BBBB");
    case.dead.fill(false);
    case.now += Duration::from_secs(1_000_000_000);
    assert_eq!(case.sequence(4), "BBBB");
}

#[test]
fn sessions() {
    let session = |members: &[&str], route| of(members).with_session(route).sequence(6);
    assert_eq!(session(&["route=a", "route=b"], "b"), "BBBBBB");
    assert_eq!(session(&["route=a", "route=b"], "q"), "ABABAB");
    assert_eq!(session(&["status=+N route=a", "route=b"], "a"), "AAAAAA");
    assert_eq!(session(&["status=+D route=a", "route=b"], "a"), "BBBBBB");
    assert_eq!(session(&["route=a", "route=b status=+H"], "b"), "BBBBBB");
    assert_eq!(session(&["route=a", "dead route=b", "route=c"], "b"), "ACACAC");
    assert_eq!(session(&["route=a", "dead route=b redirect=a", "route=c"], "b"), "AAAAAA");
    assert_eq!(session(&["status=+D route=a redirect=b", "status=+D route=b redirect=a", ""], "a"), "CCCCCC");
    let nofailover = BalancerParameters::new().nofailover(true);
    let strict = |members: &[&str], route| case(members, nofailover.clone()).with_session(route).sequence(4);
    assert_eq!(strict(&["route=a", "dead route=b", "route=c"], "b"), "5555");
    assert_eq!(strict(&["route=a", "route=b"], "q"), "ABAB");
}

/// Each of them redirects to the others' route: a search that does not remember what it has seen never ends.
#[test]
fn a_route_is_looked_for_once_however_many_redirect_to_it() {
    let mut members = vec!["status=+D route=a redirect=b"; 20];
    members.extend(["status=+D route=b redirect=a"; 20]);
    assert_eq!(of(&members).with_session("a").sequence(1), "5");
    members.extend(["status=+D route=b redirect=c", "route=c status=+H", "route=c"]);
    let last = char::from(b'A' + 42);
    assert_eq!(of(&members).with_session("a").request(), last, "a normal member goes before a standby");
}

#[test]
fn free_requests_catch_up_after_a_session() {
    let mut case = of(&["route=a", "route=b"]).with_session("b");
    assert_eq!(case.sequence(3), "BBB");
    case.session = None;
    assert_eq!(case.sequence(6), "AAAABA");
}

#[test]
fn elections_are_counted() {
    let case = of(&["loadfactor=3", ""]);
    case.sequence(8);
    let turns = case.balancer.lock();
    assert_eq!((turns.elected.as_slice(), turns.lbstatus.as_slice()), ([6, 2].as_slice(), [0, 0].as_slice()));
}

#[test]
fn the_order_is_exact_across_threads() {
    let case = of(&["", ""]);
    let count = Mutex::new([0; 2]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    count.lock().unwrap()[usize::from(case.request() == 'A')] += 1;
                }
            });
        }
    });
    assert_eq!(*count.lock().unwrap(), [2000, 2000]);
}
