//! The head of a request as it is read: Apache's grammar (`HttpProtocolOptions Strict`), each line judged once, when it is
//! complete.

#[cfg(test)]
mod tests;

use super::{
    grammar::{is_token, is_value, token_end, trimmed},
    head::{Head, Place},
    name::{CONTENT_LENGTH, TRANSFER_ENCODING},
    target,
};

/// The 8190 bytes that Apache documents, and the one more that it takes.
pub(crate) const LINE_LIMIT: usize = 8191;
/// How long a field may be once its folds are joined, as measured.
const FOLDED_LIMIT: usize = 8188;
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
    /// There are too many header lines.
    ManyHeaders,
    /// It takes too long to come.
    Late,
}

/// How the body of a request is framed (RFC 9112 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// It has none.
    None,
    /// So many bytes.
    Length(u64),
    /// Chunks.
    Chunked,
}

/// What is known of a head whose lines have been judged up to `at`.
#[derive(Debug, Default)]
pub(crate) struct RequestHead {
    at: usize,
    /// Empty lines before the request.
    empty: usize,
    lines: usize,
    /// How long the last field is, with its folds.
    field: usize,
    length: Option<u64>,
    chunked: bool,
    /// Whether the version is before 1.1.
    old: bool,
    /// Whether the target has to be escaped.
    strange: bool,
}

impl RequestHead {
    /// Judges the lines that are there, from where it stopped; the length of the head once it is complete.
    ///
    /// # Errors
    /// Why Apache would refuse it; `head` then has what was read before.
    pub(crate) fn read(&mut self, bytes: &[u8], head: &mut Head) -> Result<Option<usize>, Refusal> {
        let judged = self.lines(bytes, head);
        if !matches!(judged, Ok(None)) {
            self.finish(bytes, head);
        }
        judged
    }

    fn lines(&mut self, bytes: &[u8], head: &mut Head) -> Result<Option<usize>, Refusal> {
        loop {
            let rest = &bytes[self.at..];
            let Some(end) = memchr::memchr(b'\n', rest) else {
                return if rest.len() > LINE_LIMIT + 1 { Err(self.too_long()) } else { Ok(None) };
            };
            let line = rest[..end].strip_suffix(b"\r").ok_or(Refusal::Bad("a bare line feed"))?;
            if line.len() > LINE_LIMIT {
                return Err(self.too_long());
            }
            let start = self.at;
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
                (line, 0) => self.request_line(start, line, head)?,
                ([b' ' | b'\t', ..], _) => {
                    self.fold(start, line, head)?;
                    continue;
                }
                (_, lines) if lines > MAX_FIELDS => return Err(Refusal::ManyHeaders),
                (line, _) => self.field(start, line, head)?,
            }
            self.lines += 1;
        }
    }

    /// Whether there is enough of it to be answered.
    pub(crate) fn has_request_line(&self) -> bool {
        self.lines > 0
    }

    fn too_long(&self) -> Refusal {
        if self.lines == 0 { Refusal::LongTarget } else { Refusal::LongHeader }
    }

    /// `method target HTTP/n.n`, each separated by one space.
    fn request_line(&mut self, start: usize, line: &[u8], head: &mut Head) -> Result<(), Refusal> {
        const WORDS: Refusal = Refusal::Bad("the request line has not three words");
        let first = memchr::memchr(b' ', line).ok_or(WORDS)?;
        let second = first + 1 + memchr::memchr(b' ', &line[first + 1..]).ok_or(WORDS)?;
        let (method, target, version) = (&line[..first], &line[first + 1..second], &line[second + 1..]);
        if memchr::memchr(b' ', version).is_some() {
            return Err(WORDS);
        }
        head.start_with([
            Place::new(start, first),
            Place::new(start + first + 1, target.len()),
            Place::new(start + second + 1, version.len()),
        ]);
        if method.is_empty() || !method.iter().all(|b| is_token(*b)) {
            return Err(Refusal::Bad("the method is no token"));
        }
        let strange = target::is_strange(target).filter(|_| !target.is_empty());
        self.strange = strange.ok_or(Refusal::Bad("the target has a character that no target has"))?;
        match version {
            // Later ones speak 1.1 too.
            [b'H', b'T', b'T', b'P', b'/', b'1'..=b'9', b'.', b'0'..=b'9'] => {
                self.old = version == b"HTTP/1.0";
                head.is_of(self.old, 0);
                Ok(())
            }
            _ => Err(Refusal::Bad("the version is none")),
        }
    }

    /// `name: value`.
    fn field(&mut self, start: usize, line: &[u8], head: &mut Head) -> Result<(), Refusal> {
        let colon = token_end(line);
        let (name, [b':', rest @ ..], true) = (&line[..colon], &line[colon..], colon > 0) else {
            return Err(Refusal::Bad("a header's name is no token, or there is no colon behind it"));
        };
        if !is_value(rest) {
            return Err(Refusal::Bad("a control character in a header"));
        }
        self.field = line.trim_ascii_end().len();
        let (blanks, value) = trimmed(rest);
        let place = Place::new(start + colon + 1 + blanks, value.len());
        let known = head.found(name, start, self.at - start, place);
        if known == CONTENT_LENGTH.id() {
            let number =
                std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            let number =
                number.and_then(|text| text.parse().ok()).filter(|number| *number <= i64::MAX as u64);
            if self.length.replace(number.ok_or(Refusal::Bad("Content-Length is not one number"))?).is_some()
            {
                return Err(Refusal::Bad("Content-Length is not one number"));
            }
        } else if known == TRANSFER_ENCODING.id() {
            // HTTP/1.0 knows no chunks (RFC 9112 §6.1).
            if self.old || self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Refusal::Bad("a transfer coding other than chunked"));
            }
            self.chunked = true;
        }
        Ok(())
    }

    /// The continuation of the line before (obs-fold, RFC 9112 §5.2).
    fn fold(&mut self, start: usize, line: &[u8], head: &mut Head) -> Result<(), Refusal> {
        if self.lines == 1 {
            return Err(Refusal::Bad("the first header is folded"));
        }
        if !is_value(line) {
            return Err(Refusal::Bad("a control character in a header"));
        }
        let more = line.trim_ascii();
        if more.is_empty() {
            return Err(Refusal::Bad("a fold of blanks only"));
        }
        self.field += 1 + more.len();
        if self.field > FOLDED_LIMIT {
            return Err(Refusal::LongHeader);
        }
        // Framing must not come in pieces, of which one reader sees the first only.
        if head.last_is(CONTENT_LENGTH) || head.last_is(TRANSFER_ENCODING) {
            return Err(Refusal::Bad("a folded header about the body"));
        }
        let before = line.len() - line.trim_ascii_start().len();
        head.found_fold(Place::new(start + before, more.len()));
        Ok(())
    }

    /// Takes in the bytes whose places have been found, and escapes those characters of the target
    /// that are none of a URI (RFC 3986 §2).
    pub(crate) fn finish(&mut self, bytes: &[u8], head: &mut Head) {
        head.hold(&bytes[..self.at]);
        if self.strange {
            let target = head.target_bytes().to_vec();
            head.write_word(1, |text| target::escape(&target, text));
        }
    }

    /// How the body is framed; chunks go before a length (RFC 9112 §6.3).
    pub(crate) fn framing(&self) -> Framing {
        match (self.chunked, self.length) {
            (true, _) => Framing::Chunked,
            (false, Some(length)) => Framing::Length(length),
            (false, None) => Framing::None,
        }
    }

    /// Whether it has both framings, after which nothing can be trusted to be a request (RFC 9112 §6.1).
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.chunked && self.length.is_some()
    }
}
