//! A client's connection, byte by byte: nothing is tried again, and nothing is hidden.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An answer, complete.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    /// Whether the server ends the connection with it.
    pub close: bool,
}

/// A connection that stays open from one request to the next.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A GET.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
}

/// A POST with a body of so many bytes.
pub fn post(path: &str, bytes: usize) -> Vec<u8> {
    let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {bytes}\r\n\r\n");
    [head.as_bytes(), &vec![b'p'; bytes]].concat()
}

/// Where a head ends that is complete.
pub fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Nobody takes the connection.
    pub async fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// Sends a request, and reads its answer to the end.
    ///
    /// # Errors
    /// The connection ended before that.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.send(request).await?;
        self.answer().await
    }

    /// Sends bytes, a whole request or not.
    ///
    /// # Errors
    /// The connection has ended.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads an answer to the end.
    ///
    /// # Errors
    /// The connection ended before that.
    pub async fn answer(&mut self) -> io::Result<Answer> {
        let end = loop {
            if let Some(end) = head_end(&self.buffer) {
                break end;
            }
            self.read().await?;
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let field = |name: &str| {
            let fields = head.lines().filter_map(|line| line.split_once(':'));
            fields.filter(|(found, _)| *found == name).map(|(_, value)| value.trim().to_owned()).next()
        };
        let length = field("content-length").and_then(|length| length.parse::<usize>().ok());
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        let body = match length {
            Some(length) => {
                while self.buffer.len() < length {
                    self.read().await?;
                }
                self.buffer.drain(..length).collect()
            }
            None => {
                while self.read().await.is_ok() {}
                std::mem::take(&mut self.buffer)
            }
        };
        let close = length.is_none() || field("connection").is_some_and(|value| value == "close");
        Ok(Answer { status, body, close })
    }

    async fn read(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Waits until the server says something, or ends it; whether it said something.
    pub async fn peek(&mut self) -> bool {
        !self.buffer.is_empty() || self.stream.peek(&mut [0]).await.is_ok_and(|read| read != 0)
    }

    /// Whether the server has not ended it, as far as is known here.
    pub fn is_open(&self) -> bool {
        matches!(self.stream.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }
}
