//! What can go wrong between a client and a backend, and the page that the client then gets.

use std::{fmt, io};

use hyper::{
    Response, StatusCode,
    ext::ReasonPhrase,
    header::{ALLOW, CONTENT_LENGTH, HeaderMap, HeaderValue, UPGRADE},
};

use super::{Body, headers, url::Url};

/// Why a request was not answered by a backend.
#[derive(Debug)]
pub enum Error {
    /// The request is not one that may be forwarded (RFC 9112 §2, §3); the text says why.
    BadRequest(&'static str),
    /// The request line is longer than Apache's `LimitRequestLine`.
    TargetTooLong,
    /// A header line is longer than Apache's `LimitRequestFieldSize`.
    HeaderTooLong,
    /// `..` leads above the root, or an escape is broken.
    InvalidPath(String),
    /// `Max-Forwards` reached zero, or is no number (RFC 9110 §7.6.2); the text is Apache's.
    MaxForwards(&'static str),
    /// An expectation other than `100-continue` (RFC 9110 §10.1.1).
    Expectation(String),
    /// A method that `balancer-manager` does not have.
    MethodNotAllowed(String),
    /// No `ProxyPass` takes the path.
    NotFound,
    /// The answer has no part such as the client's `Range` asks for (RFC 9110 §15.5.17).
    NoSuchRange,
    /// The client was silent for too long in the middle of its request body.
    ClientLate,
    /// The module for the backend's scheme is not loaded, or this proxy does not have it.
    NoProtocolHandler {
        /// The path that was asked for.
        path: String,
        /// The scheme that no module handles.
        scheme: String,
    },
    /// The backend's port is out of range.
    InvalidPort(Url),
    /// The backend's name has no address.
    Dns {
        /// The name.
        host: String,
    },
    /// The backend did not accept a connection.
    Connect {
        /// `host:port` of the backend.
        backend: String,
        /// What the system said.
        source: io::Error,
    },
    /// No `<Proxy>` section defines this balancer, or it has no member.
    NoWorkers(String),
    /// All members of the balancer are in error, or may not serve.
    AllInError(String),
    /// The member of a session's route is in error, and no other may take it (`nofailover=`).
    RouteInError {
        /// The balancer's URL.
        balancer: String,
        /// The route.
        route: String,
    },
    /// The balancer has no member that can be used.
    AllWorkersBusy(String),
    /// All connections that `max=` allows to this host are in use (`acquire=`).
    NoConnection(String),
    /// The backend did not answer, or stopped answering, in time.
    Late,
    /// The backend closed or reset the connection before its answer began.
    Closed(String),
    /// The backend's status line is none.
    BadAnswer(String),
    /// A header of the backend's answer is none.
    BadHeader(String),
    /// The backend switched to a protocol that nobody asked for.
    Upgraded(String),
    /// The client's request body could not be read.
    RequestBody(hyper::Error),
    /// The backend's answer broke off in its body.
    ResponseBody(hyper::Error),
}

impl Error {
    /// The status that Apache answers with (apache-facts §9).
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) | Self::InvalidPath(_) | Self::MaxForwards(_) => StatusCode::BAD_REQUEST,
            Self::InvalidPort(_) | Self::RequestBody(_) | Self::HeaderTooLong => StatusCode::BAD_REQUEST,
            Self::TargetTooLong => StatusCode::URI_TOO_LONG,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NoSuchRange => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::ClientLate => StatusCode::REQUEST_TIMEOUT,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Expectation(_) => StatusCode::EXPECTATION_FAILED,
            Self::NoProtocolHandler { .. } | Self::Dns { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Late | Self::Closed(_) | Self::BadAnswer(_) => StatusCode::BAD_GATEWAY,
            Self::BadHeader(_) | Self::Upgraded(_) | Self::ResponseBody(_) => StatusCode::BAD_GATEWAY,
            Self::Connect { .. } | Self::NoWorkers(_) | Self::AllWorkersBusy(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::NoConnection(_) | Self::AllInError(_) | Self::RouteInError { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// What `ProxyPass` with a missing slash asks for: a host, or a balancer, that is none.
    pub(crate) fn no_such_host(url: &Url, host: String, path: String) -> Self {
        if url.is("http") { Self::Dns { host } } else { Self::no_handler(url, path) }
    }

    /// What hyper says of a backend that gave no answer: only its text tells a bad header from a bad status line.
    pub(crate) fn no_answer(error: &hyper::Error) -> Self {
        let text = error.to_string();
        match (error.is_parse(), error.is_parse_status() || text.contains("version")) {
            (false, _) => Self::Closed(text),
            (true, true) => Self::BadAnswer(text),
            (true, false) => Self::BadHeader(text),
        }
    }

    /// A `101` that nobody asked for, with the protocol it names.
    pub(crate) fn unexpected_upgrade(headers: &HeaderMap) -> Self {
        let protocol = headers.get(UPGRADE).map_or(b"n/a".as_slice(), HeaderValue::as_bytes);
        Self::Upgraded(String::from_utf8_lossy(protocol).into_owned())
    }

    pub(crate) fn no_handler(url: &Url, path: String) -> Self {
        Self::NoProtocolHandler { path, scheme: url.scheme().to_owned() }
    }

    /// The page as a response, or for `HEAD` its head, which says no length; its headers are Apache's.
    pub(crate) fn response(&self, head: bool) -> Response<Body> {
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = self.status();
        response.extensions_mut().insert(ReasonPhrase::from_static(self.reason_phrase().as_bytes()));
        headers::end_to_end_response(response.headers_mut());
        if matches!(self, Self::MethodNotAllowed(_)) {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("HEAD,GET"));
        }
        if !head {
            let page = self.page();
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(page.len()));
            *response.body_mut() = Body::Full(page.into());
        }
        response
    }

    /// The words after the status code: `Proxy Error` where the page gives a reason.
    pub(crate) fn reason_phrase(&self) -> &'static str {
        match self {
            Self::MaxForwards(_) | Self::Dns { .. } | Self::Upgraded(_) => "Proxy Error",
            Self::Late | Self::Closed(_) | Self::BadAnswer(_) => "Proxy Error",
            Self::TargetTooLong => "Request-URI Too Long",
            Self::NoSuchRange => "Requested Range Not Satisfiable",
            _ => self.status().canonical_reason().unwrap_or_default(),
        }
    }

    /// Apache's error page, byte for byte.
    pub(crate) fn page(&self) -> String {
        let code = self.status().as_u16();
        let title = self.reason_phrase();
        format!(
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n\
             <html><head>\n<title>{code} {title}</title>\n</head><body>\n<h1>{title}</h1>\n{}</body></html>\n",
            self.explanation()
        )
    }

    fn explanation(&self) -> String {
        let not_understood =
            "<p>Your browser sent a request that this server could not understand.<br />\n".to_owned();
        let invalid_response =
            "<p>The proxy server received an invalid\r\nresponse from an upstream server.<br />\r\n";
        let could_not = "The proxy server could not handle the request<p>Reason: <strong>";
        match self {
            Self::MaxForwards(why) => format!("{not_understood}{could_not}{why}</strong></p></p>\n"),
            Self::BadRequest(_) | Self::InvalidPath(_) | Self::InvalidPort(_) | Self::RequestBody(_) => {
                not_understood + "</p>\n"
            }
            Self::HeaderTooLong => {
                not_understood + "Size of a request header field exceeds server limit.</p>\n"
            }
            Self::TargetTooLong => "<p>The requested URL's length exceeds the capacity\nlimit for this server.<br />\n</p>\n".to_owned(),
            Self::Expectation(asked) => format!(
                "<p>The expectation given in the Expect request-header\nfield could not be met by this server.\n\
                 The client sent<pre>\n    Expect: {}\n</pre>\n</p><p>Only the 100-continue expectation is supported.</p>\n",
                escape(asked)
            ),
            Self::NoSuchRange => "<p>None of the range-specifier values in the Range\nrequest-header field overlap the current extent\n\
                 of the selected resource.</p>\n"
                .to_owned(),
            Self::ClientLate => "<p>Server timeout waiting for the HTTP request from the client.</p>\n".to_owned(),
            Self::MethodNotAllowed(method) => {
                format!("<p>The requested method {} is not allowed for this URL.</p>\n", escape(method))
            }
            Self::NotFound => "<p>The requested URL was not found on this server.</p>\n".to_owned(),
            Self::NoProtocolHandler { .. } => "<p>The server encountered an internal error or\nmisconfiguration and was unable to complete\n\
                 your request.</p>\n<p>Please contact the server administrator at \n [no address given] to inform them of the time this error occurred,\n \
                 and the actions you performed just before this error.</p>\n<p>More information about this error may be available\n\
                 in the server error log.</p>\n"
                .to_owned(),
            Self::Dns { host } => {
                format!("{could_not}DNS lookup failure for: {}</strong></p><p />\n", escape(host))
            }
            Self::Connect { .. }
            | Self::NoWorkers(_)
            | Self::AllWorkersBusy(_)
            | Self::NoConnection(_)
            | Self::AllInError(_)
            | Self::RouteInError { .. } => {
                "<p>The server is temporarily unable to service your\nrequest due to maintenance downtime or capacity\n\
                 problems. Please try again later.</p>\n"
                    .to_owned()
            }
            // Apache mixes the line ends here, and so do we.
            Self::Late | Self::Closed(_) | Self::BadAnswer(_) => {
                format!("{invalid_response}{could_not}Error reading from remote server</strong></p></p>\n")
            }
            Self::Upgraded(protocol) => format!(
                "{invalid_response}{could_not}Unexpected Upgrade: {} (expecting n/a)</strong></p></p>\n",
                escape(protocol)
            ),
            Self::BadHeader(_) | Self::ResponseBody(_) => format!("{invalid_response}</p>\n"),
        }
    }
}

/// Keeps what a client wrote from becoming markup in a page.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Apache's log line.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRequest(why) => write!(f, "bad request: {why}"),
            Self::TargetTooLong => f.write_str("AH00565: request failed: URI too long"),
            Self::HeaderTooLong => f.write_str("AH00561: request header exceeds LimitRequestFieldSize"),
            Self::InvalidPath(path) => write!(f, "AH10244: invalid URI path ({path})"),
            Self::MaxForwards(why) => f.write_str(why),
            Self::Expectation(asked) => write!(f, "AH00568: unsupported Expect: {asked}"),
            Self::NoSuchRange => f.write_str("the answer has no part such as Range asks for"),
            Self::ClientLate => f.write_str("AH01382: Request body read timeout"),
            Self::MethodNotAllowed(method) => write!(f, "{method} is not allowed for balancer-manager"),
            Self::NotFound => f.write_str("no ProxyPass takes this path"),
            Self::NoProtocolHandler { path, scheme } => write!(
                f,
                "AH01144: No protocol handler was valid for the URL {path} (scheme '{scheme}'). \
                 If you are using a DSO version of mod_proxy, make sure the proxy submodules are included \
                 in the configuration using LoadModule."
            ),
            Self::InvalidPort(url) => write!(f, "AH01083: error parsing URL {url}: Invalid host/port"),
            Self::Dns { host } => write!(f, "AH00898: DNS lookup failure for: {host}"),
            Self::Connect { backend, source } => {
                write!(f, "AH00957: http: attempt to connect to {backend} failed: {source}")
            }
            Self::NoWorkers(balancer) => write!(f, "AH01171: {balancer}: No workers in balancer"),
            Self::AllInError(balancer) => {
                write!(f, "AH01170: {balancer}: All workers are in error state")
            }
            Self::RouteInError { balancer, route } => {
                write!(f, "AH01167: {balancer}: All workers are in error state for route ({route})")
            }
            Self::AllWorkersBusy(url) => {
                write!(f, "AH00934: all workers are busy.  Unable to serve {url}")
            }
            Self::NoConnection(host) => write!(f, "AH00941: http: failed to acquire connection for ({host})"),
            Self::Late => f.write_str(
                "AH01102: error reading status line from remote server: the timeout specified has expired",
            ),
            Self::Closed(why) | Self::BadAnswer(why) => {
                write!(f, "AH01102: error reading status line from remote server: {why}")
            }
            Self::BadHeader(why) => write!(f, "AH01106: bad HTTP header returned: {why}"),
            Self::Upgraded(protocol) => write!(f, "Unexpected Upgrade: {protocol} (expecting n/a)"),
            Self::ResponseBody(error) => write!(f, "AH01110: error reading response: {error}"),
            Self::RequestBody(error) => write!(f, "AH01095: prefetch request body failed: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<hyper::http::uri::InvalidUri> for Error {
    fn from(_: hyper::http::uri::InvalidUri) -> Self {
        Self::BadRequest("the joined path is no target")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lengths that Apache 2.4.71 sends as Content-Length.
    #[test]
    fn pages_are_as_long_as_apaches() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        for (error, length) in [
            (Error::BadRequest(""), 266),
            (Error::MaxForwards("Max-Forwards has reached zero - proxy loop?"), 386),
            (Error::MaxForwards("Max-Forwards request header could not be parsed"), 390),
            (Error::Expectation("foo".to_owned()), 395),
            (Error::TargetTooLong, 288),
            (Error::HeaderTooLong, 318),
            (Error::NotFound, 236),
            (Error::MethodNotAllowed("DELETE".to_owned()), 263),
            (Error::NoProtocolHandler { path: String::new(), scheme: String::new() }, 571),
            (Error::Dns { host: "127.0.0.1:18080x".to_owned() }, 308),
            (Error::Connect { backend: String::new(), source: refused }, 339),
            (Error::BadAnswer(String::new()), 381),
            (Error::Upgraded("foo".to_owned()), 388),
            (Error::BadHeader(String::new()), 272),
        ] {
            assert_eq!(error.page().len(), length, "{error}");
        }
    }

    #[test]
    fn a_page_never_carries_markup_of_the_client() {
        let page = Error::Expectation("<script>".to_owned()).page();
        assert!(!page.contains("<script>"));
    }
}
