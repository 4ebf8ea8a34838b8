//! A thousand slow clients at once, and others who are in no way to blame.

use std::{
    thread::{self, sleep},
    time::Duration,
};

use tokio::sync::oneshot;

use crate::{
    fault::{Fault, Measured, milliseconds, start},
    rig::{backend, machine::cores, peer::Peer},
    rows, slow, steady,
};

pub const FAULT: Fault = Fault { name: "crowd", rows: rows::CROWD, measure, together: false };

const CLIENTS: usize = 1000;
/// They come one by one.
const COMING: Duration = Duration::from_secs(1);
const SETTLING: Duration = Duration::from_millis(500);

fn measure(peer: &Peer, lasts: Duration) -> Measured {
    let members = backend::both(None)?;
    let server = start(peer, &members)?;
    let port = server.site.front;
    let before = steady::start(port, lasts / 6).join()?;
    let (crowd, gone) = oneshot::channel::<()>();
    let runtime = cores::runtime()?;
    thread::spawn(move || {
        for number in 0..CLIENTS {
            // Spread over the second.
            let wait = COMING.mul_f64(number as f64 / CLIENTS as f64);
            runtime.spawn(async move {
                tokio::time::sleep(wait).await;
                slow::drip(port).await;
            });
        }
        _ = runtime.block_on(gone);
    });
    sleep(COMING + SETTLING);
    let beside = steady::start(port, lasts / 3).join()?;
    drop(crowd);
    let quantiles =
        |report: &steady::Report| [0.5, 0.99].map(|of| milliseconds(report.latency(of))).join(" / ");
    Ok(vec![quantiles(&before), quantiles(&beside), beside.lost().to_string()])
}
