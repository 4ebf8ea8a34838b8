//! The machine, without which no figure means anything.

pub mod cores;
pub mod ports;
pub mod processes;

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::peer::Peer;

/// One paragraph: cores, kernel, servers.
pub fn line(peers: &[Peer]) -> String {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown", |(_, model)| model);
    let kernel = read("/proc/sys/kernel/osrelease");
    let versions = peers.iter().map(|peer| (peer, peer.version())).filter(|(_, version)| !version.is_empty());
    let versions: Vec<_> = versions.map(|(peer, version)| format!("{} {version}", peer.name)).collect();
    format!("{} cores ({model}), Linux {}; {}", cores::count(), kernel.trim(), versions.join(", "))
}

/// As many open files as the system lets us have, for us and for all that we start.
pub fn raise_descriptors() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}
