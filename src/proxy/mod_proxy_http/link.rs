//! One connection to a backend.

use std::{io, time::Duration};

use tokio::{net::TcpStream, time::timeout};

use crate::proxy::{
    error::Error,
    http1::{alarm::Alarm, stream::Stream, url::Url},
    mod_proxy_http::resolve::resolve,
};

/// A connection to a backend.
#[derive(Debug)]
pub(crate) struct Link {
    /// `host:port` of the backend; its own copy, as a count of references would be written by every core in turn.
    pub backend: String,
    pub stream: Stream,
    /// Rings when the backend has been silent for too long.
    pub alarm: Alarm,
}

impl Link {
    /// A new connection.
    ///
    /// # Errors
    /// The backend's name has no address, or it does not accept in time.
    pub(crate) async fn open(url: &Url, limit: Duration) -> Result<Self, Error> {
        let port = url.port().ok_or_else(|| Error::InvalidPort(url.clone()))?;
        let host = url.host();
        let refused = |source| Error::Connect { backend: url.authority().to_owned(), source };
        let late = |_| refused(io::Error::new(io::ErrorKind::TimedOut, "the timeout specified has expired"));

        let addresses = resolve(host, port, limit).await.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => refused(error),
            _ => Error::Dns { host: host.trim_matches(['[', ']']).to_owned() },
        })?;
        let stream = timeout(limit, TcpStream::connect(&*addresses)).await.map_err(late)?.map_err(refused)?;
        stream.set_nodelay(true).map_err(refused)?;
        Ok(Self { backend: url.authority().to_owned(), stream: Stream::new(stream), alarm: Alarm::default() })
    }

    /// Whether it can take a request now: the backend has not closed it, nor said anything that nobody asked for.
    pub(crate) fn is_quiet(&self) -> bool {
        self.stream.is_quiet()
    }
}
