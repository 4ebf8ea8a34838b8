//! The floor: it accepts, connects to one of two members in turn, and copies bytes both ways. It reads none of them.

use std::{
    env, io,
    sync::atomic::{AtomicUsize, Ordering},
};

use rustix::process::Signal;
use tokio::{io::copy_bidirectional_with_sizes, net::TcpStream};

use super::{
    machine::cores,
    peer::{Peer, Reload, Site},
    role::Role,
};

/// How many bytes are copied at a time: as many as hyper reads at most.
const BUFFER: usize = 64 * 1024;

static TURN: AtomicUsize = AtomicUsize::new(0);

/// This program, started again.
pub fn peer() -> Peer {
    Peer {
        key: "floor",
        name: "byte forwarder".to_owned(),
        program: env::current_exe().unwrap_or_default(),
        version: &[],
        configuration: |_| String::new(),
        arguments: |site: &Site| Role::Forwarder { port: site.front, members: site.members }.arguments(),
        reload: Reload::No,
        graceful: Signal::TERM,
    }
}

/// Forwards on every core.
///
/// # Errors
/// The port is taken.
pub fn run(port: u16, members: [u16; 2]) -> io::Result<()> {
    cores::serve(port, cores::count(), move |client| async move {
        let member = members[TURN.fetch_add(1, Ordering::Relaxed) % members.len()];
        // Whatever ends it, both connections are closed, and that is all that a client can be told.
        _ = forward(client, member).await;
    })
}

async fn forward(mut client: TcpStream, member: u16) -> io::Result<()> {
    let mut backend = TcpStream::connect(("127.0.0.1", member)).await?;
    backend.set_nodelay(true)?;
    copy_bidirectional_with_sizes(&mut client, &mut backend, BUFFER, BUFFER).await?;
    Ok(())
}
