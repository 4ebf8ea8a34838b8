//! The signals that end a running lesson or server.

/// Waits for Ctrl-C, or on Unix for SIGTERM too; what is sent from this call on is heard.
pub fn stopped() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    };
    async move {
        #[cfg(unix)]
        if let (Ok(mut interrupt), Ok(mut terminate)) = signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        _ = tokio::signal::ctrl_c().await;
    }
}

/// From now on Ctrl-C does not kill the program: a question is broken off, and whoever waits for `stopped` hears it.
pub(crate) fn catch_interrupt() {
    // The handler stays when the future is dropped.
    drop(stopped());
}
