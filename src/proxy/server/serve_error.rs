//! Why a site cannot be served: Apache's words, and the one thing to do.

use std::{fmt, io};

use crate::proxy::site::log_item::escape_log_item;

/// Why a site cannot be served.
#[derive(Debug)]
pub enum ServeError {
    /// The site has no `Listen` line.
    NoListen,
    /// An address cannot be listened on.
    Bind {
        /// The address as the site file says it.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// An address of another site overlaps one that is open, such as 8000 and 127.0.0.1:8000.
    Overlap {
        /// The address as the site file says it.
        address: String,
    },
    /// A balancer lacks a module that configtest does not ask for (apache-facts §2).
    Module(String),
    /// The system gives no thread or runtime.
    Start(io::Error),
}

impl ServeError {
    /// What Apache lacks: the one thing to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoListen => "add a line as Listen 127.0.0.1:8000",
            Self::Bind { .. } => "stop the program that has this address, or write another port after Listen",
            Self::Overlap { .. } => {
                "write the Listen line as it was, or stop the proxy and start it again: while it runs, Listen cannot \
                 change between all addresses (Listen 8000) and one (Listen 127.0.0.1:8000) on the same port"
            }
            Self::Module(_) => "load the module that is named, or remove the <Proxy balancer://…> section",
            Self::Start(_) => "try again; the system refuses a thread or a socket",
        }
    }
}

/// Apache's words.
impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoListen => f.write_str("AH00451: no listening sockets available, shutting down"),
            Self::Bind { address, source } => {
                let address = escape_log_item(address);
                write!(f, "AH00072: make_sock: could not bind to address {address}: {source}")
            }
            Self::Overlap { address } => {
                let address = escape_log_item(address);
                write!(
                    f,
                    "AH00072: make_sock: could not bind to address {address}: it overlaps one that is open"
                )
            }
            Self::Module(missing) => write!(f, "{missing}\nAH00020: Configuration Failed, exiting"),
            Self::Start(error) => write!(f, "cannot start: {error}"),
        }
    }
}

impl std::error::Error for ServeError {}
