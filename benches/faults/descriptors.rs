//! More clients than the server may have files open.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::time::timeout;

use crate::{
    fault::{Fault, Measured, milliseconds},
    rig::{
        backend,
        client::{Connection, get},
        machine::cores,
        peer::Peer,
        running::Running,
    },
    rows,
};

pub const FAULT: Fault = Fault { name: "descriptors", rows: rows::DESCRIPTORS, measure, together: false };

/// The least with which HAProxy starts, in round numbers.
const DESCRIPTORS: u32 = 256;
const CLIENTS: usize = 1500;
const COMING: Duration = Duration::from_millis(500);
const WHILE: Duration = Duration::from_secs(3);
const KNOCK: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(10);

fn measure(peer: &Peer, _lasts: Duration) -> Measured {
    let members = backend::both(None)?;
    let server = match Running::start(peer, [members[0].port, members[1].port], Some(DESCRIPTORS)) {
        Ok(server) => server,
        Err(_) => return Ok(["does not start", "–"].map(str::to_owned).into()),
    };
    let port = server.site.front;
    cores::runtime()?.block_on(async {
        // Where nobody accepts them, they wait in the system's queue, or for a place in it.
        let clients = join_all((0..CLIENTS).map(|_| timeout(COMING, Connection::open(port)))).await;
        let before = server.processes().cpu();
        sleep(WHILE);
        let used = server.processes().cpu().saturating_sub(before);
        drop(clients);
        let left = Instant::now();
        let again = timeout(PATIENCE, async {
            // Whoever is turned away by a full queue would only knock again after a second.
            while !timeout(KNOCK, serves(port)).await.unwrap_or(false) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let again = match again.await {
            Ok(()) => milliseconds(left.elapsed()),
            Err(_) => format!("not in {}\u{a0}s", PATIENCE.as_secs()),
        };
        Ok(vec![format!("{:.2}\u{a0}s", used.as_secs_f64()), again])
    })
}

async fn serves(port: u16) -> bool {
    let Ok(mut connection) = Connection::open(port).await else { return false };
    connection.ask(&get("/small")).await.is_ok_and(|answer| answer.status == 200)
}
