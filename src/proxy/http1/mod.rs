//! HTTP/1.1 as bytes (RFC 9112): heads, framing, targets and the ends of connections; it knows no directive.

pub(crate) mod alarm;
pub(crate) mod chunks;
pub(crate) mod linger;
pub(crate) mod one_write;
pub(crate) mod raw_head;
pub(crate) mod target;
pub(crate) mod url;
