//! HTTP/1.1 for the lab's backends and the book: whoever connects can hold it up neither by silence nor by numbers.

use std::{
    convert::Infallible,
    pin::{Pin, pin},
    time::Duration,
};

use hyper::{
    Request, Response,
    body::{Body, Bytes, Incoming},
    server::conn::http1,
    service::Service,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};
use tokio_io_timeout::TimeoutStream;

/// How long a client may take for the head of a request, or say nothing between two.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a client may take no byte of an answer.
const UNREAD: Duration = Duration::from_secs(60);
/// How much of an answer waits in the system for its client, in bytes.
const WAITING: usize = 64 << 10;
/// How long nobody is accepted after the system has refused to: it has no file descriptor left.
const AGAIN: Duration = Duration::from_millis(100);

/// What may be set otherwise.
pub(crate) struct Limits {
    /// How many clients are served at once; others wait until one goes.
    pub clients: usize,
    /// How long a client may be silent.
    pub silence: Duration,
    /// How long it may take no byte of an answer.
    pub unread: Duration,
}

impl Limits {
    /// So many clients, with the usual patience.
    pub(crate) fn of(clients: usize) -> Self {
        Self { clients, silence: SILENCE, unread: UNREAD }
    }
}

/// Serves until `stop` is ready; then every connection is cut off.
pub(crate) async fn serve<S, B>(
    listener: TcpListener,
    limits: Limits,
    title_case: bool,
    service: S,
    stop: impl Future<Output = ()>,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data = Bytes, Error: std::error::Error + Send + Sync> + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.silence).title_case_headers(title_case);
    // They end with this value, and so with this call.
    let mut clients = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = stop.as_mut() => return,
            Some(_) = clients.join_next() => continue,
            accepted = listener.accept(), if clients.len() < limits.clients => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection =
                    http.serve_connection(TokioIo::new(timed(stream, limits.unread)), service.clone());
                clients.spawn(async move { _ = connection.await });
            }
            Err(_) => sleep(AGAIN).await,
        }
    }
}

fn timed(stream: TcpStream, unread: Duration) -> Pin<Box<TimeoutStream<TcpStream>>> {
    // A page that was away is told what is new, not first what the system has kept for it: megabytes, otherwise.
    _ = SockRef::from(&stream).set_send_buffer_size(WAITING);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(unread));
    Box::pin(stream)
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;
    use hyper::service::service_fn;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        time::timeout,
    };

    use super::*;

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /// Whether a second client is served although the first, the only one at a time, does this and no more.
    async fn others_are_served(said: &[u8]) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let patience = Duration::from_millis(50);
        let limits = Limits { clients: 1, silence: patience, unread: patience };
        let service = service_fn(async |_| Ok(Response::new(Full::from(vec![b'x'; 16 << 20]))));
        let serving = serve(listener, limits, false, service, std::future::pending());
        let asking = async {
            let mut first = TcpStream::connect(address).await.unwrap();
            first.write_all(said).await.unwrap();
            let mut second = TcpStream::connect(address).await.unwrap();
            second.write_all(ASK).await.unwrap();
            let served = second.read_u8().await;
            assert!(served.is_ok(), "{served:?}");
        };
        tokio::select! {
            () = serving => unreachable!("it serves for ever"),
            served = timeout(Duration::from_secs(10), asking) => served.unwrap(),
        }
    }

    #[tokio::test]
    async fn silence_and_half_a_head_hold_it_up_for_a_while_only() {
        others_are_served(b"").await;
        others_are_served(b"GET / HTTP/1.1\r\nHo").await;
    }

    #[tokio::test]
    async fn an_answer_that_nobody_takes_does_not_hold_it_up() {
        others_are_served(ASK).await;
    }
}
