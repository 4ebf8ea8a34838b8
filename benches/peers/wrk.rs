//! `wrk`, which asks as fast as it is answered.

use std::{fmt, iter::Sum, process::Command, time::Duration};

use crate::{
    case::Case,
    rig::{machine::cores, peer::find},
};

/// What it counted.
pub struct Counted {
    pub requests: u64,
    pub took: Duration,
    pub p50: Duration,
    pub p99: Duration,
    pub errors: Errors,
}

/// Answers that are no success, connections that failed, and those that stood still for two seconds.
#[derive(Clone, Copy)]
pub struct Errors([u64; 5]);

const KINDS: [&str; 5] = ["no success", "connect", "read", "write", "late"];

impl Sum for Errors {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        let add = |sum: [u64; 5], more: Self| std::array::from_fn(|kind| sum[kind] + more.0[kind]);
        Self(all.fold([0; 5], add))
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = self.0.iter().zip(KINDS).filter(|(count, _)| **count != 0);
        let kinds: Vec<_> = kinds.map(|(count, kind)| format!("{count} {kind}")).collect();
        f.write_str(if kinds.is_empty() { "0".to_owned() } else { kinds.join(", ") }.as_str())
    }
}

/// Asks for so many seconds.
///
/// # Errors
/// wrk is not installed, or says something else.
pub fn run(case: &Case, port: u16, seconds: u64) -> Result<Counted, String> {
    let program = find("wrk").ok_or("wrk is not installed; on Debian: apt install wrk")?;
    let (threads, connections) = (cores::count().to_string(), case.connections.to_string());
    let url = format!("http://127.0.0.1:{port}{}", case.path);
    let output = Command::new(program)
        .args([
            "-t",
            &threads,
            "-c",
            &connections,
            "-d",
            &format!("{seconds}s"),
            "-s",
            "benches/peers/wrk.lua",
            &url,
        ])
        .args(["--", case.method, &case.body.to_string(), if case.close { "close" } else { "keep-alive" }])
        .output()
        .map_err(|error| format!("wrk does not start: {error}"))?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let counted = said.lines().find_map(|line| line.strip_prefix("counted "));
    let counted: Vec<u64> =
        counted.unwrap_or_default().split(' ').filter_map(|count| count.parse().ok()).collect();
    let &[requests, took, p50, p99, ref errors @ ..] = &counted[..] else {
        return Err(format!("wrk does not say what it counted:\n{said}"));
    };
    let errors = errors.try_into().map(Errors).map_err(|_| format!("wrk counts other errors:\n{said}"))?;
    let [took, p50, p99] = [took, p50, p99].map(Duration::from_micros);
    Ok(Counted { requests, took, p50, p99, errors })
}
