//! The lab: two backends and a place for the proxy, on loopback.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
};

use socket2::{Domain, Socket, Type};

use super::{
    backends::{Backend, GREETINGS},
    curl::Curl,
    lesson::Stage,
    ports::{Hop, Ports},
};
use crate::proxy::{ServeError, Server, Site, Watcher};

/// Three places on loopback, and what runs there.
pub struct Lab {
    ports: Ports,
    front: Place,
    backends: [Place; 2],
    watcher: Option<Watcher>,
    // Dropped first, so that it finds its backends to the end.
    proxy: Option<Server>,
    running: [Option<Backend>; 2],
}

/// A port of the lab.
enum Place {
    /// Bound, not listening: it is ours, and whoever connects is refused.
    Reserved(Socket),
    /// Given to the server that listens there.
    Listening,
    /// Given back; to be bound anew when it is needed.
    Free,
    /// The reader's own server answers there like the guide's backend; it lacks these pages.
    Theirs(Vec<&'static str>),
}

const BACKENDS: [Hop; 2] = [Hop::One, Hop::Two];

/// The pages that steps ask for, besides `/`: a backend as short as the guide's has none of them.
const PAGES: [&str; 3] = ["/received", "/redirect", "/welcome"];

/// A backend of the reader's own that steps will ask in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Its port.
    pub port: u16,
    /// The pages that it does not have.
    pub pages: Vec<&'static str>,
}

/// Why the lab cannot be set up.
#[derive(Debug)]
pub enum LabError {
    /// Another program has the port.
    Taken {
        /// The port.
        port: u16,
        /// What was to run there.
        wanted: Hop,
    },
    /// The system refuses.
    System(io::Error),
    /// The proxy does not start.
    Serve(ServeError),
}

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
            proxy.stop();
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

impl Place {
    async fn reserve(port: u16, wanted: Hop) -> Result<(u16, Self), LabError> {
        match bind(port) {
            Ok((port, socket)) => Ok((port, Self::Reserved(socket))),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if wanted != Hop::Front && answers_like_the_guide(port, wanted).await {
                    return Ok((port, Self::Theirs(pages_lacking(port).await)));
                }
                Err(LabError::Taken { port, wanted })
            }
            Err(error) => Err(LabError::System(error)),
        }
    }

    /// The port after its server has stopped: ours again, if nobody was faster.
    fn again(port: u16) -> Self {
        bind(port).map_or(Self::Free, |(_, socket)| Self::Reserved(socket))
    }

    /// The listener, the first time it is asked for; none if somebody listens already.
    fn listen(&mut self, port: u16, wanted: Hop) -> Result<Option<TcpListener>, LabError> {
        let refused = |error: io::Error| match error.kind() {
            io::ErrorKind::AddrInUse => LabError::Taken { port, wanted },
            _ => LabError::System(error),
        };
        let socket = match std::mem::replace(self, Self::Free) {
            Self::Reserved(socket) => socket,
            Self::Free => bind(port).map_err(refused)?.1,
            other => {
                *self = other;
                return Ok(None);
            }
        };
        socket.listen(1024).map_err(refused)?;
        // Its connections inherit this: those that linger do not keep the port from being bound again.
        socket.set_reuse_address(cfg!(unix)).map_err(LabError::System)?;
        *self = Self::Listening;
        Ok(Some(socket.into()))
    }
}

/// Ours alone, so that no other lab shares it unless only connections that linger were in the way.
fn bind(port: u16) -> io::Result<(u16, Socket)> {
    bind_as(port, false)
        .or_else(|error| if cfg!(unix) && port != 0 { bind_as(port, true) } else { Err(error) })
}

fn bind_as(port: u16, again: bool) -> io::Result<(u16, Socket)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(again)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
    let bound = socket.local_addr()?.as_socket().map_or(port, |address| address.port());
    Ok((bound, socket))
}

async fn answers_like_the_guide(port: u16, hop: Hop) -> bool {
    let ports = Ports { front: port, one: port, two: port };
    let greeting = if hop == Hop::One { GREETINGS[0] } else { GREETINGS[1] };
    Curl::get(hop, "/").send(&ports).await.is_ok_and(|reply| reply.body.trim_end() == greeting)
}

async fn pages_lacking(port: u16) -> Vec<&'static str> {
    let ports = Ports { front: port, one: port, two: port };
    let mut lacking = Vec::new();
    for page in PAGES {
        let reply = Curl::get(Hop::One, page).send(&ports).await;
        if !reply.is_ok_and(|reply| matches!(reply.status(), "200" | "302")) {
            lacking.push(page);
        }
    }
    lacking
}

/// What the reader can do.
impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (port, pages) = (self.port, self.pages.join(", "));
        write!(
            f,
            "your own server on port {port} has no {pages}: steps that ask for such a page fail; \
             stop it and the course's own takes its place, or start one of lessons/flask there"
        )
    }
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { port, wanted } => {
                let wanted = match wanted {
                    Hop::Front => "the proxy",
                    Hop::One => "the first backend",
                    Hop::Two => "the second backend",
                };
                write!(
                    f,
                    "port {port}, where {wanted} was to run, is taken by another program; \
                     stop that program, or let the lesson take free ports: --ports 0,0,0"
                )
            }
            Self::System(error) => write!(f, "the system refuses to start a server: {error}; try again"),
            Self::Serve(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for LabError {}
