//! One client's connection, from its first request to its last.

use std::{
    future::{Future, poll_fn},
    net::SocketAddr,
    pin::pin,
    rc::Rc,
    sync::Arc,
    task::Poll,
};

use tokio::{
    net::TcpStream,
    task::yield_now,
    time::{Instant, timeout_at},
};

use crate::proxy::{
    Error, Proxy, Visit,
    answer::{Answer, Body},
    core::persistence::Persistence,
    http1::{
        head::Head,
        lent::Lent,
        linger::{self, linger},
        name::{CONTENT_LENGTH, HOST},
        request_head::Refusal,
        request_target::RequestTarget,
        stream::Stream,
    },
    mod_proxy::headers,
    server::{
        client::{Client, Next},
        hosts::Hosts,
        saying::Saying,
        thread::Thread,
    },
    trace::Trace,
};

/// Serves one client's connection until it ends, or until the server stops and its request is answered. The server need
/// not wait for what is left when `in_flight` is dropped.
pub(super) async fn connection<T>(
    tcp: TcpStream,
    client: SocketAddr,
    local: SocketAddr,
    core: Rc<Thread>,
    in_flight: T,
) {
    let address = headers::address(client.ip());
    let mut client = Client::new(Stream::new(tcp), core.hosts().limits(local));
    let mut stop = pin!(core.stops());
    // A stop wakes this task; asked for once, for all requests.
    poll_fn(|cx| Poll::Ready(_ = stop.as_mut().poll(cx))).await;
    let mut went_idle = false;
    loop {
        let mut head = None;
        let refusal = match poll_fn(|cx| client.poll_next(&mut head, core.is_stopping(), cx)).await {
            Next::Head => None,
            Next::Refused(refusal) => Some(refusal),
            // What has arrived is known once the system has been asked.
            Next::Idle if !went_idle => {
                went_idle = true;
                yield_now().await;
                continue;
            }
            Next::Idle | Next::End => break,
        };
        let (head, hosts) = (head.unwrap_or_default(), core.hosts());
        if !answer(&mut client, &head, refusal, local, &address, &hosts, &core).await {
            break;
        }
    }
    drop(in_flight);
    end(client).await;
}

/// Closes the connection; whoever still sends gets an orderly end (RFC 9112 §9.6).
async fn end(mut client: Client) {
    if client.has_read_all() && !client.late {
        return;
    }
    client.stream.shut_down();
    let most = if client.late { linger::SILENCE } else { linger::MOST };
    let Client { stream, alarm, .. } = &mut client;
    linger(alarm, most, |cx, buffer| stream.poll_read(cx, buffer)).await;
}

/// Answers one request: with what `forward` brings, or with Apache's page of what went wrong. Whether another may follow.
async fn answer(
    client: &mut Client,
    request: &Head,
    refusal: Option<Refusal>,
    local: SocketAddr,
    address: &str,
    hosts: &Arc<Hosts>,
    core: &Thread,
) -> bool {
    let watcher = core.watcher();
    let mut trace = Trace::begin(watcher, request);
    let proxy = hosts.find(local, host(request));
    client.limits.idle = proxy.core.keep_alive_timeout.limit();
    client.limits.silence = proxy.core.timeout.limit();
    let answered = match refusal {
        Some(refusal) => Err(refusal.into()),
        None => {
            let visit = Visit { client: address, modules: &hosts.modules, backends: core.backends() };
            proxy.forward(&visit, request, client, &mut trace).await
        }
    };
    let (mut answer, error) = match answered {
        Ok(answer) => (answer, None),
        Err(error) => {
            log::log!(target: "proxy", error.level(), "{error}");
            trace.failed(&error);
            // The client cannot tell a backend that closes from a connection that was idle for too long: it asks again.
            if matches!(error, Error::ClientGone) || client.heads > 1 && matches!(error, Error::Closed(_)) {
                trace.end(watcher, None);
                return false;
            }
            (error.answer(request.method()).into(), Some(error))
        }
    };
    let mut saying = begin(client, request, &mut answer, proxy, error.is_some(), core);
    trace.end(watcher, Some(&answer.head));
    let close = std::mem::take(&mut saying.1);
    let said = poll_fn(|cx| saying.0.poll(client, &mut answer.body, cx)).await;
    client.out = Lent::without_room();
    if let Err(error) = said {
        log::log!(target: "proxy", error.level(), "{error}");
        return false;
    }
    send_rest(client, &mut answer.body).await && client.drop_body() && !close
}

/// Writes the head of an answer, and says how the body follows, and whether the connection is closed then.
fn begin(
    client: &mut Client,
    request: &Head,
    answer: &mut Answer,
    proxy: &Proxy,
    page: bool,
    core: &Thread,
) -> (Saying, bool) {
    let to_head = request.method() == b"HEAD";
    let (head, length) = (&mut answer.head, answer.body.length());
    let bare = to_head || matches!(head.status(), 204 | 304);
    if let (Some(length), false, false) = (length, bare, head.has(CONTENT_LENGTH)) {
        head.set_to(CONTENT_LENGTH, format_args!("{length}"));
    }
    // What is left of a request that nobody wants would be taken for the next one.
    let whole = match &answer.body {
        Body::Incoming(incoming) => !incoming.is_refused(),
        Body::Empty | Body::Full(..) => client.drop_body(),
    };
    let stays = whole && client.may_go_on() && !core.is_stopping();
    let framed =
        Persistence::of(request).apply(head, length, client.old, stays, proxy.core.keep_alive_timeout);
    if page {
        Error::end_of_head(head);
    }
    client.out = Lent::new();
    head.write_response(&mut client.out);
    (Saying::new(framed.chunked, bare), framed.close)
}

/// The answer is on its way; what is left of the request goes on to the backend as long as that takes it. Whether all of
/// it has.
async fn send_rest(client: &mut Client, body: &mut Body) -> bool {
    let Body::Incoming(incoming) = body else { return true };
    if incoming.is_refused() {
        return false;
    }
    let most = Instant::now() + linger::MOST;
    loop {
        let soon = most.min(Instant::now() + linger::SILENCE);
        match timeout_at(soon, poll_fn(|cx| incoming.poll_end(client, cx))).await {
            Ok(ended) => return ended.is_ok(),
            Err(_) if soon < most && incoming.upload_moved() => {}
            Err(_) => return false,
        }
    }
}

/// The host that the client asks for.
fn host(request: &Head) -> &str {
    let authority = match request.target() {
        // As nearly always: no whole URL.
        path if path.starts_with('/') => None,
        target => RequestTarget::of(target).host(),
    };
    let host = authority.or_else(|| request.text(HOST)).unwrap_or_default();
    // No host is longer (RFC 1035 §2.3.4), and whoever says so gets 400.
    if host.len() > 255 + ":65535".len() { "" } else { host }
}
