//! What a server holds in memory: when it has just started, for a thousand clients that say nothing, and for a thousand that
//! ask as fast as they are answered.

use std::{
    thread::{self, sleep},
    time::Duration,
};

use crate::{
    case::Case,
    rig::{
        client::{Connection, get},
        running::Running,
        table::Table,
    },
    wrk,
};

/// As `--case` knows it, and the book.
pub const NAME: &str = "memory";
pub const TITLE: &str = "Memory, and what 1,000 idle clients and 1,000 busy ones add to it";

/// The case that the busy ones are of.
pub const BUSY: &str = "small-1000";

/// How many clients connect, ask once, and then say nothing.
const CLIENTS: usize = 1000;
/// After the start, and after the last answer: time to put things in order.
const PAUSE: Duration = Duration::from_millis(500);
/// How long the busy ones ask, in seconds, and how often they are looked at.
const SECONDS: u64 = 3;
const LOOK: Duration = Duration::from_millis(200);

/// What one server holds.
pub struct Held {
    idle: u64,
    clients: u64,
    open: usize,
    busy: u64,
}

/// Measures a server that has just started; `busy` is what the busy clients ask.
///
/// # Errors
/// `wrk` does not do what it should.
pub async fn measure(server: &Running, busy: &Case) -> Result<Held, String> {
    sleep(PAUSE);
    let idle = server.processes().memory();
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let Ok(mut client) = Connection::open(server.site.front).await else { continue };
        let answer = tokio::time::timeout(Duration::from_secs(1), client.ask(&get("/small"))).await;
        if matches!(answer, Ok(Ok(answer)) if answer.status == 200) {
            clients.push(client);
        }
    }
    tokio::time::sleep(PAUSE).await;
    let open = clients.iter().filter(|client| client.is_open()).count();
    let held = server.processes().memory();
    drop(clients);
    Ok(Held { idle, clients: held, open, busy: while_busy(server, busy)? })
}

/// The most that is seen while a thousand ask.
fn while_busy(server: &Running, case: &Case) -> Result<u64, String> {
    thread::scope(|scope| {
        let asking = scope.spawn(|| wrk::run(case, server.site.front, SECONDS));
        let mut most = 0;
        while !asking.is_finished() {
            most = most.max(server.processes().memory());
            sleep(LOOK);
        }
        asking.join().map_err(|_| "wrk could not be watched".to_owned())?.map(|_| most)
    })
}

/// A row for each server.
pub fn table(held: &[(String, Held)]) -> Table {
    let mut table =
        Table::new(["server", "idle MB", "with clients MB", "kB a client", "clients kept", "busy MB"]);
    for (name, Held { idle, clients, open, busy }) in held {
        let each = clients.saturating_sub(*idle) as f64 / 1e3 / (*open).max(1) as f64;
        let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
        table.row([
            name.clone(),
            megabytes(*idle),
            megabytes(*clients),
            format!("{each:.1}"),
            open.to_string(),
            megabytes(*busy),
        ]);
    }
    table
}
