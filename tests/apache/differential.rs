//! Made-up cases through Apache and through us: any difference is shrunk.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    case::Case,
    judge::{in_parallel, judge_here},
    made_up::cases,
};

/// Steps of shrinking, each of which is an Apache of its own.
const SHRINKING: usize = 60;

/// What a request says that is known to differ, and is a case of its own.
const KNOWN_REQUESTS: [(&str, &str); 4] = [
    (" http://", "Host: a b"),
    ("TRACE", "Max-Forwards: 0"),
    ("OPTIONS", "Max-Forwards: 0"),
    ("CONNECT", ""),
];
/// What no URI has, as it is made up.
const STRANGE: [char; 6] = ['é', '[', ']', '{', '}', '|'];
/// What Apache says where nothing is proxied, as a server of files; and of a part that there is not.
const KNOWN_ANSWERS: [&str; 7] = [
    "-HTTP/1.1 405 Method Not Allowed",
    "-Allow: ",
    "-Content-Type: message/http",
    "-HTTP/1.1 413",
    "-HTTP/1.1 501",
    "416 Requested Range",
    "+HTTP/1.1 500 Proxy Error",
];

fn is_known(case: &Case) -> bool {
    // A URL without a slash, written into as it comes.
    if case.site.contains("} nocanon") {
        return true;
    }
    // A target's characters that are none of a URI, which we send escaped.
    let is_strange = |says: &String| says.split(' ').nth(1).is_some_and(|target| target.contains(STRANGE));
    if case.site.contains("nocanon") && case.clients.iter().flatten().any(is_strange) {
        return true;
    }
    let mut says = case.clients.iter().flatten();
    says.any(|says| KNOWN_REQUESTS.iter().any(|(one, two)| says.contains(one) && says.contains(two)))
}

/// Judges so many made-up cases; how many were set aside as known, and the faults among the others, shrunk.
pub fn judge(count: u64) -> (usize, Vec<String>) {
    let aside = AtomicUsize::new(0);
    let faults =
        in_parallel((0..count).collect(), |number| one(number, &aside)).into_iter().flatten().collect();
    (aside.into_inner(), faults)
}

fn one(number: u64, aside: &AtomicUsize) -> Option<String> {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut tree = cases().new_tree(&mut runner).ok()?;
    let fault = |case: Case| {
        let shown = format!("{:#?}\n{:#?}", case.clients, case.answers);
        if is_known(&case) {
            aside.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let verdicts = judge_here(vec![case]);
        let fault = verdicts.into_iter().flatten().next()?;
        if KNOWN_ANSWERS.iter().any(|known| fault.contains(known)) {
            aside.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(format!(
            "{fault}
{shown}"
        ))
    };
    // Apache closes idle connections when it is busy: what counts is seen twice.
    fault(tree.current())?;
    let mut last = fault(tree.current())?;
    let mut more = tree.simplify();
    for _ in 0..SHRINKING {
        if !more {
            break;
        }
        more = match fault(tree.current()) {
            Some(smaller) => {
                last = smaller;
                tree.simplify()
            }
            None => tree.complicate(),
        };
    }
    Some(format!("number {number}: {last}"))
}
