//! HTTP/1.1 as bytes (RFC 9112): heads, framing, targets and the ends of connections; it knows no directive.

pub(crate) mod alarm;
pub(crate) mod buffer;
pub(crate) mod chunks;
pub(crate) mod grammar;
pub(crate) mod head;
pub(crate) mod lent;
pub(crate) mod linger;
pub(crate) mod name;
pub(crate) mod read_limit;
pub(crate) mod request_head;
pub(crate) mod request_target;
pub(crate) mod response_head;
pub(crate) mod rest;
pub(crate) mod stream;
pub(crate) mod target;
pub(crate) mod url;
