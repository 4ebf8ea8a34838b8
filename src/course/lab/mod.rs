//! The lab: two backends and a place for the proxy, on loopback.

pub(crate) mod backends;
pub(crate) mod bench;
pub(crate) mod exchanges;
pub(crate) mod lab_error;
pub(crate) mod place;
pub(crate) mod served;
pub(crate) mod shared;

use std::{sync::mpsc, thread, time::Duration};

use self::{
    backends::Backend,
    lab_error::LabError,
    place::{Lacking, Place},
};
use crate::{
    course::lesson::{
        GREETINGS, Stage,
        ports::{Hop, Ports},
    },
    proxy::{Server, Site, Watcher},
};

/// Three places on loopback, and what runs there.
pub struct Lab {
    ports: Ports,
    front: Place,
    backends: [Place; 2],
    watcher: Option<Watcher>,
    proxy: Option<Server>,
    running: [Option<Backend>; 2],
}

const BACKENDS: [Hop; 2] = [Hop::One, Hop::Two];

/// How long a proxy that stops is waited for: a client that never ends its request holds nobody up.
const GRACE: Duration = Duration::from_millis(1500);

impl Lab {
    /// Reserves the ports; 0 is any free one. A backend's port may be taken by a server that answers like the guide's.
    ///
    /// # Errors
    /// A port that is taken, named with what was to run there.
    pub async fn new(ports: Ports, watcher: Option<Watcher>) -> Result<Self, LabError> {
        let (front_port, front) = Place::reserve(ports.front, Hop::Front).await?;
        let (one, first) = Place::reserve(ports.one, Hop::One).await?;
        let (two, second) = Place::reserve(ports.two, Hop::Two).await?;
        let ports = Ports { front: front_port, one, two };
        Ok(Self { ports, front, backends: [first, second], watcher, proxy: None, running: [None, None] })
    }

    /// The same behind a proxy that runs already, on `front`.
    ///
    /// # Errors
    /// A backend's port that is taken.
    pub async fn behind(ports: Ports, front: u16) -> Result<Self, LabError> {
        let mut lab = Self::new(Ports { front: 0, ..ports }, None).await?;
        lab.front = Place::Theirs(Vec::new());
        lab.ports.front = front;
        Ok(lab)
    }

    /// The ports, as they really are.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// The ports of backends that are the reader's own.
    pub fn theirs(&self) -> Vec<u16> {
        self.own().map(|(port, _)| port).collect()
    }

    /// Those of them that lack pages which steps ask for.
    pub fn lacking(&self) -> Vec<Lacking> {
        let lacking = self.own().filter(|(_, pages)| !pages.is_empty());
        lacking.map(|(port, pages)| Lacking { port, pages: pages.clone() }).collect()
    }

    fn own(&self) -> impl Iterator<Item = (u16, &Vec<&'static str>)> {
        BACKENDS.into_iter().zip(&self.backends).filter_map(|(hop, place)| match place {
            Place::Theirs(pages) => Some((self.ports.of(hop), pages)),
            Place::Reserved(_) | Place::Listening | Place::Free => None,
        })
    }

    /// Brings the lab to a stage of a lesson, exactly: what the stage has runs, what it has not is stopped, and nobody
    /// listens there. A proxy that runs already gets the new site without dropping a connection.
    ///
    /// # Errors
    /// A port that was taken meanwhile, no thread to be had, or a site that cannot be served; no proxy runs then.
    pub fn set(&mut self, stage: &Stage) -> Result<(), LabError> {
        let site = stage.site.as_ref().and_then(|text| text.parse().ok());
        let runs = stage.backends.each();
        for at in (0..2).filter(|at| runs[*at]) {
            self.start_backend(at)?;
        }
        let served = match &site {
            Some(site) => self.serve(site),
            None => Ok(()),
        };
        if site.is_none() || served.is_err() {
            self.stop_proxy();
        }
        // Last, so that the proxy finds its backends to the end.
        for at in (0..2).filter(|at| !runs[*at]) {
            self.stop_backend(at);
        }
        served
    }

    fn start_backend(&mut self, at: usize) -> Result<(), LabError> {
        let hop = BACKENDS[at];
        if let Some(listener) = self.backends[at].listen(self.ports.of(hop), hop)? {
            self.running[at] = Some(Backend::start(listener, GREETINGS[at]).map_err(LabError::System)?);
        }
        Ok(())
    }

    fn stop_backend(&mut self, at: usize) {
        if let Some(backend) = self.running[at].take() {
            drop(backend);
            self.backends[at] = Place::again(self.ports.of(BACKENDS[at]));
        }
    }

    fn serve(&mut self, site: &Site) -> Result<(), LabError> {
        if let Some(proxy) = &self.proxy {
            return proxy.swap(site).map_err(LabError::Serve);
        }
        if let Some(listener) = self.front.listen(self.ports.front, Hop::Front)? {
            let started = Server::start(site, vec![listener], self.watcher.clone());
            if started.is_err() {
                self.front = Place::again(self.ports.front);
            }
            self.proxy = Some(started.map_err(LabError::Serve)?);
        }
        Ok(())
    }

    fn stop_proxy(&mut self) {
        if let Some(proxy) = self.proxy.take() {
            let (tell, stopped) = mpsc::sync_channel(1);
            let stop = move || {
                proxy.stop();
                _ = tell.send(());
            };
            // It does not listen any more at once; only requests in flight take their time.
            _ = thread::Builder::new().spawn(stop);
            _ = stopped.recv_timeout(GRACE);
            self.front = Place::again(self.ports.front);
        }
    }

    /// Which of the backends run, the reader's own among them.
    pub fn backends_run(&self) -> [bool; 2] {
        [0, 1].map(|at| matches!(self.backends[at], Place::Listening | Place::Theirs(_)))
    }

    /// Whether the proxy runs.
    pub fn proxy_runs(&self) -> bool {
        self.proxy.is_some()
    }
}

impl Drop for Lab {
    /// The proxy first, so that it finds its backends to the end.
    fn drop(&mut self) {
        self.stop_proxy();
    }
}
