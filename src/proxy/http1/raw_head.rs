//! The head of a request as bytes: Apache's grammar (`HttpProtocolOptions Strict`), judged before anything is parsed.

use crate::proxy::{error::Error, http1::target};

/// The 8190 bytes that Apache documents, and the one more that it takes.
pub(crate) const LINE_LIMIT: usize = 8191;
/// Apache's `LimitRequestFields`.
const MAX_FIELDS: usize = 100;
/// How many empty lines before a request Apache was seen to take.
const MAX_EMPTY: usize = 10;

/// Why a head is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Two servers could read it in two ways; the text says why.
    Bad(&'static str),
    /// The request line is too long.
    LongTarget,
    /// A header line is too long.
    LongHeader,
    /// It takes too long to come.
    Late,
}

/// How the body is framed that follows a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// So many bytes.
    Length(u64),
    /// Chunks.
    Chunked,
}

/// What is known of a head whose lines have been judged up to `at`.
#[derive(Debug, Default)]
pub(crate) struct RawHead {
    at: usize,
    /// Empty lines before the request.
    empty: usize,
    lines: usize,
    length: Option<u64>,
    chunked: bool,
    /// Whether it has to be written anew, because a strict reader refuses what Apache takes.
    unusual: bool,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Bad(why) => Self::BadRequest(why),
            Refusal::LongTarget => Self::TargetTooLong,
            Refusal::LongHeader => Self::HeaderTooLong,
            Refusal::Late => Self::ClientLate("header"),
        }
    }
}

impl RawHead {
    /// Judges the lines that are there, from where it stopped; the head's length once it is complete.
    ///
    /// # Errors
    /// Why Apache would refuse it.
    // ANCHOR: read
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Result<Option<usize>, Refusal> {
        loop {
            let rest = &bytes[self.at..];
            let Some(end) = memchr::memchr(b'\n', rest) else {
                return if rest.len() > LINE_LIMIT + 1 { Err(self.too_long()) } else { Ok(None) };
            };
            let line = rest[..end].strip_suffix(b"\r").ok_or(Refusal::Bad("a bare line feed"))?;
            if line.len() > LINE_LIMIT {
                return Err(self.too_long());
            }
            self.at += end + 1;
            match (line, self.lines) {
                // Empty lines before a request are left over from the one before (RFC 9112 §2.2), but not without end.
                ([], 0) => {
                    self.empty += 1;
                    if self.empty > MAX_EMPTY {
                        return Err(Refusal::Bad("too many empty lines before the request"));
                    }
                    continue;
                }
                ([], _) => return Ok(Some(self.at)),
                (line, 0) => self.request_line(line)?,
                (line, _) => self.field(line)?,
            }
            self.lines += 1;
            if self.lines > MAX_FIELDS {
                return Err(Refusal::Bad("more than 100 headers"));
            }
        }
    }
    // ANCHOR_END: read

    /// Whether there is enough of it to be answered.
    pub(crate) fn has_request_line(&self) -> bool {
        self.lines > 0
    }

    fn too_long(&self) -> Refusal {
        if self.lines == 0 { Refusal::LongTarget } else { Refusal::LongHeader }
    }

    /// `method target HTTP/n.n`, each separated by one space.
    fn request_line(&mut self, line: &[u8]) -> Result<(), Refusal> {
        let mut words = line.split(|b| *b == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Refusal::Bad("the request line has not three words"));
        };
        if method.is_empty() || !method.iter().all(|b| is_token(*b)) {
            return Err(Refusal::Bad("the method is no token"));
        }
        let strange = target::is_strange(target).filter(|_| !target.is_empty());
        self.unusual |= strange.ok_or(Refusal::Bad("the target has a character that no target has"))?;
        match version {
            b"HTTP/1.1" | b"HTTP/1.0" => {}
            [b'H', b'T', b'T', b'P', b'/', b'1'..=b'9', b'.', b'0'..=b'9'] => self.unusual = true,
            _ => return Err(Refusal::Bad("the version is none")),
        }
        Ok(())
    }

    /// `name: value`, or the continuation of the line before.
    fn field(&mut self, line: &[u8]) -> Result<(), Refusal> {
        // Without an early end, so that many bytes are looked at at once.
        if line.iter().fold(false, |found, b| found | (b.is_ascii_control() & (*b != b'\t'))) {
            return Err(Refusal::Bad("a control character in a header"));
        }
        if line[0] == b' ' || line[0] == b'\t' {
            self.unusual = true;
            return if self.lines == 1 { Err(Refusal::Bad("the first header is folded")) } else { Ok(()) };
        }
        let colon = memchr::memchr(b':', line).ok_or(Refusal::Bad("a header without a colon"))?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.is_empty() || !name.iter().all(|b| is_token(*b)) {
            return Err(Refusal::Bad("a header's name is no token"));
        }
        if name.len() == 14 && name.eq_ignore_ascii_case(b"content-length") {
            let number =
                std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            let number =
                number.and_then(|text| text.parse().ok()).filter(|number| *number <= i64::MAX as u64);
            if self.length.replace(number.ok_or(Refusal::Bad("Content-Length is not one number"))?).is_some()
            {
                return Err(Refusal::Bad("Content-Length is not one number"));
            }
        } else if name.len() == 17 && name.eq_ignore_ascii_case(b"transfer-encoding") {
            if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Refusal::Bad("a transfer coding other than chunked"));
            }
            self.chunked = true;
        }
        Ok(())
    }

    /// How the body is framed; chunks go before a length (RFC 9112 §6.3).
    pub(crate) fn framing(&self) -> Framing {
        if self.chunked { Framing::Chunked } else { Framing::Length(self.length.unwrap_or(0)) }
    }

    /// The head as a strict reader takes it, if it is in another form: folded lines joined, the version ours, and those
    /// characters escaped that are none of a URI (RFC 3986 §2).
    pub(crate) fn rewritten(&self, head: &[u8]) -> Option<Vec<u8>> {
        if !self.unusual {
            return None;
        }
        let mut new: Vec<u8> = Vec::with_capacity(head.len() + 16);
        let lines =
            head.split_inclusive(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r\n").unwrap_or(line));
        for (number, line) in lines.skip_while(|line| line.is_empty()).enumerate() {
            match line {
                line if number == 0 => {
                    let version = line.len() - " HTTP/1.1".len();
                    let start = line.iter().position(|b| *b == b' ').map_or(version, |space| space + 1);
                    new.extend(&line[..start]);
                    target::escape(&line[start..version], &mut new);
                    new.extend(if line.ends_with(b"HTTP/1.0") { b" HTTP/1.0" } else { b" HTTP/1.1" });
                }
                [b' ' | b'\t', ..] => {
                    new.truncate(new.trim_ascii_end().len());
                    new.push(b' ');
                    new.extend(line.trim_ascii());
                }
                line => new.extend(line),
            }
            new.extend(b"\r\n");
        }
        Some(new)
    }
}

