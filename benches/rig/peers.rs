//! The servers that are measured beside each other.

use std::path::PathBuf;

use super::{apache, bare_hyper, caddy, forwarder, haproxy, hop_by_hop, nginx, peer::Peer};

/// A server that is not measured, and why.
pub struct Missing(pub String);

/// The keys of all that may be there.
pub const KEYS: [&str; 7] = ["floor", "bare", "hop-by-hop", "nginx", "haproxy", "apache", "caddy"];

/// Every server, in the order of the tables; `others` are further builds of `lesson`.
pub fn all(others: &[PathBuf]) -> (Vec<Peer>, Vec<Missing>) {
    let (mut peers, mut missing) =
        (vec![forwarder::peer(), bare_hyper::peer(), hop_by_hop::peer()], Vec::new());
    peers.extend(others.iter().map(|program| hop_by_hop::build(program)));
    for (package, peer) in [
        ("nginx", nginx::peer()),
        ("haproxy", haproxy::peer()),
        ("apache2", apache::peer()),
        ("caddy", caddy::peer()),
    ] {
        match peer {
            Some(peer) => peers.push(peer),
            None => {
                missing
                    .push(Missing(format!("{package} is not installed; on Debian: apt install {package}")));
            }
        }
    }
    (peers, missing)
}
