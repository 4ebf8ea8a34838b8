//! What both benches stand on: the servers beside each other, with the same site in front of the same two members.

use std::error::Error;

pub mod apache;
pub mod backend;
pub mod bare_hyper;
pub mod caddy;
pub mod check;
pub mod client;
pub mod forwarder;
pub mod haproxy;
pub mod hop_by_hop;
pub mod machine;
pub mod member;
pub mod nginx;
pub mod peer;
pub mod peers;
pub mod play;
pub mod role;
pub mod running;
pub mod save;
pub mod table;

/// Something measured, or why not.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;
