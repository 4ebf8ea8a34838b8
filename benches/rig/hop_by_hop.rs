//! This proxy, as its readers start it: `lesson serve SITE`.

use std::path::Path;

use rustix::process::Signal;

use super::peer::{Peer, Reload, Site};

/// The build that belongs to this bench.
pub fn peer() -> Peer {
    Peer {
        key: "hop-by-hop",
        name: "Hop by Hop".to_owned(),
        program: env!("CARGO_BIN_EXE_lesson").into(),
        version: &["--version"],
        configuration,
        arguments: |site| vec!["serve".to_owned(), site.file()],
        reload: Reload::Signal(Signal::HUP),
        graceful: Signal::TERM,
    }
}

/// Another build, to compare with.
pub fn build(program: &Path) -> Peer {
    Peer { key: "serve", name: program.display().to_string(), program: program.to_owned(), ..peer() }
}

// ANCHOR: configuration
fn configuration(site: &Site) -> String {
    let [one, two] = site.members;
    format!(
        "Listen 127.0.0.1:{}\n\
         <Proxy balancer://members>\n\
         BalancerMember http://127.0.0.1:{one}\n\
         BalancerMember http://127.0.0.1:{two}\n\
         </Proxy>\n\
         ProxyPass / balancer://members/\n\
         ProxyPassReverse / balancer://members/\n",
        site.front
    )
}
// ANCHOR_END: configuration
