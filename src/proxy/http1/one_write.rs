//! Small messages written as one piece: `send` of a head and its body together costs the kernel less than `writev`.

use std::{
    borrow::Borrow,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Up to so many bytes are put together on the stack. Heads are shorter, as a rule; twice as much costs every message more
/// than `writev` costs the few between.
const SMALL: usize = 1024;

/// A stream whose small vectored writes are plain ones.
pub(crate) struct OneWrite<S> {
    stream: S,
}

impl<S> OneWrite<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream }
    }
}

impl<S> Borrow<S> for OneWrite<S> {
    fn borrow(&self) -> &S {
        &self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for OneWrite<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for OneWrite<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let stream = Pin::new(&mut self.stream);
        if let [only] = pieces {
            return stream.poll_write(cx, only);
        }
        let length = pieces.iter().map(|piece| piece.len()).sum::<usize>();
        if length > SMALL {
            return stream.poll_write_vectored(cx, pieces);
        }
        let mut whole = [0; SMALL];
        let mut place = &mut whole[..];
        for piece in pieces {
            let (here, rest) = place.split_at_mut(piece.len());
            here.copy_from_slice(piece);
            place = rest;
        }
        stream.poll_write(cx, &whole[..length])
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn every_byte_arrives_once_and_in_order() {
        for lengths in [[0, 0, 0], [3, 0, 4], [SMALL - 1, 0, 1], [SMALL, 1, 0], [9, 5 * SMALL, 9]] {
            // It takes a part of what is written at a time.
            let (stream, mut other) = duplex(300);
            let pieces = lengths.map(|length| (0..length).map(|at| at as u8).collect::<Vec<_>>());
            let all = pieces.concat();
            let written = tokio::spawn(async move {
                let mut stream = OneWrite::new(stream);
                let mut slices = pieces.each_ref().map(|piece| IoSlice::new(piece));
                let mut slices = &mut slices[..];
                IoSlice::advance_slices(&mut slices, 0);
                while !slices.is_empty() {
                    let length = stream.write_vectored(slices).await.unwrap();
                    IoSlice::advance_slices(&mut slices, length);
                }
                stream.flush().await.unwrap();
            });
            let mut read = Vec::new();
            other.read_to_end(&mut read).await.unwrap();
            written.await.unwrap();
            assert_eq!(read, all, "{lengths:?}");
        }
    }
}
