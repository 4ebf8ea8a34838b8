//! The sockets that a running server accepts connections on, and which of them another site keeps.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use socket2::SockRef;

use crate::proxy::{Listen, ServeError, Site};

/// How many clients may wait to be accepted (the default of Apache's `ListenBackLog`); one more would wait for its
/// system to try again, for 200 ms or longer.
const LISTEN_BACKLOG: i32 = 511;

/// The open listeners; none, and the server stops.
pub(crate) type Listeners = Vec<Arc<TcpListener>>;

impl Listen {
    /// Listens here.
    ///
    /// # Errors
    /// The address is taken, or is none of this machine.
    pub(crate) fn bind(&self) -> Result<TcpListener, ServeError> {
        let bound = self.addresses().and_then(|addresses| TcpListener::bind(&*addresses));
        bound.map_err(|source| ServeError::Bind { address: self.to_string(), source })
    }

    /// The open listener that already listens here.
    fn find(&self, open: &Listeners) -> Option<Arc<TcpListener>> {
        let addresses = self.addresses().ok()?;
        let at =
            |address: &SocketAddr| open.iter().find(|open| open.local_addr().is_ok_and(|at| at == *address));
        addresses.iter().find_map(at).cloned()
    }
}

/// The listeners of the site's `Listen` lines: those of the open ones that it keeps, and new ones.
///
/// # Errors
/// No `Listen` line, or an address that cannot be listened on, perhaps for an open listener has a part of it.
pub(crate) fn kept_and_new(site: &Site, open: &Listeners) -> Result<Listeners, ServeError> {
    if site.addresses().is_empty() {
        return Err(ServeError::NoListen);
    }
    let new = |listen: &Listen| {
        let overlaps = |open: &Arc<TcpListener>| open.local_addr().is_ok_and(|at| at.port() == listen.port);
        let bound = listen.bind().map_err(|error| match error {
            ServeError::Bind { address, source }
                if source.kind() == io::ErrorKind::AddrInUse && open.iter().any(overlaps) =>
            {
                ServeError::Overlap { address }
            }
            other => other,
        })?;
        shared(bound).map_err(ServeError::Start)
    };
    site.addresses().iter().map(|listen| listen.find(open).map_or_else(|| new(listen), Ok)).collect()
}

/// A listener as the threads share it.
///
/// # Errors
/// The system's.
pub(crate) fn shared(listener: TcpListener) -> io::Result<Arc<TcpListener>> {
    listener.set_nonblocking(true)?;
    let socket = SockRef::from(&listener);
    // What it accepts inherits this, at no cost for each connection.
    socket.set_tcp_nodelay(true)?;
    socket.listen(LISTEN_BACKLOG)?;
    Ok(Arc::new(listener))
}
