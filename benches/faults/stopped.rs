//! It is told to finish what it has begun, and to end.

use std::{
    os::unix::process::ExitStatusExt,
    thread::{self, sleep},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::time::timeout;

use crate::{
    fault::{Fault, Measured, start},
    rig::{
        backend,
        client::{Connection, get},
        machine::cores,
        peer::Peer,
    },
    rows,
};

pub const FAULT: Fault = Fault { name: "stopped", rows: rows::STOPPED, measure, together: false };

const REQUESTS: usize = 20;
/// They are under way, and far from their end.
const BEGUN: Duration = Duration::from_millis(400);
const PATIENCE: Duration = Duration::from_secs(30);

fn measure(peer: &Peer, _lasts: Duration) -> Measured {
    let members = backend::both(None)?;
    let mut server = start(peer, &members)?;
    let port = server.site.front;
    let runtime = cores::runtime()?;
    let clients = thread::spawn(move || {
        let asked = async { join_all((0..REQUESTS).map(|_| timeout(PATIENCE, ask(port)))).await };
        runtime.block_on(asked).into_iter().filter(|answer| *answer == Ok(true)).count()
    });
    sleep(BEGUN);
    let told = Instant::now();
    server.signal(peer.graceful);
    let end = loop {
        match server.ended() {
            Some(status) => {
                let how = match (status.code(), status.signal()) {
                    (Some(code), _) => format!("exit\u{a0}{code}"),
                    (_, signal) => format!("signal {}", signal.unwrap_or_default()),
                };
                break format!("{how}, {:.1}\u{a0}s", told.elapsed().as_secs_f64());
            }
            None if told.elapsed() > PATIENCE => break format!("not in {}\u{a0}s", PATIENCE.as_secs()),
            None => sleep(Duration::from_millis(5)),
        }
    };
    let answered = clients.join().map_err(|_| "the clients broke off")?;
    Ok(vec![answered.to_string(), end])
}

async fn ask(port: u16) -> bool {
    let Ok(mut connection) = Connection::open(port).await else { return false };
    connection.ask(&get("/slow")).await.is_ok_and(|answer| answer.status == 200)
}
