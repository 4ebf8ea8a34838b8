//! Apache's core: where a server listens, which virtual host answers, how paths, pages and connections behave.

pub(crate) mod asker;
pub(crate) mod encoded_slashes;
pub(crate) mod error_page;
pub(crate) mod front;
pub(crate) mod graceful_shutdown_timeout;
pub(crate) mod keep_alive_timeout;
pub(crate) mod listen;
pub(crate) mod location;
pub(crate) mod path;
pub(crate) mod persistence;
pub(crate) mod range;
pub(crate) mod request;
pub(crate) mod timeout;
pub(crate) mod virtual_host;
