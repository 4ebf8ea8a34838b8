//! Clients that take their time, or never begin: when does a server end it, and with what answer?

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::{
    fault::{Fault, Measured, start},
    rig::{backend, client::Connection, machine::cores, peer::Peer},
    rows,
};

pub const FAULT: Fault = Fault { name: "slow", rows: rows::SLOW, measure, together: true };

/// So long a client is watched.
const PATIENCE: Duration = Duration::from_secs(70);

/// A head that has no end.
pub fn head() -> impl Iterator<Item = u8> + Send {
    b"GET /small HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".iter().copied().chain(std::iter::repeat(b'a'))
}

fn measure(peer: &Peer, _lasts: Duration) -> Measured {
    let members = backend::both(None)?;
    let server = start(peer, &members)?;
    let port = server.site.front;
    let post = b"POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n";
    Ok(cores::runtime()?.block_on(async {
        let (one, two, three) = tokio::join!(
            watch(port, b"", head()),
            watch(port, post, std::iter::repeat(b'b')),
            watch(port, b"", std::iter::empty()),
        );
        vec![one, two, three]
    }))
}

/// Sends some bytes at once and the others one by one; says what the server did, and when.
async fn watch(port: u16, first: &[u8], rest: impl Iterator<Item = u8>) -> String {
    let start = Instant::now();
    let end = timeout(PATIENCE, async {
        let mut connection = Connection::open(port).await.ok()?;
        connection.send(first).await.ok()?;
        for byte in rest {
            // An answer may come at any time.
            if let Ok(answer) = timeout(Duration::from_secs(1), connection.peek()).await {
                return if answer { Some(connection.answer().await.ok()?.status) } else { None };
            }
            connection.send(&[byte]).await.ok()?;
        }
        if connection.peek().await { Some(connection.answer().await.ok()?.status) } else { None }
    });
    let how = match end.await {
        Ok(Some(status)) => status.to_string(),
        Ok(None) => "closed".to_owned(),
        Err(_) => return format!("not in {}\u{a0}s", PATIENCE.as_secs()),
    };
    format!("{how}, {:.0}\u{a0}s", start.elapsed().as_secs_f64())
}

/// Sends a head that never ends, for as long as somebody waits.
pub async fn drip(port: u16) {
    let Ok(mut connection) = Connection::open(port).await else { return };
    for byte in head() {
        if connection.send(&[byte]).await.is_err() {
            return;
        }
        sleep(Duration::from_secs(1)).await;
    }
}
