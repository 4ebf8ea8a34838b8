//! Both sides of an exchange, for whoever wants to look: the terminal, the checker, the book.

use std::{fmt, sync::Arc};

use hyper::{
    Method, Request, Response, Uri, Version,
    ext::ReasonPhrase,
    header::{HeaderMap, HeaderName},
    http::request,
};

use crate::proxy::Body;

/// Sees each exchange when its answer begins, as long as it looks; otherwise tracing costs nothing.
pub trait Watch: Send + Sync {
    /// Whether somebody looks now; asked once for each request.
    fn looks(&self) -> bool {
        true
    }

    /// One exchange.
    fn saw(&self, exchange: Exchange);
}

impl<F: Fn(Exchange) + Send + Sync> Watch for F {
    fn saw(&self, exchange: Exchange) {
        self(exchange);
    }
}

/// A watcher that the threads of the proxy share.
pub type Watcher = Arc<dyn Watch>;

/// One request through the proxy, as it was on each of the four sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    /// What the client sent.
    pub client_sent: Message,
    /// `host:port` of the backend that was asked.
    pub backend: Option<String>,
    /// What that backend received.
    pub backend_received: Option<Message>,
    /// What it answered.
    pub backend_answered: Option<Message>,
    /// What the client got.
    pub client_got: Message,
    /// What the proxy logged, if it had to answer itself.
    pub error: Option<String>,
}

/// The head of an HTTP/1 message, as it stands on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The request line or the status line.
    pub start: String,
    /// The header lines in their order, names in title case.
    pub headers: Vec<(String, String)>,
}

impl Message {
    /// The head of a request.
    pub fn of<B>(request: &Request<B>) -> Self {
        Self::request(request.method(), request.uri(), request.version(), request.headers())
    }

    fn request(method: &Method, uri: &Uri, version: Version, headers: &HeaderMap) -> Self {
        Self::new(format!("{method} {uri} {}", name(version)), headers)
    }

    /// The head of a response.
    pub fn of_response<B>(response: &Response<B>) -> Self {
        Self::new(Self::start_of(response), response.headers())
    }

    fn start_of<B>(response: &Response<B>) -> String {
        let phrase = match response.extensions().get::<ReasonPhrase>() {
            Some(phrase) => String::from_utf8_lossy(phrase.as_bytes()).into_owned(),
            None => response.status().canonical_reason().unwrap_or_default().to_owned(),
        };
        format!("{} {} {phrase}", name(response.version()), response.status().as_u16())
    }

    fn new(start: String, headers: &HeaderMap) -> Self {
        let line = |(name, value): (&HeaderName, &hyper::header::HeaderValue)| {
            (title_case(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Self { start, headers: headers.iter().map(line).collect() }
    }

    /// How long a request is on the wire, with its body if that is here; what is still to come is not counted.
    pub(crate) fn bytes_of_request(request: &Request<Body>) -> u64 {
        let target = request.uri().path_and_query().map_or(1, |target| target.as_str().len());
        let headers = request.headers().iter();
        let headers: usize =
            headers.map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum();
        let line = request.method().as_str().len() + target + "  HTTP/1.1\r\n".len();
        (line + headers + "\r\n".len()) as u64 + request.body().length().unwrap_or(0)
    }

    /// How long a response's first line is on the wire.
    pub(crate) fn bytes_of_status_line<B>(response: &Response<B>) -> u64 {
        Self::start_of(response).len() as u64
    }

    /// The value of the first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The lines as they stand on the wire, without the empty one that ends them.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.start)?;
        self.headers.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))
    }
}

fn name(version: Version) -> &'static str {
    if version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" }
}

/// `content-type` as it is written on the wire: `Content-Type`.
pub fn title_case(name: &str) -> String {
    let mut start = true;
    (name.chars())
        .map(|c| {
            let upper = std::mem::replace(&mut start, c == '-');
            if upper { c.to_ascii_uppercase() } else { c }
        })
        .collect()
}

/// Collects an exchange while it goes through the proxy, if somebody watches.
pub(crate) struct Trace(Option<Box<Exchange>>);

impl Trace {
    pub(crate) fn begin<B>(watcher: Option<&Watcher>, request: &Request<B>) -> Self {
        let looks = watcher.is_some_and(|watcher| watcher.looks());
        Self(looks.then(|| Box::new(Exchange { client_sent: Message::of(request), ..Exchange::default() })))
    }

    pub(crate) fn backend_received(&mut self, backend: &str, head: &request::Parts) {
        if let Some(exchange) = &mut self.0 {
            exchange.backend = Some(backend.to_owned());
            exchange.backend_received =
                Some(Message::request(&head.method, &head.uri, head.version, &head.headers));
        }
    }

    pub(crate) fn backend_answered<B>(&mut self, response: &Response<B>) {
        if let Some(exchange) = &mut self.0 {
            exchange.backend_answered = Some(Message::of_response(response));
        }
    }

    pub(crate) fn failed(&mut self, error: &crate::proxy::Error) {
        if let Some(exchange) = &mut self.0 {
            exchange.error = Some(error.to_string());
        }
    }

    /// Shows the exchange; without a response the client got nothing.
    pub(crate) fn end<B>(self, watcher: Option<&Watcher>, response: Option<&Response<B>>) {
        if let (Some(watcher), Some(mut exchange)) = (watcher, self.0) {
            exchange.client_got = response.map(Message::of_response).unwrap_or_default();
            watcher.saw(*exchange);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

    use super::*;

    #[derive(Default)]
    struct Page {
        open: AtomicBool,
        seen: AtomicUsize,
    }

    impl Watch for Page {
        fn looks(&self) -> bool {
            self.open.load(Relaxed)
        }

        fn saw(&self, _: Exchange) {
            self.seen.fetch_add(1, Relaxed);
        }
    }

    #[test]
    fn nothing_is_collected_when_nobody_looks() {
        let page = Arc::new(Page::default());
        let watcher: Watcher = page.clone();
        for (open, seen) in [(false, 0), (true, 1), (false, 1)] {
            page.open.store(open, Relaxed);
            let mut trace = Trace::begin(Some(&watcher), &Request::new(()));
            assert_eq!(trace.0.is_some(), open);
            trace.backend_answered(&Response::new(()));
            trace.end(Some(&watcher), Some(&Response::new(())));
            assert_eq!(page.seen.load(Relaxed), seen);
        }
        assert!(Trace::begin(None, &Request::new(())).0.is_none());
    }
}
