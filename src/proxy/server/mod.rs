//! The running server: listeners, workers, one client's connection, another site, a graceful stop.

pub(crate) mod client;
pub(crate) mod hosts;
pub(crate) mod listeners;
pub(crate) mod serve;
pub(crate) mod serve_error;
pub(crate) mod shared;
pub(crate) mod strict;
pub(crate) mod told;
pub(crate) mod waiting;
pub(crate) mod work;
