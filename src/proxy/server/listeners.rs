//! The sockets that a running server accepts connections on, and which of them another site keeps.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use socket2::SockRef;

use crate::proxy::{Listen, ServeError, Site, mod_proxy_http::resolve::resolve_now};

/// How many clients may wait to be accepted (the default of Apache's `ListenBackLog`); one more would wait for its
/// system to try again, for 200 ms or longer.
const LISTEN_BACKLOG: i32 = 511;

/// How long the names of a site may take to be looked up, all together.
pub(crate) const NAMES_LIMIT: Duration = Duration::from_secs(2);

/// The open listeners; none, and the server stops.
pub(crate) type Listeners = Vec<Arc<TcpListener>>;

impl Listen {
    /// Listens here.
    ///
    /// # Errors
    /// The address is taken, or is none of this machine.
    pub(crate) fn bind(&self) -> Result<TcpListener, ServeError> {
        let addresses = self.addresses().map_err(|error| self.unbound(error))?;
        self.bind_at(&addresses)
    }

    fn bind_at(&self, addresses: &[SocketAddr]) -> Result<TcpListener, ServeError> {
        TcpListener::bind(addresses).map_err(|error| self.unbound(error))
    }

    fn unbound(&self, source: io::Error) -> ServeError {
        ServeError::Bind { address: self.to_string(), source }
    }

    /// The addresses that are meant; the first that can be listened on will do.
    fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let Some(host) = &self.host else {
            return Ok(vec![
                (Ipv6Addr::UNSPECIFIED, self.port).into(),
                (Ipv4Addr::UNSPECIFIED, self.port).into(),
            ]);
        };
        let found = resolve_now(&[host], NAMES_LIMIT).pop().ok_or(io::ErrorKind::NotFound)??;
        Ok(found.iter().map(|ip| SocketAddr::new(*ip, self.port)).collect())
    }
}

/// The open listener that already listens at one of these.
fn find(open: &Listeners, addresses: &[SocketAddr]) -> Option<Arc<TcpListener>> {
    let at = |address: &SocketAddr| open.iter().find(|open| open.local_addr().is_ok_and(|at| at == *address));
    addresses.iter().find_map(at).cloned()
}

/// The listeners of the site's `Listen` lines: those of the open ones that it keeps, and new ones.
///
/// # Errors
/// No `Listen` line, or an address that cannot be listened on, perhaps for an open listener has a part of it.
pub(crate) fn kept_and_new(site: &Site, open: &Listeners) -> Result<Listeners, ServeError> {
    if site.addresses().is_empty() {
        return Err(ServeError::NoListen);
    }
    let kept_or_new = |listen: &Listen| {
        let addresses = listen.addresses().map_err(|error| listen.unbound(error))?;
        if let Some(kept) = find(open, &addresses) {
            return Ok(kept);
        }
        let overlaps = |open: &Arc<TcpListener>| open.local_addr().is_ok_and(|at| at.port() == listen.port);
        let bound = listen.bind_at(&addresses).map_err(|error| match error {
            ServeError::Bind { address, source }
                if source.kind() == io::ErrorKind::AddrInUse && open.iter().any(overlaps) =>
            {
                ServeError::Overlap { address }
            }
            other => other,
        })?;
        shared(bound).map_err(ServeError::Start)
    };
    site.addresses().iter().map(kept_or_new).collect()
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
