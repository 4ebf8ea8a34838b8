//! A connection as a stream of bytes: TCP, or what a module makes of it.

use std::{
    io::{self, ErrorKind, IoSlice},
    task::{Context, Poll, ready},
};

use tokio::net::TcpStream;

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
    pub(crate) fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut Buffer) -> Poll<io::Result<usize>> {
        loop {
            if let Err(error) = ready!(self.0.poll_read_ready(cx)) {
                return Poll::Ready(Err(error));
            }
            match self.0.try_read(buffer.space()) {
                Ok(length) => {
                    buffer.filled(length);
                    buffer.release();
                    return Poll::Ready(Ok(length));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => buffer.release(),
                Err(error) => {
                    buffer.release();
                    return Poll::Ready(Err(error));
                }
            }
        }
    }

    /// Writes as much as the other side takes now, with one call of the system.
    pub(crate) fn poll_write(&self, cx: &mut Context<'_>, pieces: &[&[u8]]) -> Poll<io::Result<usize>> {
        loop {
            if let Err(error) = ready!(self.0.poll_write_ready(cx)) {
                return Poll::Ready(Err(error));
            }
            let written = match pieces {
                [only] => self.0.try_write(only),
                [one, two] => self.0.try_write_vectored(&[IoSlice::new(one), IoSlice::new(two)]),
                more => self
                    .0
                    .try_write_vectored(&more.iter().map(|piece| IoSlice::new(piece)).collect::<Vec<_>>()),
            };
            match written {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    /// Says that nothing more is written.
    pub(crate) fn shut_down(&self) {
        // Whoever has gone already need not be told.
        _ = socket2::SockRef::from(&self.0).shutdown(std::net::Shutdown::Write);
    }
}
