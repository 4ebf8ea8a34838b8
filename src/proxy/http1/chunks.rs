//! The framing of a chunked body (RFC 9112 §7.1), followed to know where its data is and where it ends, and to refuse what
//! two servers could read in two ways.

use crate::proxy::http1::grammar::is_token;

/// How long a line of the framing may be, and how many trailers there may be, as in heads (apache-facts §10).
const LINE_LIMIT: u16 = 8190;
const MAX_TRAILERS: u8 = 100;
/// No file is larger.
const MOST: u64 = i64::MAX as u64;

/// Why bytes are no chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoChunks {
    /// Two servers could read them in two ways.
    Malformed,
    /// A chunk is larger than any file.
    TooLarge,
    /// There are too many trailers.
    ManyTrailers,
}

/// A chunked body as it is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chunks {
    at: Place,
    /// How long the line is so far, and how many trailers there were.
    line: u16,
    trailers: u8,
}

/// Where in a chunked body one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the size, of which so much is known; whether a digit has been seen.
    Size(u64, bool),
    /// Behind the size, in what nobody heeds: blanks and extensions.
    Extension(u64),
    /// Between the carriage return behind the size and the line feed.
    SizeEnd(u64),
    /// In the data, so many bytes before its end.
    Data(u64),
    /// Behind the data.
    DataEnd,
    /// Between the carriage return behind the data and the line feed.
    DataLineFeed,
    /// At the start of a trailer, or of the empty line that ends it all.
    Trailer,
    /// In the name of a trailer.
    TrailerName,
    /// In the value of a trailer.
    TrailerValue,
    /// Between the carriage return behind a trailer and the line feed.
    TrailerEnd,
    /// Before the very last byte.
    LastLineFeed,
    /// Behind it.
    End,
}

impl Default for Place {
    fn default() -> Self {
        Self::Size(0, false)
    }
}

impl Chunks {
    // ANCHOR: skip
    /// How many of these bytes are framing, up to the next byte of data or the end of the body.
    ///
    /// # Errors
    /// They are no chunks.
    pub(crate) fn skip(&mut self, bytes: &[u8]) -> Result<usize, NoChunks> {
        use Place::*;
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let next = match (self.at, *byte) {
                (Data(_) | End, _) => break,
                (Size(size, _), byte) if byte.is_ascii_hexdigit() => {
                    let digit = char::from(byte).to_digit(16).unwrap_or_default();
                    if size > MOST >> 4 {
                        return Err(NoChunks::TooLarge);
                    }
                    Size(size << 4 | u64::from(digit), true)
                }
                (Size(size, true) | Extension(size), b'\r') => SizeEnd(size),
                (Size(size, true), b';' | b' ' | b'\t') => Extension(size),
                (Extension(size), byte) if is_text(byte) => Extension(size),
                (SizeEnd(0), b'\n') => Trailer,
                (SizeEnd(size), b'\n') => Data(size),
                (DataEnd, b'\r') => DataLineFeed,
                (DataLineFeed, b'\n') => Place::default(),
                (Trailer, b'\r') => LastLineFeed,
                (Trailer | TrailerName, byte) if is_token(byte) => TrailerName,
                (TrailerName, b':') => TrailerValue,
                (TrailerValue, b'\r') => TrailerEnd,
                (TrailerValue, byte) if is_text(byte) => TrailerValue,
                (TrailerEnd, b'\n') => Trailer,
                (LastLineFeed, b'\n') => End,
                _ => return Err(NoChunks::Malformed),
            };
            at += 1;
            self.line = if *byte == b'\n' { 0 } else { self.line + 1 };
            self.trailers += u8::from(matches!((self.at, next), (Trailer, TrailerName)));
            if self.line > LINE_LIMIT {
                return Err(NoChunks::Malformed);
            }
            if self.trailers > MAX_TRAILERS {
                return Err(NoChunks::ManyTrailers);
            }
            self.at = next;
        }
        Ok(at)
    }
    // ANCHOR_END: skip

    /// How many bytes of data come next.
    pub(crate) fn data(self) -> u64 {
        if let Place::Data(left) = self.at { left } else { 0 }
    }

    /// So many bytes of the data have been taken.
    pub(crate) fn took(&mut self, length: u64) {
        if let Place::Data(left) = self.at {
            self.at = if left == length { Place::DataEnd } else { Place::Data(left - length) };
        }
    }

    /// Whether the body has ended.
    pub(crate) fn is_end(self) -> bool {
        self.at == Place::End
    }
}

/// RFC 9110 §5.5.
fn is_text(byte: u8) -> bool {
    byte == b'\t' || !byte.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The data, and how many bytes the body is long; read in pieces of this size.
    fn read(bytes: &[u8], piece: usize) -> Result<(Vec<u8>, usize), NoChunks> {
        let (mut chunks, mut data, mut at) = (Chunks::default(), Vec::new(), 0);
        while !chunks.is_end() && at < bytes.len() {
            let end = (at + piece).min(bytes.len());
            at += chunks.skip(&bytes[at..end])?;
            let here = (end - at).min(chunks.data() as usize);
            data.extend(&bytes[at..at + here]);
            chunks.took(here as u64);
            at += here;
        }
        Ok((data, at))
    }

    #[test]
    fn a_body_ends_where_it_ends() {
        for (body, data) in [
            ("0\r\n\r\n", ""),
            ("5\r\nhello\r\n0\r\n\r\n", "hello"),
            ("5 \r\nhello\r\n0\t; a\r\n\r\n", "hello"),
            ("a;x=y\r\n0\r\n\r\n56789\r\n00\r\nA: b\r\nC: d\r\n\r\n", "0\r\n\r\n56789"),
        ] {
            let with_next = format!("{body}GET");
            for piece in 1..=with_next.len() {
                let expected = Ok((data.as_bytes().to_vec(), body.len()));
                assert_eq!(read(with_next.as_bytes(), piece), expected, "{body} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn what_is_no_chunk_is_noticed() {
        for body in [
            "x",
            "\r\n",
            " 5",
            "5g",
            "5\n",
            "5\rh",
            "5;\n",
            "0;a\n",
            "5;\0",
            "5\r\nhelloX",
            "5\r\nhello\n",
            "5\r\nhello\r0",
            "-1",
            "0\r\n\n",
            "0\r\nX\r\n",
            "0\r\n: x\r\n",
            "0\r\nX : y\r\n",
            "0\r\n X: y\r\n",
            "0\r\nX: \0",
            "0\r\nX: y\n",
            "0\r\n\rX",
            &format!("5;{}", "x".repeat(usize::from(LINE_LIMIT))),
            &format!("0\r\nA: {}", "x".repeat(usize::from(LINE_LIMIT))),
        ] {
            assert_eq!(read(body.as_bytes(), 99), Err(NoChunks::Malformed), "{body}");
        }
    }

    #[test]
    fn what_is_too_much_is_told_from_what_is_malformed() {
        let trailers = |number: u8| format!("0\r\n{}\r\n", "A: b\r\n".repeat(number.into()));
        assert!(read(trailers(MAX_TRAILERS).as_bytes(), 99).is_ok());
        assert_eq!(read(trailers(MAX_TRAILERS + 1).as_bytes(), 99), Err(NoChunks::ManyTrailers));
        assert!(read(b"7fffffffffffffff\r\n", 99).is_ok());
        for size in ["8000000000000000", "fffffffffffffffff", "10000000000000000"] {
            assert_eq!(read(size.as_bytes(), 99), Err(NoChunks::TooLarge), "{size}");
        }
    }
}
