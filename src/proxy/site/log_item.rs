//! What comes from outside, as a log and a terminal may show it: nothing in it ends a line, moves a cursor or is taken
//! for another letter. The escapes are those of Apache's error log, where `\` stands for itself.

use std::fmt::{self, Write};

/// Passes text on, escaped.
pub(crate) struct Escaped<'a, W: ?Sized>(pub &'a mut W);

impl<W: Write + ?Sized> Write for Escaped<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut plain = text;
        while let Some(at) = plain.find(|c: char| !(' '..='~').contains(&c)) {
            self.0.write_str(&plain[..at])?;
            let Some(special) = plain[at..].chars().next() else { break };
            plain = &plain[at + special.len_utf8()..];
            match special {
                '\n' => self.0.write_str("\\n")?,
                '\r' => self.0.write_str("\\r")?,
                '\t' => self.0.write_str("\\t")?,
                '\x08' => self.0.write_str("\\b")?,
                '\x0b' => self.0.write_str("\\v")?,
                // As Apache knows bytes only: `é` is `\xc3\xa9`.
                other => {
                    let mut bytes = [0; 4];
                    other.encode_utf8(&mut bytes).bytes().try_for_each(|b| write!(self.0, "\\x{b:02x}"))?;
                }
            }
        }
        self.0.write_str(plain)
    }
}

/// A text, escaped as in Apache's error log.
pub(crate) fn escape_log_item(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // A String takes all.
    _ = Escaped(&mut escaped).write_str(text);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_mistaken_is_escaped() {
        for (text, escaped) in [
            ("plain \"text\" ~", "plain \"text\" ~"),
            ("/x\n[proxy:warn] forged\x1b[2J", r"/x\n[proxy:warn] forged\x1b[2J"),
            ("\r\t\x08\x0b\0\x7f", r"\r\t\b\v\x00\x7f"),
            (r"\n \\", r"\n \\"),
            ("\u{9b}2J é \u{feff}", r"\xc2\x9b2J \xc3\xa9 \xef\xbb\xbf"),
            ("", ""),
        ] {
            assert_eq!(escape_log_item(text), escaped);
        }
    }
}
