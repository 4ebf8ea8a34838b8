//! A port of the lab: reserved for it, given to its server, or the reader's own server's.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
};

use socket2::{Domain, Socket, Type};

use super::lab_error::LabError;
use crate::course::lesson::{
    GREETINGS,
    curl::Curl,
    ports::{Hop, Ports},
};

/// A port of the lab.
pub(crate) enum Place {
    /// Bound, not listening: it is ours, and whoever connects is refused.
    Reserved(Socket),
    /// Given to the server that listens there.
    Listening,
    /// Given back; to be bound anew when it is needed.
    Free,
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

impl Place {
    /// Reserves a port; a backend's may be taken by a server that answers like the guide's.
    pub(crate) async fn reserve(port: u16, wanted: Hop) -> Result<(u16, Self), LabError> {
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
    pub(crate) fn again(port: u16) -> Self {
        bind(port).map_or(Self::Free, |(_, socket)| Self::Reserved(socket))
    }

    /// The listener, the first time it is asked for; none if somebody listens already.
    pub(crate) fn listen(&mut self, port: u16, wanted: Hop) -> Result<Option<TcpListener>, LabError> {
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
