//! A request.

use super::{
    Read, chunked,
    grammar::{is_host, is_origin_form, is_token},
    latin1,
    lines::{Fields, Lines},
};

/// Who is listened to: what a server may put up with from a client, no proxy may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Empty lines before the request (RFC 9112 §2.2), folded lines (§5.2), another version (RFC 9110 §2.5), whatever
    /// stands where the target does (a proxy judges and writes it anew), any expectation (RFC 9110 §10.1.1), a length
    /// beside chunks (RFC 9112 §6.3), blanks behind a chunk's size and extensions of any kind (§7.1.1), and what is about
    /// the client's own connection.
    Client,
    /// Nothing of the kind.
    Proxy,
}

/// A request that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    pub target: String,
    /// The digit after `HTTP/1.`.
    pub minor: u8,
    pub fields: Fields,
    pub body: Vec<u8>,
    pub trailers: Fields,
}

impl Request {
    /// The request as text, without its framing.
    pub fn text(&self) -> String {
        let fields = self.fields.0.iter().map(|(name, value)| format!("{name}: {value}\n"));
        format!("{} {}\n{}\n{}", self.method, self.target, fields.collect::<String>(), latin1(&self.body))
    }
}

/// The next request.
pub fn request(bytes: &[u8], from: Speaker) -> Read<Request> {
    let Some((mut request, length)) = head(bytes, from)? else { return Ok(None) };
    let mut lines = Lines::new(bytes);
    lines.at = length;
    if request.fields.is_chunked()? {
        let Some((body, trailers)) = chunked::read(&mut lines, from)? else { return Ok(None) };
        (request.body, request.trailers) = (body, trailers);
    } else if let Some(length) = request.fields.content_length()? {
        let length = usize::try_from(length).map_err(|_| "a body beyond this machine")?;
        let Some(body) = lines.rest().get(..length) else { return Ok(None) };
        request.body = body.to_vec();
        lines.at += length;
    }
    Ok(Some((request, lines.at)))
}

/// The head of the next request.
pub fn head(bytes: &[u8], from: Speaker) -> Read<Request> {
    let mut lines = Lines::new(bytes);
    let start = loop {
        match lines.line()? {
            None => return Ok(None),
            Some([]) if from == Speaker::Client => {}
            Some(line) => break line,
        }
    };
    let words: Vec<_> = start.split(|b| *b == b' ').collect();
    let [method, target, version] = words.as_slice() else {
        return Err("a request line that is not three words".to_owned());
    };
    if !is_token(method) {
        return Err("a method that is no token".to_owned());
    }
    let minor = match (*version, from) {
        (b"HTTP/1.0", _) => 0,
        (b"HTTP/1.1", _) => 1,
        ([b'H', b'T', b'T', b'P', b'/', b'1'..=b'9', b'.', b'0'..=b'9'], Speaker::Client) => 1,
        _ => return Err(format!("a version that is none: {:?}", latin1(version))),
    };
    if !is_target(target, method, from) {
        return Err(format!("a target that is none: {:?}", latin1(target)));
    }
    let Some(fields) = lines.fields(from == Speaker::Client)? else { return Ok(None) };
    check_fields(&fields, minor, from)?;
    let (method, target, body) = (latin1(method), latin1(target), Vec::new());
    Ok(Some((Request { method, target, minor, fields, body, trailers: Fields::default() }, lines.at)))
}

/// RFC 9112 §3.2: what is sent to a server is a path, or `*` for `OPTIONS`.
fn is_target(target: &[u8], method: &[u8], from: Speaker) -> bool {
    is_origin_form(target)
        || target == b"*" && method == b"OPTIONS"
        || from == Speaker::Client && !target.is_empty() && target.iter().all(|b| is_no_end(*b))
}

/// What does not end a word, and may so stand where the target does.
fn is_no_end(byte: u8) -> bool {
    !byte.is_ascii_control() && byte != b' ' && byte != b'#'
}

fn check_fields(fields: &Fields, minor: u8, from: Speaker) -> Result<(), String> {
    let mut hosts = fields.all("host");
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_host(host.as_bytes()) => {}
        (Some(""), None) | (None, _) if minor == 0 => {}
        _ => return Err("not one Host that is a host".to_owned()),
    }
    let length = fields.content_length()?;
    if fields.is_chunked()? && minor == 0 {
        return Err("chunks in HTTP/1.0".to_owned());
    }
    if from == Speaker::Client {
        return Ok(());
    }
    if fields.all("expect").any(|expect| !expect.eq_ignore_ascii_case("100-continue")) {
        return Err("an Expect other than 100-continue".to_owned());
    }
    if length.is_some() && fields.is_chunked()? {
        return Err("Content-Length beside Transfer-Encoding".to_owned());
    }
    // RFC 9110 §7.6.1: these were about the client's connection.
    if let Some(option) =
        fields.list("connection").iter().find(|word| *word != "close" && *word != "keep-alive")
    {
        return Err(format!("Connection names {option}"));
    }
    match ["keep-alive", "proxy-connection", "te", "trailer", "upgrade"].iter().find(|name| fields.has(name))
    {
        Some(name) => Err(format!("{name} was passed on")),
        None => Ok(()),
    }
}
