//! What can go wrong between a client and a backend.

use std::{
    fmt::{self, Write as _},
    io,
};

use crate::proxy::{
    http1::{chunks::NoChunks, request_head::Refusal, url::Url},
    site::log_item::Escaped,
};

/// Why a request was not answered by a backend.
#[derive(Debug)]
pub enum Error {
    /// The request is not one that may be forwarded (RFC 9112 §2, §3); the text says why.
    BadRequest(&'static str),
    /// The request line is longer than Apache's `LimitRequestLine`.
    TargetTooLong,
    /// A header line is longer than Apache's `LimitRequestFieldSize`.
    HeaderTooLong,
    /// There are more header lines than Apache's `LimitRequestFields`.
    TooManyHeaders,
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
    /// The client takes too long to send this part of its request, `header` or `body`.
    ClientLate(&'static str),
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
    /// `status=` says that this host is not to be used.
    Disabled(String),
    /// All connections that `max=` allows to this host are in use (`acquire=`).
    NoConnection(String),
    /// The backend did not answer, or stopped answering, in time.
    Late,
    /// The backend closed or reset the connection before its answer began.
    Closed(String),
    /// The backend's status line is none.
    BadAnswer(String),
    /// The backend does what HTTP/1.1 does not have; the text is Apache's.
    NotHttp11(String),
    /// The backend says neither `100 Continue` nor anything else.
    NoContinue,
    /// A header of the backend's answer is none.
    BadHeader(String),
    /// The backend switched to a protocol that nobody asked for.
    Upgraded(String),
    /// The client's request body could not be read; the text says why.
    RequestBody(&'static str),
    /// A chunk of the request's body is larger than any file.
    BodyTooLarge,
    /// The backend's answer broke off in its body; the text says why.
    ResponseBody(&'static str),
    /// The client is there no more; nobody hears of this.
    ClientGone,
}

/// The system, or this process, has too many files open.
const ENFILE: i32 = 23;
const EMFILE: i32 = 24;

impl Error {
    /// The status that Apache answers with (apache-facts §9).
    pub fn status(&self) -> u16 {
        match self {
            Self::BadRequest(_) | Self::InvalidPath(_) | Self::MaxForwards(_) | Self::InvalidPort(_) => 400,
            Self::RequestBody(_) | Self::HeaderTooLong | Self::TooManyHeaders | Self::ClientGone => 400,
            Self::BodyTooLarge => 413,
            Self::TargetTooLong => 414,
            Self::NotFound => 404,
            Self::NoSuchRange => 416,
            Self::ClientLate(_) => 408,
            Self::MethodNotAllowed(_) => 405,
            Self::Expectation(_) => 417,
            Self::NoProtocolHandler { .. } | Self::Dns { .. } => 500,
            Self::Late | Self::Closed(_) | Self::BadAnswer(_) | Self::NotHttp11(_) => 502,
            Self::BadHeader(_) | Self::Upgraded(_) | Self::ResponseBody(_) => 502,
            Self::Connect { .. } | Self::NoWorkers(_) | Self::AllWorkersBusy(_) | Self::NoContinue => 503,
            Self::Disabled(_) | Self::NoConnection(_) | Self::AllInError(_) | Self::RouteInError { .. } => {
                503
            }
        }
    }

    /// What `ProxyPass` with a missing slash asks for: a host, or a balancer, that is none.
    pub(crate) fn no_such_host(url: &Url, host: String, path: String) -> Self {
        if url.is_plain_http() { Self::Dns { host } } else { Self::no_handler(url, path) }
    }

    /// How loud the log line is, as in Apache: slow clients are many.
    pub(crate) fn level(&self) -> log::Level {
        if matches!(self, Self::ClientLate(_) | Self::ClientGone) {
            log::Level::Info
        } else {
            log::Level::Warn
        }
    }

    /// Whether it is this proxy that has no file descriptor left, and no backend's fault.
    pub(crate) fn is_out_of_descriptors(&self) -> bool {
        matches!(self, Self::Connect { source, .. } if matches!(source.raw_os_error(), Some(ENFILE | EMFILE)))
    }

    pub(crate) fn no_handler(url: &Url, path: String) -> Self {
        Self::NoProtocolHandler { path, scheme: url.scheme().to_owned() }
    }
}

/// Apache's log line, in which what came from outside is escaped.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut Escaped(f);
        match self {
            Self::BadRequest(why) => write!(f, "bad request: {why}"),
            Self::TargetTooLong => f.write_str("AH00565: request failed: URI too long"),
            Self::TooManyHeaders => {
                f.write_str("AH00560: number of request headers exceeds LimitRequestFields")
            }
            Self::HeaderTooLong => f.write_str("AH00561: request header exceeds LimitRequestFieldSize"),
            Self::InvalidPath(path) => write!(f, "AH10244: invalid URI path ({path})"),
            Self::MaxForwards(why) => f.write_str(why),
            Self::Expectation(asked) => write!(f, "AH00568: unsupported Expect: {asked}"),
            Self::NoSuchRange => f.write_str("the answer has no part such as Range asks for"),
            Self::ClientLate(part) => write!(f, "AH01382: Request {part} read timeout"),
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
            Self::Disabled(host) => write!(f, "AH00940: http: disabled connection for ({host})"),
            Self::NoConnection(host) => write!(f, "AH00941: http: failed to acquire connection for ({host})"),
            Self::Late => f.write_str(
                "AH01102: error reading status line from remote server: the timeout specified has expired",
            ),
            Self::Closed(why) | Self::BadAnswer(why) => {
                write!(f, "AH01102: error reading status line from remote server: {why}")
            }
            Self::NotHttp11(what) => write!(f, "AH00898: {what}"),
            Self::NoContinue => f.write_str("AH00898: Timeout on 100-Continue"),
            Self::ClientGone => f.write_str("the client went away before it was answered"),
            Self::BadHeader(why) => write!(f, "AH01106: bad HTTP header returned: {why}"),
            Self::Upgraded(protocol) => write!(f, "Unexpected Upgrade: {protocol} (expecting n/a)"),
            Self::ResponseBody(why) => write!(f, "AH01110: error reading response: {why}"),
            Self::BodyTooLarge => f.write_str("AH01095: prefetch request body failed: a chunk is too large"),
            Self::RequestBody(why) => write!(f, "AH01095: prefetch request body failed: {why}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Bad(why) => Self::BadRequest(why),
            Refusal::LongTarget => Self::TargetTooLong,
            Refusal::LongHeader => Self::HeaderTooLong,
            Refusal::ManyHeaders => Self::TooManyHeaders,
            Refusal::Late => Self::ClientLate("header"),
        }
    }
}

/// What is wrong with the body of a request.
impl From<NoChunks> for Error {
    fn from(fault: NoChunks) -> Self {
        match fault {
            NoChunks::Malformed => Self::RequestBody("a malformed chunk"),
            NoChunks::TooLarge => Self::BodyTooLarge,
            NoChunks::ManyTrailers => Self::TooManyHeaders,
        }
    }
}
