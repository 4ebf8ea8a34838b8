//! The front of the proxy: the name that the client sees.

use std::borrow::Cow;

use crate::proxy::{
    core::virtual_host::ServerName,
    http1::{head::Head, name::HOST, request_target::RequestTarget, url::split_port},
};

/// The name under which the client asked.
pub(crate) struct Front<'a> {
    host: Cow<'a, [u8]>,
    /// Whether the client said a host; an HTTP/1.0 client need not.
    named: bool,
    /// The server's port, where it is not the default.
    port: Option<u16>,
    /// Whether clients come by TLS, which ends before the proxy (`ServerName https://…`).
    https: bool,
}

impl<'a> Front<'a> {
    /// The host of the target, else the `Host` header, else `ServerName` (RFC 9112 §3.2.2).
    pub(crate) fn of(asked: &'a Head, target: &RequestTarget<'a>, name: &'a ServerName) -> Self {
        let authority =
            target.host().map(|authority| Cow::Owned(authority.to_ascii_lowercase().into_bytes()));
        // HTTP/1.0 may leave it empty, which says nothing.
        let said = authority.or_else(|| asked.get(HOST).filter(|host| !host.is_empty()).map(Cow::Borrowed));
        let named = said.is_some();
        let host = said.unwrap_or_else(|| Cow::Borrowed(name.host().as_bytes()));
        Self { host, named, port: name.served_port(), https: name.is_https() }
    }

    /// Whether the client said a host.
    pub(crate) fn is_named(&self) -> bool {
        self.named
    }

    /// `host[:port]` as the client wrote it.
    pub(crate) fn host(&self) -> &[u8] {
        &self.host
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.host).unwrap_or_default()
    }

    /// `http://host[:port]`, or `https`: lower case, with the server's port if the client wrote none.
    pub(crate) fn origin(&self) -> String {
        let host = self.text().to_ascii_lowercase();
        let (scheme, default) = if self.https { ("https", "443") } else { ("http", "80") };
        match (split_port(&host), self.port) {
            ((name, Some(port)), _) if port == default => format!("{scheme}://{name}"),
            ((_, None), Some(port)) => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        }
    }

    /// The host without its port.
    pub(crate) fn name(&self) -> &str {
        split_port(self.text()).0
    }

    /// The port in the host that the client wrote.
    pub(crate) fn port(&self) -> Option<&str> {
        split_port(self.text()).1
    }

    #[cfg(test)]
    pub(crate) fn for_test(host: &'a str) -> Self {
        Self { host: Cow::Borrowed(host.as_bytes()), named: true, port: Some(8000), https: false }
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
