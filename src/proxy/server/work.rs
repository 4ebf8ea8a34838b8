//! The workers: threads that accept connections, each with a runtime and a pool of its own.

use std::{
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
    task::spawn_local,
    time::{Instant, sleep, timeout},
};

use crate::proxy::{
    mod_proxy_http::backends::Backends,
    server::{listeners::Listeners, serving::connection, shared::Shared, thread::Thread},
};

/// How long to wait before accepting again when the system has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long it is not said again that none are left.
const QUIET: Duration = Duration::from_secs(60);

/// One worker: a thread with its own runtime, its own handle of each listener, its own pool of connections. Says when it
/// has begun, and at its end whether all requests in flight were answered.
pub(crate) async fn work(
    mut listening: watch::Receiver<Listeners>,
    (shared, backends): (Arc<Shared>, Arc<Backends>),
    stopping: watch::Receiver<bool>,
    (working, mut others): (watch::Sender<()>, watch::Receiver<()>),
    begun: std::sync::mpsc::Sender<io::Result<()>>,
) -> bool {
    let mut begun = Some(begun);
    let thread = Rc::new(Thread::new(shared.clone(), backends.clone()));
    let sweeper = spawn_local({
        let backends = backends.clone();
        async move { backends.sweep().await }
    });
    let herald = spawn_local({
        let thread = thread.clone();
        async move { thread.hear_of_stop(stopping).await }
    });
    // Each connection holds a sender; when the last is dropped, nothing is in flight.
    let (in_flight, mut finished) = mpsc::channel::<()>(1);
    let mut open = Listeners::new();
    // Whether it could not listen when it was asked to, and tries again.
    let mut late = false;
    loop {
        let listeners = listening.borrow_and_update().clone();
        open.retain(|open| contains(&listeners, open));
        let mut failed = None;
        for new in &listeners {
            if contains(&open, new) {
                continue;
            }
            let clients = Clients { thread: thread.clone(), in_flight: in_flight.clone() };
            match new.try_clone().and_then(tokio::net::TcpListener::from_std) {
                Ok(own) => {
                    spawn_local(accept(new.clone(), own, listening.clone(), clients));
                    open.push(new.clone());
                }
                Err(error) => failed = Some(error),
            }
        }
        let pause = failed.as_ref().map_or(Duration::MAX, |_| ACCEPT_PAUSE);
        match (begun.take(), failed) {
            (Some(begun), failed) => _ = begun.send(failed.map_or(Ok(()), Err)),
            (None, Some(error)) if !late => {
                late = true;
                log::error!(target: "core", "cannot listen yet: {error}");
            }
            (None, Some(_)) => {}
            (None, None) => late = false,
        }
        if listeners.is_empty() || matches!(timeout(pause, listening.changed()).await, Ok(Err(_))) {
            break;
        }
    }
    drop(in_flight);
    _ = herald.await;
    let answered = match shared.hosts.load().stop_limit {
        Some(limit) => timeout(limit, finished.recv()).await.is_ok(),
        None => finished.recv().await.is_none(),
    };
    sweeper.abort();
    // With `max=` another worker may use a connection that was opened here, and it ends with this runtime.
    drop(working);
    while others.changed().await.is_ok() {}
    answered
}

fn contains(open: &Listeners, listener: &Arc<TcpListener>) -> bool {
    open.iter().any(|open| Arc::ptr_eq(open, listener))
}

/// Accepts connections, with its own handle, for as long as the listener is one of those that are open.
async fn accept(
    listener: Arc<TcpListener>,
    own: tokio::net::TcpListener,
    mut listening: watch::Receiver<Listeners>,
    clients: Clients,
) {
    // Virtual hosts are chosen by it; one, unless it listens on all addresses of the machine.
    let address = listener.local_addr().ok().filter(|address| !address.ip().to_canonical().is_unspecified());
    let mut quiet_until = None;
    loop {
        let accepted = tokio::select! {
            accepted = own.accept() => accepted,
            _ = listening.wait_for(|open| !contains(open, &listener)) => break,
        };
        match accepted {
            Ok((stream, client)) => clients.serve(stream, client, address),
            Err(error) => {
                if quiet_until.is_none_or(|until| until < Instant::now()) {
                    quiet_until = Some(Instant::now() + QUIET);
                    log::error!(
                        target: "core",
                        "cannot accept connections: {error}; if these are too many open files, let it open more (ulimit -n)"
                    );
                }
                // Connections that nobody uses make room.
                if clients.thread.backends().make_room() == 0 {
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
    // Whoever has connected before it closes is served too.
    loop {
        match listener.accept() {
            Ok((stream, client)) => {
                if let Ok(stream) = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream)) {
                    clients.serve(stream, client, address);
                }
            }
            // That one has gone; others may wait behind it.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => {}
            Err(_) => break,
        }
    }
}

/// What each connection of a client gets from its worker.
struct Clients {
    thread: Rc<Thread>,
    in_flight: mpsc::Sender<()>,
}

impl Clients {
    /// Serves one client, who has connected to `local`, or else to what the system says.
    fn serve(&self, stream: TcpStream, client: SocketAddr, local: Option<SocketAddr>) {
        if let Some(local) = local.or_else(|| stream.local_addr().ok()) {
            spawn_local(connection(stream, client, local, self.thread.clone(), self.in_flight.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        runtime::{Builder, LocalOptions},
    };

    use super::*;
    use crate::proxy::{Site, server::hosts::Hosts, server::listeners};

    #[tokio::test]
    async fn what_a_listener_accepts_writes_without_delay() {
        let listener = listeners::shared(TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let listener = tokio::net::TcpListener::from_std(listener.try_clone().unwrap()).unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        assert!(accepted.nodelay().unwrap());
    }

    /// The server stops at that very moment.
    #[test]
    fn who_has_connected_before_a_listener_closes_is_served() {
        let runtime =
            Builder::new_current_thread().enable_all().build_local(LocalOptions::default()).unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let mut clients = Vec::new();
            for _ in 0..5 {
                let mut client = TcpStream::connect(address).await.unwrap();
                client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
                clients.push(client);
            }
            let hosts = arc_swap::ArcSwap::from_pointee(Hosts::new(&Site::new()));
            let (_closed, listening) = watch::channel(Listeners::new());
            let shared = Arc::new(Shared { hosts, watcher: None });
            let thread = Thread::new(shared, Arc::default());
            thread.hear_of_stop(watch::channel(true).1).await;
            let of_worker = Clients { thread: Rc::new(thread), in_flight: mpsc::channel(1).0 };
            let listener = listeners::shared(listener).unwrap();
            let own = tokio::net::TcpListener::from_std(listener.try_clone().unwrap()).unwrap();
            accept(listener, own, listening, of_worker).await;
            assert!(TcpStream::connect(address).await.is_err(), "it listens no more");
            for mut client in clients {
                let mut answer = String::new();
                client.read_to_string(&mut answer).await.unwrap();
                assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
            }
        });
    }
}
