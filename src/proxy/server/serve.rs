//! The proxy as a running server: listeners, workers, another site, a graceful stop.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use arc_swap::ArcSwap;
use tokio::{
    runtime::{self, LocalOptions},
    sync::watch,
};

use crate::proxy::{
    Listen, Site, Watcher,
    mod_proxy_balancer::providers,
    mod_proxy_http::backends::Family,
    server::hosts::Hosts,
    server::listeners::{self, Listeners},
    server::serve_error::ServeError,
    server::shared::Shared,
    server::work::work,
};

/// A proxy that runs on its own threads until it is stopped or dropped.
pub struct Server {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    listeners: watch::Sender<Listeners>,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<bool>>,
}

impl Server {
    /// Listens on the addresses of the site's `Listen` lines.
    ///
    /// # Errors
    /// No `Listen` line, or an address that is taken or not of this machine.
    pub fn bind(site: &Site) -> Result<Vec<TcpListener>, ServeError> {
        if site.addresses().is_empty() {
            return Err(ServeError::NoListen);
        }
        site.addresses().iter().map(Listen::bind).collect()
    }

    /// Serves the site on these listeners; `watcher` sees each exchange.
    ///
    /// # Errors
    /// A balancer without its modules, or no thread to be had.
    pub fn start(
        site: &Site,
        listeners: Vec<TcpListener>,
        watcher: Option<Watcher>,
    ) -> Result<Self, ServeError> {
        let shared = Arc::new(Shared { hosts: ArcSwap::from_pointee(ready(site)?), watcher });
        let listeners: io::Result<Listeners> = listeners.into_iter().map(listeners::shared).collect();
        let (listeners, listening) = watch::channel(listeners.map_err(ServeError::Start)?);
        let (stop, stopping) = watch::channel(false);
        let addresses = addresses(&listeners.borrow());
        let family = Arc::new(Family::default());
        let mut server = Self { shared, addresses, listeners, stop, threads: Vec::new() };
        // After it, so that a server that cannot start is ended when nobody here keeps its workers waiting.
        let working = watch::channel(());
        let (begin, begun) = mpsc::channel();
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (shared, listening, stopping) = (server.shared.clone(), listening.clone(), stopping.clone());
            let (working, backends, begin) = (working.clone(), family.pool(), begin.clone());
            let thread = thread::Builder::new().name("proxy".to_owned()).spawn(move || {
                // It stays on the thread that it is made on.
                let runtime =
                    runtime::Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
                match runtime {
                    Ok(runtime) => {
                        runtime.block_on(work(listening, (shared, backends), stopping, working, begin))
                    }
                    Err(error) => begin.send(Err(error)).is_ok(),
                }
            });
            server.threads.push(thread.map_err(ServeError::Start)?);
        }
        drop((working, begin));
        begun.iter().collect::<io::Result<()>>().map_err(ServeError::Start)?;
        Ok(server)
    }

    /// Whether the site can be served; nothing is started, and no name is looked up.
    ///
    /// # Errors
    /// A balancer without its modules.
    pub fn check(site: &Site) -> Result<(), ServeError> {
        check_modules(site)
    }

    /// Serves another site from the next request on; requests in flight finish on the old one.
    ///
    /// # Errors
    /// A balancer without its modules; the old site then stays.
    pub fn swap(&self, site: &Site) -> Result<(), ServeError> {
        self.shared.hosts.store(Arc::new(ready(site)?));
        Ok(())
    }

    /// The same, and listens where the other site listens: a listener that both have stays open, those who have
    /// connected to one that closes are served.
    ///
    /// # Errors
    /// No `Listen` line, an address that cannot be listened on, or a balancer without its modules; the old site stays.
    pub fn reload(&mut self, site: &Site) -> Result<(), ServeError> {
        let hosts = ready(site)?;
        let listeners = listeners::kept_and_new(site, &self.listeners.borrow())?;
        self.shared.hosts.store(Arc::new(hosts));
        self.addresses = addresses(&listeners);
        self.listeners.send_replace(listeners);
        Ok(())
    }

    /// The addresses it listens on.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Accepts no more, closes idle connections, and lets requests in flight finish: all of them, or those that do within
    /// `GracefulShutdownTimeout`; whether it was all.
    pub fn stop(mut self) -> bool {
        self.end()
    }

    fn end(&mut self) -> bool {
        self.stop.send_replace(true);
        self.listeners.send_replace(Listeners::new());
        let ended = self.threads.drain(..).map(JoinHandle::join);
        // Each of them is waited for, whatever became of the others.
        ended.fold(true, |all, ended| {
            let finished = ended.unwrap_or_else(|_| {
                log::error!(target: "proxy", "a worker thread panicked");
                false
            });
            all && finished
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn addresses(listeners: &Listeners) -> Vec<SocketAddr> {
    listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect()
}

/// The site ready to run, if its balancers have their modules.
fn ready(site: &Site) -> Result<Hosts, ServeError> {
    check_modules(site)?;
    Ok(Hosts::new(site))
}

fn check_modules(site: &Site) -> Result<(), ServeError> {
    let mut balancers = site.servers().flat_map(|server| &server.proxy.balancers);
    let missing = balancers.find_map(|balancer| providers::missing(&site.modules, balancer));
    missing.map_or(Ok(()), |missing| Err(ServeError::Module(missing)))
}
