//! The end of a connection whose client may still be sending (RFC 9112 §9.6).
//!
//! A system resets a connection that is closed with bytes unread, and a client that learns of it may lose the answer that
//! it has not read yet. So the proxy says that it sends no more, and reads on for a while, as Apache does.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, ReadBuf},
    time::Instant,
};

use crate::proxy::http1::alarm::Alarm;

/// How long nothing may come (Apache's `SECONDS_TO_LINGER`); whoever was late has no longer in all.
pub(crate) const SILENCE: Duration = Duration::from_secs(2);
/// How long it may take in all (Apache's `MAX_SECS_TO_LINGER`).
pub(crate) const MOST: Duration = Duration::from_secs(30);

/// Reads what nobody wants any more.
#[derive(Debug, Default)]
pub(crate) struct Linger {
    /// When it began, and when something came last.
    since: Option<(Instant, Instant)>,
    alarm: Alarm,
}

impl Linger {
    /// Whether it is being read already.
    pub(crate) fn has_begun(&self) -> bool {
        self.since.is_some()
    }

    /// Ready when the client has closed too, or has had its time, which is `most` in all.
    pub(crate) fn poll(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin),
        most: Duration,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let now = Instant::now();
        let (began, heard) = self.since.get_or_insert((now, now));
        let mut unwanted = [0; 4096];
        loop {
            let end = (*heard + SILENCE).min(*began + most);
            let mut buf = ReadBuf::new(&mut unwanted);
            if Pin::new(&mut *stream).poll_read(cx, &mut buf).is_pending() {
                ready!(self.alarm.poll(end, cx));
                return Poll::Ready(());
            }
            *heard = Instant::now();
            if buf.filled().is_empty() || *heard >= end {
                return Poll::Ready(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::{
        io::{AsyncWriteExt, DuplexStream, duplex},
        time::sleep,
    };

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// How long a client is listened to that sends a byte each second, so often, and then says nothing or closes.
    async fn lingers(bytes: u32, closes: bool) -> Duration {
        let (mut client, mut stream): (DuplexStream, DuplexStream) = duplex(64);
        let start = Instant::now();
        let client = tokio::spawn(async move {
            for _ in 0..bytes {
                sleep(SECOND).await;
                _ = client.write_all(b"x").await;
            }
            if !closes {
                sleep(100 * SECOND).await;
            }
        });
        let mut linger = Linger::default();
        poll_fn(|cx| linger.poll(&mut stream, MOST, cx)).await;
        client.abort();
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_the_client_or_with_its_patience() {
        for (bytes, closes, seconds) in
            [(0, true, 0), (3, true, 3), (0, false, 2), (3, false, 5), (90, false, 30)]
        {
            assert_eq!(lingers(bytes, closes).await.as_secs(), seconds, "{bytes} bytes");
        }
    }
}
