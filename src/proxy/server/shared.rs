//! What the threads of a server share.

use arc_swap::ArcSwap;

use crate::proxy::{server::hosts::Hosts, trace::Watcher};

/// The site as it is now, and who watches.
pub(crate) struct Shared {
    pub hosts: ArcSwap<Hosts>,
    pub watcher: Option<Watcher>,
}
