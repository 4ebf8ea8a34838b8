//! Caddy.

use rustix::process::Signal;

use super::peer::{Peer, Reload, Site, find};

/// The one that is installed.
pub fn peer() -> Option<Peer> {
    Some(Peer {
        key: "caddy",
        name: "Caddy".to_owned(),
        program: find("caddy")?,
        version: &["version"],
        configuration,
        arguments: |site| {
            ["run", "--adapter", "caddyfile", "--config", &site.file()].map(str::to_owned).into()
        },
        reload: Reload::Arguments(|site| {
            let admin = format!("127.0.0.1:{}", site.admin);
            ["reload", "--force", "--address", &admin, "--adapter", "caddyfile", "--config", &site.file()]
                .map(str::to_owned)
                .into()
        }),
        graceful: Signal::TERM,
    })
}

// ANCHOR: configuration
// By default it keeps 32 connections to a backend.
fn configuration(site: &Site) -> String {
    let ([one, two], front, admin) = (site.members, site.front, site.admin);
    format!(
        "{{\n\
             admin 127.0.0.1:{admin}\n\
             auto_https off\n\
         }}\n\
         http://:{front} {{\n\
             bind 127.0.0.1\n\
             reverse_proxy 127.0.0.1:{one} 127.0.0.1:{two} {{\n\
                 lb_policy round_robin\n\
                 transport http {{\n\
                     keepalive_idle_conns_per_host 1024\n\
                 }}\n\
             }}\n\
         }}\n"
    )
}
// ANCHOR_END: configuration
