//! The front of the proxy: the name that the client sees.

use hyper::{
    Request,
    header::{HOST, HeaderValue},
};

use crate::proxy::{core::virtual_host::ServerName, http1::url::split_port};

/// The name under which the client asked.
pub(crate) struct Front {
    host: HeaderValue,
    /// Whether the client said a host; an HTTP/1.0 client need not.
    named: bool,
    /// The server's port, where it is not the default.
    port: Option<u16>,
}

impl Front {
    /// The host of the target, else the `Host` header, else `ServerName` (RFC 9112 §3.2.2).
    pub(crate) fn of<B>(request: &Request<B>, name: &ServerName) -> Self {
        let authority = (request.uri().authority())
            .and_then(|authority| HeaderValue::from_str(&authority.as_str().to_ascii_lowercase()).ok());
        // HTTP/1.0 may leave it empty, which says nothing.
        let said = || request.headers().get(HOST).filter(|host| !host.is_empty()).cloned();
        let asked = authority.or_else(said);
        let named = asked.is_some();
        let host = asked
            .or_else(|| HeaderValue::from_str(name.host()).ok())
            .unwrap_or(HeaderValue::from_static("localhost"));
        Self { host, named, port: name.served_port() }
    }

    /// Whether the client said a host.
    pub(crate) fn is_named(&self) -> bool {
        self.named
    }

    /// `host[:port]` as the client wrote it.
    pub(crate) fn host(&self) -> &HeaderValue {
        &self.host
    }

    /// `http://host[:port]`: lower case, with the server's port if the client wrote none.
    pub(crate) fn origin(&self) -> String {
        let host = self.host.to_str().unwrap_or_default().to_ascii_lowercase();
        match (split_port(&host), self.port) {
            ((name, Some("80")), _) => format!("http://{name}"),
            ((_, None), Some(port)) => format!("http://{host}:{port}"),
            _ => format!("http://{host}"),
        }
    }

    /// The host without its port.
    pub(crate) fn name(&self) -> &str {
        split_port(self.host.to_str().unwrap_or_default()).0
    }

    /// The port in the host that the client wrote.
    pub(crate) fn port(&self) -> Option<&str> {
        split_port(self.host.to_str().ok()?).1
    }

    #[cfg(test)]
    pub(crate) fn for_test(host: &'static str) -> Self {
        Self { host: HeaderValue::from_static(host), named: true, port: Some(8000) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_has_the_port_of_the_client_or_of_the_server() {
        for (host, origin) in [
            ("Front.test:9000", "http://front.test:9000"),
            ("plain.test", "http://plain.test:8000"),
            ("plain.test:80", "http://plain.test"),
            ("[::1]:9000", "http://[::1]:9000"),
        ] {
            assert_eq!(Front::for_test(host).origin(), origin);
        }
    }
}