/// RFC 9110 §5.6.2.
pub(crate) fn is_token(b: u8) -> bool {
    TOKEN[usize::from(b)]
}

const TOKEN: [bool; 256] = {
    let mut token = [false; 256];
    let mut b = 0;
    while b < 128 {
        token[b] = (b as u8).is_ascii_alphanumeric();
        b += 1;
    }
    let marks = b"!#$%&'*+-.^_`|~";
    let mut at = 0;
    while at < marks.len() {
        token[marks[at] as usize] = true;
        at += 1;
    }
    token
};

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(head: &str) -> Result<Option<usize>, Refusal> {
        RawHead::default().read(head.as_bytes())
    }

    #[test]
    fn empty_lines_before_a_request_have_an_end() {
        let after =
            |lines: usize| ["\r\n".repeat(lines), "GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()].concat();
        assert!(matches!(RawHead::default().read(after(MAX_EMPTY).as_bytes()), Ok(Some(_))));
        assert!(RawHead::default().read("\r\n".repeat(MAX_EMPTY + 1).as_bytes()).is_err());
    }

    #[test]
    fn a_head_is_as_long_as_it_is() {
        for head in ["GET / HTTP/1.1\r\n\r\n", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nX: b\tc\r\n\r\n"] {
            assert_eq!(judged(head), Ok(Some(head.len())));
            assert_eq!(judged(&format!("{head}GET")), Ok(Some(head.len())));
            assert!((0..head.len()).all(|end| judged(&head[..end]) == Ok(None)), "{head}");
        }
    }

    #[test]
    fn what_two_servers_could_read_in_two_ways_is_refused() {
        for head in [
            "GET / HTTP/1.1\n",
            "GET  / HTTP/1.1\r\n",
            "GET / x HTTP/1.1\r\n",
            "GET /#a HTTP/1.1\r\n",
            "GET /\r\n",
            "GET / http/1.1\r\n",
            "G(T / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\nHost : a\r\n",
            "GET / HTTP/1.1\r\nx\r\n",
            "GET / HTTP/1.1\r\n: x\r\n",
            "GET / HTTP/1.1\r\n a: b\r\n",
            "GET / HTTP/1.1\r\na: \0\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n",
            "GET / HTTP/1.1\r\nContent-Length: +1\r\n",
            "GET / HTTP/1.1\r\nContent-Length:\r\n",
            "GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n",
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        ] {
            assert!(matches!(judged(head), Err(Refusal::Bad(_))), "{head:?}");
        }
        let long = "x".repeat(LINE_LIMIT + 2);
        assert_eq!(judged(&long), Err(Refusal::LongTarget));
        assert_eq!(judged(&format!("GET / HTTP/1.1\r\n{long}")), Err(Refusal::LongHeader));
    }

    #[test]
    fn what_apache_takes_and_a_strict_reader_does_not_is_written_anew() {
        for (head, new) in [
            ("GET / HTTP/1.2\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"),
            ("\r\nGET /<\"`> HTTP/2.0\r\na: b\r\n\r\n", "GET /%3C%22%60%3E HTTP/1.1\r\na: b\r\n\r\n"),
            (
                "A|B /é%41%?a[]=%zz&%c3% HTTP/1.0\r\n\r\n",
                "A|B /%C3%A9%41%?a%5B%5D=%25zz&%c3%25 HTTP/1.0\r\n\r\n",
            ),
            (
                "GET / HTTP/1.0\r\na: b \r\n  c\r\n\td\r\ne: f\r\n\r\n",
                "GET / HTTP/1.0\r\na: b c d\r\ne: f\r\n\r\n",
            ),
        ] {
            let mut raw = RawHead::default();
            assert_eq!(raw.read(head.as_bytes()), Ok(Some(head.len())));
            assert_eq!(
                raw.rewritten(head.as_bytes()).map(|new| String::from_utf8(new).unwrap()).as_deref(),
                Some(new)
            );
        }
    }
}
