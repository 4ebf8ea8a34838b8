//! Messages as they stand on the wire, read without trust: what is cut off or malformed is kept and marked.

use std::{
    io::{BufRead, BufReader, ErrorKind, Read},
    net::TcpStream,
    time::Duration,
};

/// How long either end waits before it gives up on the other, which is then part of what is compared.
pub const PATIENCE: Duration = Duration::from_secs(14);

/// A message, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    pub start: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// What was special about the end: cut off, or timed out.
    pub end: &'static str,
}

impl Message {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn is_chunked(&self) -> bool {
        self.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    }

    /// The message as lines; bytes that are no text show as their code points.
    pub fn text(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let body = if self.body.is_empty() { String::new() } else { format!("{}\n", latin1(&self.body)) };
        format!("{}\n{headers}\n{body}{}", self.start, self.end)
    }
}

pub fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Which part of a message there is to read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A request: without a length it has no body.
    Request,
    /// The head of a request.
    RequestHead,
    /// A response: without a length it ends with the connection.
    Response,
    /// The head alone, as of the answer to `HEAD`.
    Head,
}

/// The next message; `None` if the other end closed before it began.
pub fn read(stream: &mut BufReader<TcpStream>, part: Part) -> Option<Message> {
    let mut message = Message::default();
    message.start = line(stream, &mut message.end)?;
    if matches!(part, Part::Response | Part::Head) && !message.start.starts_with("HTTP/") {
        // HTTP/0.9: no head at all.
        rest(stream, &mut message);
        return Some(message);
    }
    loop {
        match line(stream, &mut message.end) {
            Some(header) if header.is_empty() => break,
            Some(header) => {
                let (name, value) = header.split_once(": ").unwrap_or((&header, ""));
                message.headers.push((name.to_owned(), value.to_owned()));
            }
            None => {
                message.end = "(cut off in the head)";
                return Some(message);
            }
        }
    }
    if matches!(part, Part::Request | Part::Response) {
        read_body(stream, &mut message, part);
    }
    Some(message)
}

/// Reads the body that the head announces.
pub fn read_body(stream: &mut BufReader<TcpStream>, message: &mut Message, part: Part) {
    let status = message.start.get(9..12).unwrap_or_default();
    if part == Part::Response && (status.starts_with('1') || status == "204" || status == "304") {
        return;
    }
    if message.is_chunked() {
        while let Some(size) = line(stream, &mut message.end) {
            let Ok(size) = usize::from_str_radix(&size, 16) else { break };
            if size == 0 {
                while line(stream, &mut message.end).is_some_and(|trailer| !trailer.is_empty()) {}
                return;
            }
            let at = message.body.len();
            take(stream, message, size);
            if message.body.len() < at + size || line(stream, &mut message.end).is_none() {
                break;
            }
        }
        message.end = "(no last chunk)";
    } else if let Some(length) = message.header("content-length").and_then(|length| length.parse().ok()) {
        take(stream, message, length);
        if message.body.len() < length {
            message.end = "(cut off in the body)";
        }
    } else if part == Part::Response {
        rest(stream, message);
    }
}

fn take(stream: &mut BufReader<TcpStream>, message: &mut Message, size: usize) {
    if stream.by_ref().take(size as u64).read_to_end(&mut message.body).is_err() {
        message.end = "(broken off)";
    }
}

fn rest(stream: &mut BufReader<TcpStream>, message: &mut Message) {
    if let Err(error) = stream.read_to_end(&mut message.body)
        && error.kind() != ErrorKind::ConnectionReset
    {
        message.end = "(nothing more came)";
    }
}

/// The next line without its end; `None` at the end of the stream.
fn line(stream: &mut BufReader<TcpStream>, end: &mut &'static str) -> Option<String> {
    let mut bytes = Vec::new();
    match stream.read_until(b'\n', &mut bytes) {
        Ok(0) => None,
        Ok(_) => {
            let text = latin1(&bytes);
            Some(text.strip_suffix("\r\n").or(text.strip_suffix('\n')).unwrap_or(&text).to_owned())
        }
        Err(error) => {
            if error.kind() != ErrorKind::ConnectionReset {
                *end = "(nothing more came)";
            }
            None
        }
    }
}

/// A text of a case as bytes: line ends are CRLF, `␊ ␍ ␀` are the bare characters, `{x*9}` repeats.
pub fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((what, times, after)) = repeat(rest) {
            // Line ends in it are line ends too.
            bytes.extend(self::bytes(what).repeat(times));
            rest = after;
            continue;
        }
        match c {
            '\n' => bytes.extend(b"\r\n"),
            '␊' => bytes.push(b'\n'),
            '␍' => bytes.push(b'\r'),
            '␀' => bytes.push(0),
            c => bytes.extend(c.to_string().into_bytes()),
        }
        rest = &rest[c.len_utf8()..];
    }
    bytes
}

fn repeat(text: &str) -> Option<(&str, usize, &str)> {
    let (inside, after) = text.strip_prefix('{')?.split_once('}')?;
    let (what, times) = inside.rsplit_once('*')?;
    Some((what, times.parse().ok()?, after))
}
