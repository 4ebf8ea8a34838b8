//! `mod_proxy_http`: the way to an HTTP backend: connections, kept and used again, and the messages on them.

pub(crate) mod backends;
pub(crate) mod connection;
mod exchange;
pub(crate) mod in_use;
pub(crate) mod incoming;
pub(crate) mod link;
mod pool;
pub(crate) mod resolve;
pub(crate) mod upload;
