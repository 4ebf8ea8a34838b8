//! The head of a backend's answer as it is read: as Apache takes it (apache-facts §9), but for what could hide a second
//! answer.

#[cfg(test)]
mod tests;

use super::{
    grammar::{is_value, token_end, trimmed},
    head::{Head, Options, Place},
    name::{CONTENT_LENGTH, TRANSFER_ENCODING},
    rest::Rest,
};

/// Apache's `ResponseFieldSize`.
const LINE_LIMIT: usize = 8192;
/// How long a head may be in all, and how many empty lines may stand before it; Apache knows no limit for the first.
const HEAD_LIMIT: usize = 512 * 1024;
const MAX_EMPTY: usize = 10;

/// What is wrong with a head.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The first line is none of HTTP/1.
    StatusLine(String),
    /// A field is none; the text says why.
    Field(&'static str),
}

/// What is known of a head whose lines have been read up to `at`.
#[derive(Debug, Default)]
pub(crate) struct ResponseHead {
    at: usize,
    lines: usize,
    empty: usize,
    field: usize,
    /// How many lines say a length, and which.
    lengths: usize,
    length: Option<u64>,
    chunked: bool,
}

impl ResponseHead {
    /// Reads the lines that are there, from where it stopped; the length of the head once it is complete.
    ///
    /// # Errors
    /// Why it is no head.
    pub(crate) fn read(&mut self, bytes: &[u8], head: &mut Head) -> Result<Option<usize>, Fault> {
        loop {
            let rest = &bytes[self.at..];
            let Some(end) = memchr::memchr(b'\n', rest) else {
                return if rest.len() > LINE_LIMIT + 1 { Err(self.too_long(rest)) } else { Ok(None) };
            };
            let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
            let start = self.at;
            self.at += end + 1;
            match (line, self.lines) {
                ([], 0) if self.empty < MAX_EMPTY => {
                    self.empty += 1;
                    continue;
                }
                ([], 1..) => {
                    head.hold(&bytes[..self.at]);
                    return Ok(Some(self.at));
                }
                (line, 0) => status_line(start, line, head)?,
                ([b' ' | b'\t', ..], 2..) => {
                    self.fold(start, line, head)?;
                    continue;
                }
                (line, _) => self.field(start, line, head)?,
            }
            self.lines += 1;
            if self.at > HEAD_LIMIT {
                return Err(Fault::Field("the head is too long"));
            }
        }
    }

    /// Whether its first line has come.
    pub(crate) fn has_begun(&self) -> bool {
        self.lines > 0
    }

    fn too_long(&self, line: &[u8]) -> Fault {
        if self.lines == 0 { Fault::StatusLine(lossy(line)) } else { TOO_LONG }
    }

    fn field(&mut self, start: usize, line: &[u8], head: &mut Head) -> Result<(), Fault> {
        if line.len() > LINE_LIMIT {
            return Err(TOO_LONG);
        }
        let colon = token_end(line);
        let (name, [b':', rest @ ..], true) = (&line[..colon], &line[colon..], colon > 0) else {
            return Err(Fault::Field("a header's name is no token, or there is no colon behind it"));
        };
        if !is_value(rest) {
            return Err(Fault::Field("a control character in a header"));
        }
        self.field = line.len();
        let (blanks, value) = trimmed(rest);
        let place = Place::new(start + colon + 1 + blanks, value.len());
        let known = head.found(name, start, self.at - start, place);
        if known == CONTENT_LENGTH.id() {
            self.lengths += 1;
            let number =
                std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            let number = number.and_then(|text| text.parse::<u64>().ok());
            let number = number.filter(|number| self.length.is_none_or(|before| before == *number));
            self.length = Some(number.ok_or(Fault::Field("Content-Length is not one number"))?);
        } else if known == TRANSFER_ENCODING.id() {
            if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Fault::Field("a transfer coding other than chunked"));
            }
            self.chunked = true;
        }
        Ok(())
    }

    fn fold(&mut self, start: usize, line: &[u8], head: &mut Head) -> Result<(), Fault> {
        self.field += line.len();
        if self.field > LINE_LIMIT {
            return Err(TOO_LONG);
        }
        let more = line.trim_ascii();
        if !is_value(more) || head.last_is(CONTENT_LENGTH) || head.last_is(TRANSFER_ENCODING) {
            return Err(Fault::Field("a folded header that may hide the end of the answer"));
        }
        let before = line.len() - line.trim_ascii_start().len();
        head.found_fold(Place::new(start + before, more.len()));
        Ok(())
    }

    /// How the body is framed (RFC 9112 §6.3); `to_head` says that HEAD was asked for.
    pub(crate) fn body(&self, status: u16, to_head: bool) -> Rest {
        match (self.chunked, self.length) {
            _ if to_head || matches!(status, 100..=199 | 204 | 304) => Rest::End,
            (true, _) => Rest::Chunked(super::chunks::Chunks::default()),
            (false, Some(length)) => Rest::of_length(length),
            (false, None) => Rest::ToClose,
        }
    }

    /// Whether its backend may take another request on this connection (RFC 9112 §9.3). One that sends chunks, but speaks
    /// HTTP/1.0 or says a length too, knows not what it says (§6.1, §6.3).
    pub(crate) fn persists(&self, head: &Head) -> bool {
        let old = head.version() == b"HTTP/1.0";
        let Options { close, keep_alive, .. } = head.connection();
        let doubtful = self.chunked && (old || self.length.is_some());
        !close && !doubtful && (keep_alive || !old)
    }

    /// Whether it says its length more than once, which is harmless only where the body tells.
    pub(crate) fn repeats_length(&self) -> bool {
        self.lengths > 1
    }
}

const TOO_LONG: Fault = Fault::Field("header size is over the limit allowed by ResponseFieldSize");

/// `HTTP/1.n status reason`; the reason, and the blank before it, may be missing.
fn status_line(start: usize, line: &[u8], head: &mut Head) -> Result<(), Fault> {
    let fault = || Fault::StatusLine(lossy(line));
    let [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'0'..=b'9', b' ', rest @ ..] = line else {
        return Err(fault());
    };
    let [one @ b'1'..=b'9', two, three, reason @ ..] = rest else { return Err(fault()) };
    let number = [one, two, three].iter().all(|digit| digit.is_ascii_digit());
    if !number || !matches!(reason, [] | [b' ', ..]) || !is_value(reason) {
        return Err(fault());
    }
    let digits = [one, two, three].map(|digit| u16::from(digit - b'0'));
    head.is_of(false, digits[0] * 100 + digits[1] * 10 + digits[2]);
    let status = "HTTP/1.1 ".len();
    let reason = (line.len() - status).min(4);
    head.start_with([
        Place::new(start, status - 1),
        Place::new(start + status, 3),
        Place::new(start + status + reason, line.len() - status - reason),
    ]);
    Ok(())
}

fn lossy(line: &[u8]) -> String {
    String::from_utf8_lossy(&line[..line.len().min(LINE_LIMIT)]).into_owned()
}
