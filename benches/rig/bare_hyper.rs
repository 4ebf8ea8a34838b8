//! What hyper alone costs: its server, its client, and a pool between them. Nothing is judged, added or put in order, so
//! this is no proxy to run; it shows how cheap a proxy on hyper can be at best.

use std::{
    cell::RefCell,
    env,
    error::Error,
    io,
    sync::atomic::{AtomicUsize, Ordering},
};

use hyper::{
    Request, Response,
    body::Incoming,
    client::conn::http1::{SendRequest, handshake},
    header::CONNECTION,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use rustix::process::Signal;
use tokio::net::TcpStream;

use super::{
    machine::cores,
    peer::{Peer, Reload, Site},
    role::Role,
};

static TURN: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The connections to each member; on some of them an answer is still to be read to its end.
    static KEPT: RefCell<[Vec<SendRequest<Incoming>>; 2]> = RefCell::default();
}

/// This program, started again.
pub fn peer() -> Peer {
    Peer {
        key: "bare",
        name: "bare hyper".to_owned(),
        program: env::current_exe().unwrap_or_default(),
        version: &[],
        configuration: |_| String::new(),
        arguments: |site: &Site| Role::BareHyper { port: site.front, members: site.members }.arguments(),
        reload: Reload::No,
        graceful: Signal::TERM,
    }
}

// ANCHOR: proxy
/// Forwards on every core.
///
/// # Errors
/// The port is taken.
pub fn run(port: u16, members: [u16; 2]) -> io::Result<()> {
    cores::serve(port, cores::count(), move |client| async move {
        let service = service_fn(move |request| forward(request, members));
        // Whatever ends it, the connection is closed, and that is all that a client can be told.
        _ = http1::Builder::new().serve_connection(TokioIo::new(client), service).await;
    })
}

async fn forward(
    mut request: Request<Incoming>,
    members: [u16; 2],
) -> Result<Response<Incoming>, Box<dyn Error + Send + Sync>> {
    let turn = TURN.fetch_add(1, Ordering::Relaxed) % members.len();
    let free = KEPT.with_borrow_mut(|kept| {
        let at = kept[turn].iter().rposition(SendRequest::is_ready)?;
        Some(kept[turn].swap_remove(at))
    });
    let mut member = match free {
        Some(free) => free,
        None => connect(members[turn]).await?,
    };
    request.headers_mut().remove(CONNECTION);
    let response = member.send_request(request).await?;
    KEPT.with_borrow_mut(|kept| kept[turn].push(member));
    Ok(response)
}

async fn connect(member: u16) -> Result<SendRequest<Incoming>, Box<dyn Error + Send + Sync>> {
    let stream = TcpStream::connect(("127.0.0.1", member)).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}
// ANCHOR_END: proxy
