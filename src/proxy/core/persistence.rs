//! The client's own connection: whether it stays, and how an answer on it is framed (RFC 9112 §6, §9).

use crate::proxy::{
    core::keep_alive_timeout::KeepAliveTimeout,
    http1::{
        head::{Head, Options},
        name::{CONNECTION, CONTENT_LENGTH, KEEP_ALIVE, TRANSFER_ENCODING},
    },
};

/// What the client asked for its own connection, and so what `Connection` it gets back (apache-facts §5).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Persistence {
    /// HTTP/1.1 without `Connection`: it stays, and nothing is said.
    Silent,
    /// `Connection: keep-alive`: it stays, and that is said.
    Said,
    /// `close`, or HTTP/1.0.
    Close,
}

/// How an answer is framed, and what becomes of its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Framed {
    pub chunked: bool,
    pub close: bool,
}

impl Persistence {
    pub(crate) fn of(asked: &Head) -> Self {
        let Options { close, keep_alive, .. } = asked.connection();
        match (close, keep_alive, !asked.is_old()) {
            (false, true, _) => Self::Said,
            (false, false, true) => Self::Silent,
            _ => Self::Close,
        }
    }

    /// Writes `Keep-Alive`, `Connection` and, for a body of unknown length, `Transfer-Encoding` (RFC 9112 §6, §9).
    ///
    /// `old` is a client that knows no chunks; `stays` is false for a connection that cannot be used again.
    pub(crate) fn apply(
        self,
        head: &mut Head,
        length: Option<u64>,
        old: bool,
        stays: bool,
        idle: KeepAliveTimeout,
    ) -> Framed {
        let status = head.status();
        let without_body = status == 304 || status == 204;
        if without_body {
            head.remove(CONTENT_LENGTH);
            head.remove(TRANSFER_ENCODING);
        }
        let unknown = !without_body && length.is_none() && !head.has(CONTENT_LENGTH);
        let chunked = unknown && !old;
        let close = self == Self::Close
            || !stays
            || idle.limit().is_zero()
            || CLOSING.contains(&status)
            || unknown && !chunked;
        if close {
            head.set(CONNECTION, b"close");
        } else if self == Self::Said {
            head.set(KEEP_ALIVE, idle.header().as_bytes());
            head.set(CONNECTION, b"Keep-Alive");
        }
        if chunked {
            head.set(TRANSFER_ENCODING, b"chunked");
        }
        Framed { chunked, close }
    }
}

/// The statuses after which Apache closes the client's connection, whoever made them (apache-facts §5).
const CLOSING: [u16; 8] = [400, 408, 411, 413, 414, 500, 501, 503];
