//! A fast backend: one thread, raw bytes, answers that are made once.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{client::head_end, machine::cores};

/// The two members; each says its name in every answer.
pub const NAMES: [&str; 2] = ["one", "two"];
/// How long `/slow` takes.
pub const SLOW: Duration = Duration::from_secs(1);

/// What it answers, whole; and what it has seen.
struct Member {
    head: String,
    small: Vec<u8>,
    middle: Vec<u8>,
    large: Vec<u8>,
    idle: Option<Duration>,
    requests: AtomicU64,
    connections: AtomicU64,
}

/// Answers on a port.
///
/// # Errors
/// The port is taken.
pub fn run(name: &str, port: u16, idle: Option<Duration>) -> io::Result<()> {
    let date = httpdate::fmt_http_date(SystemTime::now());
    let head = format!("HTTP/1.1 200 OK\r\nDate: {date}\r\nServer: {name}\r\nContent-Type: text/plain\r\n");
    let member = Arc::new(Member {
        small: answer(&head, format!("hello, {name}!\n").as_bytes()),
        middle: answer(&head, &[b'm'; 10_000]),
        large: answer(&head, &[b'l'; 1_000_000]),
        head,
        idle,
        requests: AtomicU64::new(0),
        connections: AtomicU64::new(0),
    });
    cores::serve(port, 1, move |stream| {
        let member = member.clone();
        async move {
            member.connections.fetch_add(1, Ordering::Relaxed);
            // A client that goes away is no error here.
            _ = member.converse(stream).await;
        }
    })
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("{head}Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

impl Member {
    async fn converse(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut buffer = Vec::with_capacity(16 * 1024);
        loop {
            let end = loop {
                if let Some(end) = head_end(&buffer) {
                    break end;
                }
                let read = stream.read_buf(&mut buffer);
                let read = match self.idle {
                    Some(idle) => timeout(idle, read).await.unwrap_or(Ok(0))?,
                    None => read.await?,
                };
                if read == 0 {
                    return Ok(());
                }
            };
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let (length, close) = framing(&head);
            let mut left = (end + length).saturating_sub(buffer.len());
            buffer.drain(..buffer.len().min(end + length));
            while left > 0 {
                buffer.clear();
                let read = stream.read_buf(&mut buffer).await?;
                if read == 0 {
                    return Ok(());
                }
                buffer.drain(..read.min(left));
                left = left.saturating_sub(read);
            }
            self.answer(&mut stream, &head, close).await?;
            if close {
                return Ok(());
            }
        }
    }

    async fn answer(&self, stream: &mut TcpStream, head: &str, close: bool) -> io::Result<()> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let made;
        let whole = match head.split(' ').nth(1) {
            Some("/small") => &self.small,
            Some("/10k") => &self.middle,
            Some("/1m") => &self.large,
            Some("/slow") => {
                sleep(SLOW).await;
                &self.small
            }
            Some("/seen") => {
                made = answer(&self.head, head.as_bytes());
                &made
            }
            Some("/count") => {
                let [requests, connections] =
                    [&self.requests, &self.connections].map(|count| count.load(Ordering::Relaxed));
                made = answer(&self.head, format!("{requests} {connections}").as_bytes());
                &made
            }
            _ => {
                made = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec();
                &made
            }
        };
        if close {
            let first = head_end(whole).unwrap_or_default() - 2;
            return stream
                .write_all(&[&whole[..first], b"Connection: close\r\n", &whole[first..]].concat())
                .await;
        }
        stream.write_all(whole).await
    }
}

/// How long the body is, and whether the connection ends with this request.
fn framing(head: &str) -> (usize, bool) {
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.fold((0, false), |(length, close), (name, value)| match name {
        name if name.eq_ignore_ascii_case("content-length") => (value.trim().parse().unwrap_or(0), close),
        name if name.eq_ignore_ascii_case("connection") => {
            (length, value.trim().eq_ignore_ascii_case("close"))
        }
        _ => (length, close),
    })
}
