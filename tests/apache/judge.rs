//! Runs cases through Apache and through us, and says where they part.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use similar::TextDiff;

use crate::{
    allowed,
    case::{Case, Judge},
    exchange::{Bench, Middle, Seen},
};

/// What became of one case: what is not as expected, if anything.
pub type Verdict = Option<String>;

/// Judges all, on several benches at once; cases with the same site share an Apache, unless a balancer keeps count in
/// it or the case takes long.
pub fn judge_all(cases: Vec<Case>) -> Vec<Verdict> {
    let mut groups: BTreeMap<(String, usize), Vec<Case>> = BTreeMap::new();
    for (number, case) in cases.into_iter().enumerate() {
        let slow = case.clients.iter().flatten().any(|says| says.contains("{quiet}"));
        let alone = slow || case.site.contains("balancer:") || case.connections;
        groups.entry((case.site.clone(), if alone { number + 1 } else { 0 })).or_default().push(case);
    }
    in_parallel(groups.into_values().collect(), judge_here).concat()
}

/// Judges cases of one site on this thread's bench.
pub fn judge_here(cases: Vec<Case>) -> Vec<Verdict> {
    COURT.with(|court| court.judge_group(cases))
}

thread_local! {
    static COURT: Court = Court::new();
}

/// How much is judged at once: most of the time is spent waiting.
const AT_ONCE: usize = 6;

/// How much later than a client a backend may have heard all.
const LATE: Duration = Duration::from_millis(200);

/// What comes of each of these.
pub fn in_parallel<T: Send, R: Send>(all: Vec<T>, judge: impl Fn(T) -> R + Sync) -> Vec<R> {
    let all = Mutex::new(all);
    let next = || all.lock().unwrap_or_else(PoisonError::into_inner).pop();
    thread::scope(|scope| {
        let judges: Vec<_> = (0..AT_ONCE)
            .map(|_| scope.spawn(|| std::iter::from_fn(next).map(&judge).collect::<Vec<_>>()))
            .collect();
        judges.into_iter().flat_map(|judge| judge.join().unwrap()).collect()
    })
}

/// A bench for each side: the two never share a connection.
pub struct Court {
    apache: Bench,
    ours: Bench,
}

impl Court {
    pub fn new() -> Self {
        Self { apache: Bench::new(), ours: Bench::new() }
    }

    /// Judges cases of one site.
    pub fn judge_group(&self, cases: Vec<Case>) -> Vec<Verdict> {
        let site = cases.first().map(|case| case.site.clone()).unwrap_or_default();
        let apache = self.apache.apache(&site);
        let ours = self.ours.ours(&site);
        cases.into_iter().map(|case| self.judge(case, &apache, &ours)).collect()
    }

    fn judge(&self, case: Case, apache: &Result<Middle, String>, ours: &Result<Middle, String>) -> Verdict {
        let unsupported = matches!(case.judge, Judge::Unsupported(_));
        let fault = |fault: String| Some(format!("{}: {}\n{}\n{fault}", case.about, case.name, case.site));
        match (apache, ours) {
            (Err(error), _) => fault(format!("Apache does not start: {error}")),
            (Ok(_), Err(_)) if unsupported => None,
            (_, Err(error)) => fault(format!("we do not start: {error}")),
            (Ok(_), Ok(_)) if unsupported => fault("supported by now: let it be judged".to_owned()),
            (Ok(apache), Ok(ours)) => {
                let (httpd, server) = (apache, ours);
                let mut apache = self.apache.run(&case, httpd);
                let mut ours = self.ours.run(&case, server);
                if compare(&case, &apache, &ours).is_some() {
                    thread::sleep(LATE);
                    self.apache.hear_again(&mut apache, httpd);
                    self.ours.hear_again(&mut ours, server);
                }
                if std::env::var_os("HOP_CASE").is_some() {
                    let [apache, ours] = [&apache, &ours].map(|seen| seen.text(true));
                    eprintln!("=== {}: {}\nApache: {apache}\nours: {ours}", case.about, case.name);
                }
                compare(&case, &apache, &ours).and_then(fault)
            }
        }
    }
}

/// What is not as the case expects.
fn compare(case: &Case, apache: &Seen, ours: &Seen) -> Option<String> {
    let [theirs, ours] = [apache, ours].map(|seen| allowed::hide(seen).text(case.connections));
    match &case.judge {
        Judge::Differ { apache, ours: we, .. } => {
            if theirs == ours {
                return Some(format!("no difference any more:\n{ours}"));
            }
            let missing = |who: &str, what: &str, text: &str| {
                (!text.contains(what)).then(|| format!("{who} does not say {what:?} but\n{text}"))
            };
            missing("Apache", apache, &theirs).or_else(|| missing("our proxy", we, &ours))
        }
        _ if theirs == ours => None,
        _ => {
            let diff = TextDiff::from_lines(&theirs, &ours);
            Some(format!("{}", diff.unified_diff().context_radius(30).header("Apache", "ours")))
        }
    }
}

/// The faults as one text.
pub fn faults(verdicts: &[Verdict]) -> String {
    let faults: Vec<_> = verdicts.iter().flatten().cloned().collect();
    format!("{} of {} cases:\n\n{}", faults.len(), verdicts.len(), faults.join("\n\n"))
}
