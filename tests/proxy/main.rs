//! The proxy on the wire: bare sockets on both sides, compared byte for byte with what Apache 2.4.71 does.

mod streaming;
mod wire;
