//! HAProxy.

use rustix::process::Signal;

use super::peer::{Peer, Reload, Site, find};

/// The one that is installed.
pub fn peer() -> Option<Peer> {
    Some(Peer {
        key: "haproxy",
        name: "HAProxy".to_owned(),
        program: find("haproxy")?,
        version: &["-v"],
        configuration,
        // A master and its worker, which is what can be reloaded, in the foreground.
        arguments: |site| ["-W", "-db", "-f", &site.file()].map(str::to_owned).into(),
        reload: Reload::Signal(Signal::USR2),
        graceful: Signal::USR1,
    })
}

// ANCHOR: configuration
// The times are those of Debian's file. By default a client's first request gets a connection of its own.
fn configuration(site: &Site) -> String {
    let ([one, two], front, cores) = (site.members, site.front, site.cores);
    format!(
        "global\n\
         nbthread {cores}\n\
         defaults\n\
         mode http\n\
         timeout connect 5000\n\
         timeout client 50000\n\
         timeout server 50000\n\
         frontend front\n\
         bind 127.0.0.1:{front}\n\
         default_backend members\n\
         backend members\n\
         balance roundrobin\n\
         option forwardfor\n\
         http-reuse always\n\
         server one 127.0.0.1:{one}\n\
         server two 127.0.0.1:{two}\n"
    )
}
// ANCHOR_END: configuration
