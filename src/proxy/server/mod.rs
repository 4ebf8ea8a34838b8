//! The running server: listeners, workers, one client's connection, another site, a graceful stop.

pub(crate) mod client;
pub(crate) mod hosts;
pub(crate) mod listeners;
pub(crate) mod patience;
pub(crate) mod saying;
pub(crate) mod serve;
pub(crate) mod serve_error;
pub(crate) mod serving;
pub(crate) mod shared;
pub(crate) mod thread;
pub(crate) mod work;
