//! One of the two members is killed, and is there again when half of the time is over.

use std::{thread::sleep, time::Duration};

use crate::{
    fault::{Fault, Measured, milliseconds, start},
    rig::{backend, peer::Peer},
    rows, steady,
};

pub const FAULT: Fault = Fault { name: "killed", rows: rows::KILLED, measure, together: false };

fn measure(peer: &Peer, lasts: Duration) -> Measured {
    let mut members = backend::both(None)?;
    let server = start(peer, &members)?;
    let load = steady::start(server.site.front, lasts);
    sleep(lasts / 6);
    members[0].kill();
    sleep(lasts / 3);
    members[0].restart()?;
    let report = load.join()?;
    Ok(vec![report.lost().to_string(), milliseconds(report.gap())])
}
