//! The end of a connection whose client may still be sending (RFC 9112 §9.6).
//!
//! A system resets a connection that is closed with bytes unread, and a client that learns of it may lose the answer that
//! it has not read yet. So the proxy says that it sends no more, and reads on for a while, as Apache does.

use std::{
    future::poll_fn,
    io,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::Instant;

use super::{alarm::Alarm, buffer::Buffer};

/// How long nothing may come (Apache's `SECONDS_TO_LINGER`); whoever was late has no longer in all.
pub(crate) const SILENCE: Duration = Duration::from_secs(2);
/// How long it may take in all (Apache's `MAX_SECS_TO_LINGER`).
pub(crate) const MOST: Duration = Duration::from_secs(30);

/// Reads what nobody wants any more, with `read`, until the client has closed too, or has had its time, which is `most`
/// in all.
pub(crate) async fn linger(
    alarm: &mut Alarm,
    most: Duration,
    mut read: impl FnMut(&mut Context<'_>, &mut Buffer) -> Poll<io::Result<usize>>,
) {
    let began = Instant::now();
    let mut heard = began;
    poll_fn(|cx| {
        loop {
            let end = (heard + SILENCE).min(began + most);
            match read(cx, &mut Buffer::default()) {
                Poll::Pending => return alarm.poll(end, cx),
                Poll::Ready(Ok(1..)) => heard = Instant::now(),
                Poll::Ready(_) => return Poll::Ready(()),
            }
            if heard >= end {
                return Poll::Ready(());
            }
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use tokio::{
        io::{AsyncRead, AsyncWriteExt, DuplexStream, ReadBuf, duplex},
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
        linger(&mut Alarm::default(), MOST, |cx, _| {
            let mut bytes = [0; 8];
            let mut read = ReadBuf::new(&mut bytes);
            Pin::new(&mut stream).poll_read(cx, &mut read).map_ok(|()| read.filled().len())
        })
        .await;
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
