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
use crate::proxy::{ServeError, Server, Watcher};

/// Three places on loopback, and what runs there.
pub struct Lab {
    ports: Ports,
    front: Place,
    backends: [Place; 2],
    watcher: Option<Watcher>,
    // Dropped first, so that it finds its backends to the end.
    proxy: Option<Server>,
    running: Vec<Backend>,
}

/// A port of the lab.
enum Place {
    /// Bound, not listening: it is ours, and whoever connects is refused.
    Reserved(Socket),
    /// Given to the server that listens there.
    Listening,
    /// The reader's own server answers there like the guide's backend; it lacks these pages.
    Theirs(Vec<&'static str>),
}

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
        Ok(Self { ports, front, backends: [first, second], watcher, proxy: None, running: Vec::new() })
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
        [Hop::One, Hop::Two].into_iter().zip(&self.backends).filter_map(|(hop, place)| match place {
            Place::Theirs(pages) => Some((self.ports.of(hop), pages)),
            Place::Reserved(_) | Place::Listening => None,
        })
    }

    /// Brings the lab to a stage of a lesson: starts the backends that it has, and its site, or swaps the site.
    ///
    /// # Errors
    /// The system gives no thread, or the site cannot be served.
    pub fn set(&mut self, stage: &Stage) -> Result<(), LabError> {
        let places = self.backends.iter_mut().zip(GREETINGS).zip([Hop::One, Hop::Two]);
        for ((place, greeting), hop) in
            places.zip(stage.backends.each()).filter_map(|(p, runs)| runs.then_some(p))
        {
            if let Some(listener) = place.listen(self.ports.of(hop), hop)? {
                self.running.push(Backend::start(listener, greeting).map_err(LabError::System)?);
            }
        }
        let Some(site) = stage.site.as_ref().and_then(|text| text.parse().ok()) else { return Ok(()) };
        if let Some(proxy) = &self.proxy {
            return proxy.swap(&site).map_err(LabError::Serve);
        }
        if let Some(listener) = self.front.listen(self.ports.front, Hop::Front)? {
            let proxy =
                Server::start(&site, vec![listener], self.watcher.clone()).map_err(LabError::Serve)?;
            self.proxy = Some(proxy);
        }
        Ok(())
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

    /// The listener, the first time it is asked for; none if somebody listens already.
    fn listen(&mut self, port: u16, wanted: Hop) -> Result<Option<TcpListener>, LabError> {
        match std::mem::replace(self, Self::Listening) {
            Self::Reserved(socket) => match socket.listen(1024) {
                Ok(()) => Ok(Some(socket.into())),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    Err(LabError::Taken { port, wanted })
                }
                Err(error) => Err(LabError::System(error)),
            },
            other => {
                *self = other;
                Ok(None)
            }
        }
    }
}

fn bind(port: u16) -> io::Result<(u16, Socket)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // A port whose last connections still linger is free; any free port must be ours alone.
    socket.set_reuse_address(cfg!(unix) && port != 0)?;
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
