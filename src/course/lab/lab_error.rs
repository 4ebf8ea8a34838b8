//! Why there is no lab, and what to do about it.

use std::{fmt, io};

use super::shared::Refused;
use crate::{course::lesson::ports::Hop, proxy::ServeError};

/// Why the lab cannot be set up.
#[derive(Debug)]
pub enum LabError {
    /// Another program has the port.
    Taken {
        /// The port.
        port: u16,
        /// What was to run there.
        wanted: Hop,
    },
    /// The system refuses.
    System(io::Error),
    /// The proxy does not start.
    Serve(ServeError),
    /// It is the open book's, which does not do what is wanted.
    Book(Refused),
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { port, wanted } => {
                let wanted = match wanted {
                    Hop::Front => "the proxy",
                    Hop::One => "the first backend",
                    Hop::Two => "the second backend",
                };
                write!(
                    f,
                    "port {port}, where {wanted} was to run, is taken by another program; \
                     stop that program, or let the lesson take free ports: --ports 0,0,0"
                )
            }
            Self::System(error) => write!(f, "the system refuses to start a server: {error}; try again"),
            Self::Serve(error) => error.fmt(f),
            Self::Book(refused) => refused.fmt(f),
        }
    }
}

impl std::error::Error for LabError {}

impl From<Refused> for LabError {
    fn from(refused: Refused) -> Self {
        Self::Book(refused)
    }
}
