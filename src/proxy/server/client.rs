//! One connection of a client, from its first request to its last.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering},
    task::Poll,
};

use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HOST, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{sync::watch, task::yield_now};

use crate::proxy::{
    Body, Error, Visit, core::persistence::Persistence, http1::one_write::OneWrite, http1::raw_head::Refusal,
    mod_proxy::headers, mod_proxy_http::pool::Backends, server::hosts::Hosts, server::shared::Shared,
    server::strict::Strict, server::told::Told, trace::Trace,
};

/// Serves one client's connection until it ends, or until the server stops and its request is answered.
pub(crate) async fn connection(
    stream: tokio::net::TcpStream,
    client: SocketAddr,
    local: SocketAddr,
    shared: Arc<Shared>,
    backends: Arc<Backends>,
    stopping: watch::Receiver<bool>,
) {
    let count = Cell::new(0);
    let limits = shared.hosts.load().limits(local);
    let told = limits.told.clone();
    let mut stream = Strict::new(OneWrite::new(stream), limits);
    let address = headers::address(client.ip());
    let hosts = shared.hosts.load_full();
    let here = RefCell::new(Arc::new(Here { address, local, told: told.clone(), hosts, shared, backends }));
    let mut service = service_fn(move |request| {
        let mut here = here.borrow_mut();
        if !here.is_current() {
            *here = Arc::new(here.renewed());
        }
        let number = count.replace(count.get() + 1);
        let refusal = here.told.refused.get().filter(|(at, _)| *at == number).map(|(_, why)| *why);
        answer(request, number == 0, refusal, here.clone())
    });
    let mut http = http1::Builder::new();
    http.title_case_headers(true).half_close(true);
    let (news, mut listens) = (stopping.clone(), false);
    let mut stop = pin!(told_to_stop(stopping));
    loop {
        (stream, service) = {
            // In a box of its own, which is gone while the client is idle.
            let mut connection = Box::new(http.serve_connection(TokioIo::new(stream), service));
            let end = poll_fn(|cx| match Pin::new(&mut *connection).poll(cx) {
                Poll::Ready(ended) => Poll::Ready(End::Closed(ended)),
                Poll::Pending if told.take_rest() => Poll::Ready(End::Rests),
                // A request that is there already is no idle connection's: it is read before the stop is heard. All cores
                // share what tells of it, so it is asked again only when there is news.
                Poll::Pending if !listens || !matches!(news.has_changed(), Ok(false)) => {
                    listens = true;
                    stop.as_mut().poll(cx).map(|()| End::Stops)
                }
                Poll::Pending => Poll::Pending,
            });
            match end.await {
                End::Closed(Ok(())) => return,
                End::Closed(Err(error)) => {
                    return log::debug!(target: "core", "connection of {client}: {error}");
                }
                End::Rests => {}
                End::Stops => {
                    Pin::new(&mut *connection).graceful_shutdown();
                    let said_all = poll_fn(|cx| match Pin::new(&mut *connection).poll(cx) {
                        Poll::Pending if !told.has_said_all() => Poll::Pending,
                        _ => Poll::Ready(()),
                    });
                    return said_all.await;
                }
            }
            let parts = connection.into_parts();
            debug_assert!(parts.read_buf.is_empty(), "an idle client has sent nothing");
            (parts.io.into_inner(), parts.service)
        };
        tokio::select! {
            biased;
            () = stream.stirs() => {}
            () = &mut stop => return,
        }
    }
}

/// Why a connection is not served on as it is.
enum End {
    Closed(hyper::Result<()>),
    /// The client is idle.
    Rests,
    /// The server stops.
    Stops,
}

async fn told_to_stop(mut stopping: watch::Receiver<bool>) {
    _ = stopping.wait_for(|stop| *stop).await;
    // What has arrived is known once the system has been asked.
    yield_now().await;
}

/// What the requests of one connection have in common.
#[derive(Clone)]
struct Here {
    /// The client's address, as `X-Forwarded-For` has it.
    address: HeaderValue,
    local: SocketAddr,
    told: Arc<Told>,
    /// The site as it was when the last request came. A count of references for each request would be written by every
    /// core in turn, which costs more than to compare.
    hosts: Arc<Hosts>,
    shared: Arc<Shared>,
    backends: Arc<Backends>,
}

impl Here {
    fn is_current(&self) -> bool {
        Arc::ptr_eq(&self.hosts, &self.shared.hosts.load())
    }

    fn renewed(&self) -> Self {
        Self { hosts: self.shared.hosts.load_full(), ..self.clone() }
    }
}

/// Answers one request: with what `forward` brings, or with Apache's page of what went wrong.
///
/// # Errors
/// The backend closed without an answer, and it is not the client's first request: Apache then closes too, and the
/// client, who cannot tell it from a connection that was idle for too long, asks again.
async fn answer(
    request: Request<Incoming>,
    first: bool,
    refusal: Option<Refusal>,
    here: Arc<Here>,
) -> Result<Response<Body>, Error> {
    let shared = &here.shared;
    let watcher = shared.watcher.as_ref();
    let mut trace = Trace::begin(watcher, &request);
    let persistence = Persistence::of(&request);
    let (version, head) = (request.version(), request.method() == Method::HEAD);

    let host = request.uri().host().or_else(|| request.headers().get(HOST)?.to_str().ok());
    let proxy = here.hosts.find(here.local, host.unwrap_or_default());
    here.told.idle.set(proxy.core.keep_alive_timeout);
    let visit = Visit {
        client: &here.address,
        modules: &here.hosts.modules,
        backends: &here.backends,
        resend: shared.resend.load(Ordering::Relaxed),
    };
    let answered = match refusal {
        Some(refusal) => Err(refusal.into()),
        None => proxy.forward(&visit, request, &mut trace).await,
    };
    let page = answered.is_err();
    let mut response = match answered {
        Ok(response) => response,
        Err(error) => {
            log::log!(target: "proxy", error.level(), "{error}");
            trace.failed(&error);
            if error.status() == StatusCode::REQUEST_TIMEOUT {
                here.told.late();
            }
            if !first && matches!(error, Error::Closed(_)) {
                trace.end::<()>(watcher, None);
                return Err(error);
            }
            error.response(head)
        }
    };
    persistence.apply(&mut response, version, proxy.core.keep_alive_timeout);
    if page {
        let html = HeaderValue::from_static("text/html; charset=iso-8859-1");
        response.headers_mut().insert(CONTENT_TYPE, html);
    }
    trace.end(watcher, Some(&response));
    Ok(response)
}
