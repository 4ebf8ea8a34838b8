//! What a request costs each server, round after round.

use std::time::Duration;

use crate::{
    case::Case,
    rig::{running::Running, table::Table},
    wrk::{self, Counted, Errors},
};

/// The servers that the others are measured by, as `--only` knows them, and how a table calls that.
const MEASURES: [(&str, &str); 4] = [
    ("floor", "÷ forwarder"),
    ("nginx", "÷ nginx"),
    ("haproxy", "÷ HAProxy"),
    ("hop-by-hop", "÷ Hop by Hop"),
];

/// One server in one round.
pub struct Sample {
    /// CPU time of all its processes for one request.
    cpu: Duration,
    counted: Counted,
}

/// The samples of each server, in the order of the servers.
pub type Samples = Vec<Vec<Sample>>;

/// Drives the servers in turn; each round begins with another one, so that no drift of the machine favours any.
///
/// # Errors
/// wrk does not do what it should.
pub fn measure(case: &Case, servers: &[Running], (rounds, seconds): (usize, u64)) -> Result<Samples, String> {
    let mut samples: Samples = servers.iter().map(|_| Vec::new()).collect();
    for server in servers {
        wrk::run(case, server.site.front, 1)?; // it opens its connections, and grows to its size
    }
    for round in 0..rounds {
        for at in (0..servers.len()).map(|turn| (turn + round) % servers.len()) {
            let before = servers[at].processes().cpu();
            let counted = wrk::run(case, servers[at].site.front, seconds)?;
            let used = servers[at].processes().cpu().saturating_sub(before);
            let cpu = used.div_f64(counted.requests.max(1) as f64);
            samples[at].push(Sample { cpu, counted });
        }
    }
    Ok(samples)
}

/// A row for each server; ratios are taken within a round.
pub fn table(servers: &[Running], samples: &Samples) -> Table {
    let at = |key: &str| servers.iter().position(|server| server.peer.key == key);
    let two_builds = at("serve").is_some();
    let measures = MEASURES.into_iter().filter_map(|(key, name)| Some((at(key)?, key, name)));
    let measures: Vec<_> = measures.filter(|(_, key, _)| *key != "hop-by-hop" || two_builds).collect();
    let head = ["server", "CPU µs"].into_iter().chain(measures.iter().map(|(_, _, name)| *name));
    let mut table = Table::new(head.chain(["requests/s", "p50 ms", "p99 ms", "errors"]));
    for (server, samples_here) in servers.iter().zip(samples) {
        let mut row = vec![server.peer.name.clone()];
        let middle = |figure: fn(&Sample) -> f64| median(samples_here.iter().map(figure).collect());
        row.push(format!("{:.1}", middle(|sample| sample.cpu.as_secs_f64() * 1e6)));
        for (other, ..) in &measures {
            let pairs = samples_here.iter().zip(&samples[*other]);
            let mut ratios: Vec<f64> =
                pairs.map(|(here, there)| here.cpu.as_secs_f64() / there.cpu.as_secs_f64()).collect();
            ratios.sort_by(f64::total_cmp);
            let same = std::ptr::eq(samples_here, &samples[*other]);
            row.push(match &ratios[..] {
                [least, .., most] if !same => {
                    let (least, most) = (*least, *most);
                    format!("{:.2} ({least:.2}–{most:.2})", median(ratios))
                }
                _ => format!("{:.2}", median(ratios)),
            });
        }
        row.push(format!(
            "{:.0}",
            middle(|sample| sample.counted.requests as f64 / sample.counted.took.as_secs_f64())
        ));
        row.push(format!("{:.2}", middle(|sample| sample.counted.p50.as_secs_f64() * 1e3)));
        row.push(format!("{:.2}", middle(|sample| sample.counted.p99.as_secs_f64() * 1e3)));
        row.push(samples_here.iter().map(|sample| sample.counted.errors).sum::<Errors>().to_string());
        table.row(row);
    }
    table
}

/// The middle one, or the middle of the two that are.
fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    match of.len() {
        0 => f64::NAN,
        count if count % 2 == 0 => f64::midpoint(of[count / 2 - 1], of[count / 2]),
        count => of[count / 2],
    }
}
