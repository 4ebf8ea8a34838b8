//! One of the two members stands still for a third of the time: it takes connections, and says nothing.

use std::{thread::sleep, time::Duration};

use crate::{
    fault::{Fault, Measured, milliseconds, start},
    rig::{backend, peer::Peer},
    rows, steady,
};

pub const FAULT: Fault = Fault { name: "stalled", rows: rows::STALLED, measure, together: false };

fn measure(peer: &Peer, lasts: Duration) -> Measured {
    let members = backend::both(None)?;
    let server = start(peer, &members)?;
    let load = steady::start(server.site.front, lasts);
    sleep(lasts / 6);
    members[0].hold(true);
    sleep(lasts / 3);
    members[0].hold(false);
    let report = load.join()?;
    Ok(vec![report.lost().to_string(), milliseconds(report.gap())])
}
