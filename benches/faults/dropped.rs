//! Members close a connection that is idle just when it is used again.

use std::{thread::sleep, time::Duration};

use tokio::time::timeout;

use crate::{
    fault::{Fault, Measured, start},
    rig::{
        backend,
        client::{Connection, get, post},
        machine::cores,
        peer::Peer,
    },
    rows,
    steady::PATIENCE,
};

pub const FAULT: Fault = Fault { name: "dropped", rows: rows::DROPPED, measure, together: true };

const REQUESTS: usize = 600;
/// The members take turns: each is asked every second time, a little before it closes or a little after.
const EVERY: Duration = Duration::from_millis(50);
const STEP: Duration = Duration::from_micros(200);
const STEPS: u32 = 21;
const IDLE: Duration = Duration::from_millis(100);

fn measure(peer: &Peer, _lasts: Duration) -> Measured {
    let runtime = cores::runtime()?;
    let lost = [get("/small"), post("/small", 100)].map(|request| {
        let members = backend::both(Some(IDLE))?;
        let server = start(peer, &members)?;
        Ok(runtime.block_on(ask(server.site.front, &request)).to_string())
    });
    lost.into_iter().collect()
}

/// Asks again and again, and counts what is not answered.
async fn ask(port: u16, request: &[u8]) -> usize {
    let mut lost = 0;
    let mut kept = None;
    for step in (0..STEPS).cycle().take(REQUESTS) {
        // The runtime's own clock goes by whole milliseconds, and nothing else runs here.
        sleep(EVERY + STEP * step - STEP * (STEPS / 2));
        let connection = match kept.take().filter(Connection::is_open) {
            Some(connection) => Ok(connection),
            None => Connection::open(port).await,
        };
        let Ok(mut connection) = connection else {
            lost += 1;
            continue;
        };
        match timeout(PATIENCE, connection.ask(request)).await {
            Ok(Ok(answer)) if answer.status == 200 => kept = (!answer.close).then_some(connection),
            _ => lost += 1,
        }
    }
    lost
}
