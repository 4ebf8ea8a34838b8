//! A connection as a stream of bytes: TCP, or what a module makes of it.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::buffer::Buffer;

/// A stream; both its halves are used by the same task.
#[derive(Debug)]
pub(crate) struct Stream(TcpStream);

impl Stream {
    /// The stream of a TCP connection.
    pub(crate) fn new(tcp: TcpStream) -> Self {
        Self(tcp)
    }

    /// Reads what is there into the buffer; 0 bytes are the end.
    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut Buffer) -> Poll<io::Result<usize>> {
        let mut space = ReadBuf::new(buffer.space());
        let read = Pin::new(&mut self.0).poll_read(cx, &mut space);
        let length = space.filled().len();
        buffer.filled(length);
        buffer.release();
        read.map_ok(|()| length)
    }

    /// Writes as much of one piece, or of two, as the other side takes now, with one call of the system.
    pub(crate) fn poll_write(&mut self, cx: &mut Context<'_>, pieces: &[&[u8]]) -> Poll<io::Result<usize>> {
        let stream = Pin::new(&mut self.0);
        match pieces {
            [one, two] => stream.poll_write_vectored(cx, &[IoSlice::new(one), IoSlice::new(two)]),
            one => stream.poll_write(cx, one.first().copied().unwrap_or_default()),
        }
    }

    /// Whether there is nothing to read, not even an end.
    pub(crate) fn is_quiet(&self) -> bool {
        // Not `poll_read`: to a task that has had its share of polls, that says "not yet", whatever there is.
        matches!(self.0.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Says that nothing more is written.
    pub(crate) fn shut_down(&self) {
        // Whoever has gone already need not be told.
        _ = socket2::SockRef::from(&self.0).shutdown(std::net::Shutdown::Write);
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::AsyncWriteExt,
        net::TcpListener,
        task::{consume_budget, coop::has_budget_remaining},
    };

    use super::*;

    #[tokio::test]
    async fn what_was_said_is_heard_by_a_task_that_has_had_its_share() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut theirs, _) = listener.accept().await.unwrap();
        let stream = Stream::new(ours);
        assert!(stream.is_quiet());
        theirs.write_all(b"HTTP/1.1 200 OK").await.unwrap();
        stream.0.readable().await.unwrap();
        while has_budget_remaining() {
            consume_budget().await;
        }
        assert!(!stream.is_quiet());
    }
}
