//! The client's own connection: whether it stays, and how an answer on it is framed (RFC 9112 §6, §9).

use hyper::{
    Request, Response, StatusCode, Version,
    header::{CONNECTION, CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING},
};

use crate::proxy::{
    core::keep_alive_timeout::KeepAliveTimeout,
    mod_proxy::headers::{KEEP_ALIVE, connection_options, remove_in_order},
    mod_proxy_http::body::Body,
};

/// What the client asked for its own connection, and so what `Connection` it gets back (apache-facts §5).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Persistence {
    /// HTTP/1.1 without `Connection`: it stays, and nothing is said.
    Silent,
    /// `Connection: keep-alive`: it stays, and that is said.
    Said,
    /// `close`, or HTTP/1.0.
    Close,
}

impl Persistence {
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        let (mut close, mut keep_alive) = (false, false);
        for option in connection_options(request.headers()) {
            close |= option.eq_ignore_ascii_case(b"close");
            keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
        }
        match (close, keep_alive, request.version() >= Version::HTTP_11) {
            (false, true, _) => Self::Said,
            (false, false, true) => Self::Silent,
            _ => Self::Close,
        }
    }

    /// Writes `Keep-Alive`, `Connection` and, for a body of unknown length, `Transfer-Encoding` (RFC 9112 §6, §9).
    pub(crate) fn apply(self, response: &mut Response<Body>, version: Version, idle: KeepAliveTimeout) {
        *response.version_mut() = version;
        let status = response.status();
        let without_body = status == StatusCode::NOT_MODIFIED || status == StatusCode::NO_CONTENT;
        let length = response.body().length();
        let headers = response.headers_mut();
        if without_body {
            remove_in_order(headers, &CONTENT_LENGTH);
        }
        let unknown = !without_body && !headers.contains_key(CONTENT_LENGTH) && length.is_none();
        let chunked = unknown && version >= Version::HTTP_11;
        if self == Self::Close
            || idle.limit().is_zero()
            || CLOSING.contains(&status.as_u16())
            || unknown && !chunked
        {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        } else if self == Self::Said {
            headers.insert(KEEP_ALIVE, idle.header());
            headers.insert(CONNECTION, HeaderValue::from_static("Keep-Alive"));
        }
        if chunked {
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
    }
}

/// The statuses after which Apache closes the client's connection, whoever made them (apache-facts §5).
const CLOSING: [u16; 8] = [400, 408, 411, 413, 414, 500, 501, 503];
