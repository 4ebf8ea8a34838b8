//! The framing of a chunked body (RFC 9112 §7.1), followed only to know where the next request begins.

/// Where in a chunked body one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chunks {
    /// In the size, of which so much is known; whether a digit has been seen.
    Size(u64, bool),
    /// Behind the size, in its extension.
    Extension(u64),
    /// In the data, so many bytes before its end.
    Data(u64),
    /// In the line end after the data.
    DataEnd,
    /// In the trailers, with so many bytes of the present line.
    Trailer(usize),
}

impl Default for Chunks {
    fn default() -> Self {
        Self::Size(0, false)
    }
}

impl Chunks {
    /// How many of these bytes belong to the body, and whether it ends there; `None` if they are no chunks.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Option<(usize, bool)> {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            at += 1;
            *self = match (*self, byte) {
                (Self::Data(left), _) => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len() - at + 1);
                    at += here - 1;
                    if left == here as u64 { Self::DataEnd } else { Self::Data(left - here as u64) }
                }
                (Self::Size(size, _), byte) if byte.is_ascii_hexdigit() => {
                    let digit = char::from(*byte).to_digit(16)?;
                    Self::Size(size.checked_mul(16)?.checked_add(u64::from(digit))?, true)
                }
                (Self::Size(size, true) | Self::Extension(size), b'\n') => {
                    if size == 0 {
                        Self::Trailer(0)
                    } else {
                        Self::Data(size)
                    }
                }
                (Self::Size(size, true) | Self::Extension(size), _) => Self::Extension(size),
                (Self::DataEnd, b'\r') => Self::DataEnd,
                (Self::DataEnd, b'\n') => Self::default(),
                (Self::Trailer(0), b'\n') => {
                    *self = Self::default();
                    return Some((at, true));
                }
                (Self::Trailer(_), b'\n') => Self::Trailer(0),
                (Self::Trailer(length), b'\r') => Self::Trailer(length),
                (Self::Trailer(length), _) => Self::Trailer(length.saturating_add(1)),
                (Self::Size(..) | Self::DataEnd, _) => return None,
            };
        }
        Some((at, false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_where_it_ends() {
        for body in
            ["0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "a;x=y\r\n0\r\n\r\n56789\r\n00\r\nA: b\r\nC: d\r\n\r\n"]
        {
            let with_next = format!("{body}GET");
            assert_eq!(Chunks::default().read(with_next.as_bytes()), Some((body.len(), true)), "{body}");
            let mut chunks = Chunks::default();
            for (at, byte) in body.bytes().enumerate() {
                assert_eq!(chunks.read(&[byte]), Some((1, at + 1 == body.len())), "{body} at {at}");
            }
        }
    }

    #[test]
    fn what_is_no_chunk_is_noticed() {
        for body in ["x", "5\r\nhelloX", "\r\n", "fffffffffffffffff"] {
            assert_eq!(Chunks::default().read(body.as_bytes()), None, "{body}");
        }
    }
}
