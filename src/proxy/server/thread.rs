//! What the connections of one thread share: nothing here is written by another thread while requests are served.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use tokio::sync::{Notify, futures::Notified, watch};

use crate::proxy::{
    Watcher,
    mod_proxy_http::backends::Backends,
    server::{hosts::Hosts, shared::Shared},
};

/// The site, counted by its thread.
pub(super) type LocalHosts = Arc<Hosts>;

/// One thread of the server.
pub(crate) struct Thread {
    shared: Arc<Shared>,
    backends: Arc<Backends>,
    /// The site as it was when the last request came. A count of references for each request would be written by every
    /// core in turn, which costs more than to compare.
    hosts: RefCell<Rc<LocalHosts>>,
    stopping: Cell<bool>,
    stop: Notify,
}

impl Thread {
    pub(super) fn new(shared: Arc<Shared>, backends: Arc<Backends>) -> Self {
        let hosts = RefCell::new(Rc::new(shared.hosts.load_full()));
        Self { shared, backends, hosts, stopping: Cell::new(false), stop: Notify::new() }
    }

    /// The site as it is now.
    pub(super) fn hosts(&self) -> Rc<LocalHosts> {
        let now = self.shared.hosts.load();
        let mut hosts = self.hosts.borrow_mut();
        if !Arc::ptr_eq(&now, &hosts) {
            *hosts = Rc::new(Arc::clone(&now));
        }
        hosts.clone()
    }

    pub(super) fn watcher(&self) -> Option<&Watcher> {
        self.shared.watcher.as_ref()
    }

    /// The idle connections to the backends.
    pub(super) fn backends(&self) -> &Arc<Backends> {
        &self.backends
    }

    /// Whether the server stops.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.get()
    }

    /// Ready when the server stops.
    pub(super) fn stops(&self) -> Notified<'_> {
        self.stop.notified()
    }

    /// Tells all connections when the server stops.
    pub(super) async fn hear_of_stop(&self, mut stopping: watch::Receiver<bool>) {
        // Without a server there is nothing to serve either.
        _ = stopping.wait_for(|stop| *stop).await;
        self.stopping.set(true);
        self.stop.notify_waiters();
    }
}
