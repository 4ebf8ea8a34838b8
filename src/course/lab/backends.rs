//! The two test servers of the guide, with a few more paths that the lessons ask for.

use std::{convert::Infallible, net::TcpListener, thread, time::Duration};

use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue, LOCATION, SERVER, SET_COOKIE},
    service::service_fn,
};
use tokio::{runtime, sync::watch, time::sleep};

use super::served::{self, Limits};
use crate::course::lesson::message;

/// How long `/slow` takes to answer.
const SLOW: Duration = Duration::from_secs(1);

/// How many clients a backend serves at once: more than a proxy keeps links.
const MOST: usize = 4096;

/// One test server on its own thread; it stops when it is dropped.
#[derive(Debug)]
pub struct Backend {
    stop: watch::Sender<bool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Backend {
    /// Serves `greeting` at `/` and the lessons' other paths.
    ///
    /// # Errors
    /// The system gives no thread or runtime.
    pub fn start(listener: TcpListener, greeting: &'static str) -> std::io::Result<Self> {
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let (stop, stopping) = watch::channel(false);
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new()
            .name(format!("backend {port}"))
            .spawn(move || runtime.block_on(serve(listener, greeting, port, stopping)))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

async fn serve(
    listener: TcpListener,
    greeting: &'static str,
    port: u16,
    mut stopping: watch::Receiver<bool>,
) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let service = service_fn(move |request| answer(request, greeting, port));
    let stop = async move { _ = stopping.wait_for(|stop| *stop).await };
    served::serve(listener, Limits::of(MOST), true, service, stop).await;
}

// ANCHOR: answer
/// What a test server answers: its greeting as the guide's does, and on other paths what a lesson wants to see.
async fn answer(
    request: Request<Incoming>,
    greeting: &str,
    port: u16,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = match request.uri().path() {
        "/" => page(greeting),
        "/received" => received(&request),
        "/redirect" => redirect(&format!("http://127.0.0.1:{port}/welcome")),
        "/welcome" => page("Welcome!"),
        "/cookie" => cookie(page("A cookie for you.")),
        "/slow" => {
            sleep(SLOW).await;
            page(greeting)
        }
        _ => not_found(page("No such page.")),
    };
    let headers = response.headers_mut();
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(SERVER, HeaderValue::from_static("Test-Backend"));
    Ok(response)
}
// ANCHOR_END: answer

fn page(text: &str) -> Response<Full<Bytes>> {
    Response::new(Full::from(text.to_owned()))
}

/// The head of the request as this server received it: what a reader of the course wants to know.
fn received(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let head = message::of_request(request);
    let mut response = page(&head.to_string());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// A redirect as many backends make it: with the address that they know themselves by.
fn redirect(location: &str) -> Response<Full<Bytes>> {
    let mut response = page("Moved.");
    *response.status_mut() = StatusCode::FOUND;
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn cookie(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    response.headers_mut().insert(SET_COOKIE, HeaderValue::from_static("seen=yes; Path=/"));
    response
}

fn not_found(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
