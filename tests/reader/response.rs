//! A response.

use super::{
    Read, chunked,
    grammar::is_field_value,
    latin1,
    lines::{Fields, Lines},
    request::Speaker,
};

/// What is known of the request that is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `HEAD`: the answer has no body.
    pub head: bool,
    /// The digit after `HTTP/1.`.
    pub minor: u8,
}

/// A response that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub fields: Fields,
    pub body: Vec<u8>,
    /// Whether the connection ends with it.
    pub last: bool,
}

impl Response {
    /// Whether another one follows for the same request (RFC 9110 §15.2).
    pub fn is_interim(&self) -> bool {
        self.status < 200
    }

    /// The response as text, without its framing.
    pub fn text(&self) -> String {
        let fields = self.fields.0.iter().map(|(name, value)| format!("{name}: {value}\n"));
        format!("{}\n{}\n{}", self.status, fields.collect::<String>(), latin1(&self.body))
    }
}

/// The next response; `closed` says that nothing more will come.
pub fn response(bytes: &[u8], asked: Asked, closed: bool) -> Read<Response> {
    let mut lines = Lines::new(bytes);
    let Some(start) = lines.line()? else { return Ok(None) };
    let (minor, status) = status_line(start)?;
    let Some(fields) = lines.fields(false)? else { return Ok(None) };
    let (length, chunked) = (fields.content_length()?, fields.is_chunked()?);
    check(&fields, status, asked)?;
    let options = fields.list("connection");
    let mut last =
        options.contains(&"close".to_owned()) || minor == 0 && !options.contains(&"keep-alive".to_owned());
    // RFC 9112 §6.3, in its order.
    let body = if asked.head || status < 200 || status == 204 || status == 304 {
        Vec::new()
    } else if chunked {
        let Some((body, _)) = chunked::read(&mut lines, Speaker::Proxy)? else { return Ok(None) };
        body
    } else if let Some(length) = length {
        let length = usize::try_from(length).map_err(|_| "a body beyond this machine")?;
        let Some(body) = lines.rest().get(..length) else { return Ok(None) };
        lines.at += length;
        body.to_vec()
    } else if closed {
        last = true;
        let body = lines.rest().to_vec();
        lines.at += body.len();
        body
    } else {
        return Ok(None);
    };
    Ok(Some((Response { status, fields, body, last }, lines.at)))
}

/// `HTTP/1.x SP 3DIGIT SP [ reason ]` (RFC 9112 §4).
fn status_line(line: &[u8]) -> Result<(u8, u16), String> {
    let none = || format!("a status line that is none: {:?}", latin1(line));
    let (version, rest) = line.split_at_checked("HTTP/1.1 ".len()).ok_or_else(none)?;
    let minor = match version {
        b"HTTP/1.1 " => 1,
        b"HTTP/1.0 " => 0,
        _ => return Err(none()),
    };
    match rest {
        [a @ b'1'..=b'9', b, c, b' ', reason @ ..]
            if b.is_ascii_digit() && c.is_ascii_digit() && is_field_value(reason) =>
        {
            let digit = |b: &u8| u16::from(*b - b'0');
            Ok((minor, digit(a) * 100 + digit(b) * 10 + digit(c)))
        }
        _ => Err(none()),
    }
}

/// RFC 9112 §6.1, RFC 9110 §8.6, §15.2, §7.6.1.
fn check(fields: &Fields, status: u16, asked: Asked) -> Result<(), String> {
    let (length, coded) = (fields.has("content-length"), fields.has("transfer-encoding"));
    let options = fields.list("connection");
    let unnamed = |name: &&str| fields.has(name) && !options.contains(&(*name).to_owned());
    let wrong = match status {
        101 => "a switch of protocols that nobody asked for",
        100..200 if asked.minor == 0 => "an interim answer to HTTP/1.0",
        100..200 | 204 if length || coded => "a length where there is no body",
        _ if length && coded => "Content-Length beside Transfer-Encoding",
        _ if coded && asked.minor == 0 => "chunks for HTTP/1.0",
        _ if ["keep-alive", "proxy-connection", "te", "upgrade"].iter().any(unnamed) => {
            "a hop-by-hop field that Connection does not name"
        }
        _ => return Ok(()),
    };
    Err(wrong.to_owned())
}
