//! Three times the configuration is read again, and names other members than before.

use std::{io, thread::sleep, time::Duration};

use crate::{
    fault::{Fault, Measured, milliseconds, start},
    rig::{
        backend::{self, Backend},
        machine::cores,
        peer::Peer,
    },
    rows, steady,
};

pub const FAULT: Fault = Fault { name: "reloaded", rows: rows::RELOADED, measure, together: false };

fn measure(peer: &Peer, lasts: Duration) -> Measured {
    let members = [backend::both(None)?, backend::both(None)?];
    let mut server = start(peer, &members[0])?;
    let load = steady::start(server.site.front, lasts);
    sleep(lasts / 6);
    let mut told = true;
    for [one, two] in [&members[1], &members[0], &members[1]] {
        told &= server.reload([one.port, two.port]);
        sleep(lasts / 4);
    }
    let before = [asked(&members[0])?, asked(&members[1])?];
    let report = load.join()?;
    let [old, new] = [asked(&members[0])? - before[0], asked(&members[1])? - before[1]];
    if !told || server.ended().is_some() {
        return Ok(["cannot", "–"].map(str::to_owned).into());
    }
    let heard = if new > old { "" } else { "; the new members are not asked" };
    Ok(vec![format!("{}{heard}", report.lost()), milliseconds(report.gap())])
}

/// How often the members were asked so far.
fn asked(members: &[Backend; 2]) -> io::Result<u64> {
    let runtime = cores::runtime()?;
    let counts = members.iter().map(|member| runtime.block_on(member.counts()).map(|[requests, _]| requests));
    counts.sum()
}
