//! What a server holds in memory: when it has just started, and for a thousand clients that say nothing.

use std::{thread::sleep, time::Duration};

use crate::rig::{
    client::{Connection, get},
    running::Running,
    table::Table,
};

/// As `--case` knows it, and the book.
pub const NAME: &str = "memory";
pub const TITLE: &str = "Memory, and what 1,000 idle clients add to it";

/// How many clients connect, ask once, and then say nothing.
const CLIENTS: usize = 1000;
/// After the start, and after the last answer: time to put things in order.
const PAUSE: Duration = Duration::from_millis(500);

/// What one server holds.
pub struct Held {
    idle: u64,
    clients: u64,
    open: usize,
}

/// Measures a server that has just started.
pub async fn measure(server: &Running) -> Held {
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
    Held { idle, clients: server.processes().memory(), open }
}

/// A row for each server.
pub fn table(held: &[(String, Held)]) -> Table {
    let mut table = Table::new(["server", "idle MB", "with clients MB", "kB a client", "clients kept"]);
    for (name, Held { idle, clients, open }) in held {
        let each = clients.saturating_sub(*idle) as f64 / 1e3 / (*open).max(1) as f64;
        let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
        table.row([
            name.clone(),
            megabytes(*idle),
            megabytes(*clients),
            format!("{each:.1}"),
            open.to_string(),
        ]);
    }
    table
}
