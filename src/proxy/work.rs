//! The workers: threads that accept connections, each with a runtime and a pool of its own.

use std::{net::TcpListener, sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};

use super::{client::connection, pool::Backends, serve::Shared};

/// How long requests in flight may take to finish when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait before accepting again when the system has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

// ANCHOR: work
/// One worker: a thread with its own runtime, its own handle of each listener, its own pool of connections.
pub(super) async fn work(listeners: Vec<TcpListener>, shared: Arc<Shared>, stopping: watch::Receiver<bool>) {
    let backends = Arc::new(Backends::default());
    // Each connection holds a sender; when the last is dropped, nothing is in flight.
    let (in_flight, mut finished) = mpsc::channel::<()>(1);
    let accepting = listeners.into_iter().map(|listener| {
        tokio::spawn(accept(listener, shared.clone(), backends.clone(), stopping.clone(), in_flight.clone()))
    });
    for accepted in accepting.collect::<Vec<_>>() {
        _ = accepted.await;
    }
    drop(in_flight);
    _ = timeout(STOP_TIMEOUT, finished.recv()).await;
}
// ANCHOR_END: work

async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    backends: Arc<Backends>,
    mut stopping: watch::Receiver<bool>,
    in_flight: mpsc::Sender<()>,
) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return log::error!(target: "core", "cannot listen: {error}"),
    };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, client)) => {
                let (shared, backends) = (shared.clone(), backends.clone());
                let (stopping, in_flight) = (stopping.clone(), in_flight.clone());
                tokio::spawn(async move {
                    _ = stream.set_nodelay(true);
                    if let Ok(local) = stream.local_addr() {
                        connection(stream, client, local, shared, backends, stopping).await;
                    }
                    drop(in_flight);
                });
            }
            Err(error) => {
                log::error!(target: "core", "cannot accept: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
