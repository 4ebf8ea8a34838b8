//! `mod_proxy_http`: the way to an HTTP backend: connections, kept and used again, and the bodies on them.

pub(crate) mod body;
pub(crate) mod http;
pub(crate) mod in_use;
pub(crate) mod link;
pub(crate) mod pool;
pub(crate) mod resolve;
pub(crate) mod upload;
