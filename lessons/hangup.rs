//! SIGHUP: to a server it means "read your file again", to a program whose terminal is gone "end".

use std::io::{IsTerminal, stdin};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears SIGHUP from its making on; there is none but on Unix.
pub struct Hangup {
    #[cfg(unix)]
    signal: Option<Signal>,
    on_terminal: bool,
}

/// What a SIGHUP asks for.
pub enum Asked {
    /// To read the site file again.
    Reload,
    /// To stop: the terminal that the program was started from has been closed.
    Stop,
}

impl Hangup {
    pub fn new() -> Self {
        Self {
            #[cfg(unix)]
            signal: signal(SignalKind::hangup()).ok(),
            on_terminal: stdin().is_terminal(),
        }
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Asked {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            let gone = self.on_terminal && !stdin().is_terminal();
            return if gone { Asked::Stop } else { Asked::Reload };
        }
        std::future::pending().await
    }
}
