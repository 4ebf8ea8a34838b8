//! Both sides of an exchange, for whoever wants to look: the terminal, the checker, the book.

use std::{fmt, sync::Arc};

use crate::proxy::http1::head::Head;

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
    /// The header lines in their order and their spelling.
    pub headers: Vec<(String, String)>,
}

impl Message {
    /// The head of a request; what is no UTF-8 is replaced.
    pub fn of(request: &Head) -> Self {
        let version = if request.is_old() { "HTTP/1.0" } else { "HTTP/1.1" };
        Self::new(format!("{} {} {version}", lossy(request.method()), request.target()), request)
    }

    /// The head of a response, as its server wrote it.
    pub fn of_response(response: &Head) -> Self {
        Self::answer(lossy(response.version()), response)
    }

    /// The head of a response as we write it.
    fn of_our_response(response: &Head) -> Self {
        Self::answer("HTTP/1.1".to_owned(), response)
    }

    fn answer(version: String, response: &Head) -> Self {
        Self::new(format!("{version} {:03} {}", response.status(), lossy(response.reason())), response)
    }

    fn new(start: String, head: &Head) -> Self {
        Self { start, headers: head.fields().map(|(name, value)| (lossy(name), lossy(value))).collect() }
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

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Collects an exchange while it goes through the proxy, if somebody watches.
pub(crate) struct Trace(Option<Box<Exchange>>);

impl Trace {
    pub(crate) fn begin(watcher: Option<&Watcher>, request: &Head) -> Self {
        let looks = watcher.is_some_and(|watcher| watcher.looks());
        Self(looks.then(|| Box::new(Exchange { client_sent: Message::of(request), ..Exchange::default() })))
    }

    /// What the backend receives, whose version is ours.
    pub(crate) fn backend_received(&mut self, backend: &str, request: &Head) {
        if let Some(exchange) = &mut self.0 {
            exchange.backend = Some(backend.to_owned());
            let start = format!("{} {} HTTP/1.1", lossy(request.method()), request.target());
            exchange.backend_received = Some(Message::new(start, request));
        }
    }

    pub(crate) fn backend_answered(&mut self, response: &Head) {
        if let Some(exchange) = &mut self.0 {
            exchange.backend_answered = Some(Message::of_response(response));
        }
    }

    pub(crate) fn failed(&mut self, error: &super::Error) {
        if let Some(exchange) = &mut self.0 {
            exchange.error = Some(error.to_string());
        }
    }

    /// Shows the exchange; without a response the client got nothing.
    pub(crate) fn end(self, watcher: Option<&Watcher>, response: Option<&Head>) {
        if let (Some(watcher), Some(mut exchange)) = (watcher, self.0) {
            exchange.client_got = response.map(Message::of_our_response).unwrap_or_default();
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
            let mut trace = Trace::begin(Some(&watcher), &Head::default());
            assert_eq!(trace.0.is_some(), open);
            trace.backend_answered(&Head::default());
            trace.end(Some(&watcher), Some(&Head::default()));
            assert_eq!(page.seen.load(Relaxed), seen);
        }
        assert!(Trace::begin(None, &Head::default()).0.is_none());
    }
}
