//! The first line of a head, and the head as it goes over the wire (RFC 9112 §2.1).

use std::{fmt, io::Write};

use super::{Head, Place};

impl Head {
    /// What a request asks for.
    pub fn set_target(&mut self, target: fmt::Arguments<'_>) {
        self.write_word(1, |text| _ = text.write_fmt(target));
    }

    /// The first line of a response that is ours.
    pub fn set_status(&mut self, status: u16, reason: &str) {
        let start = self.text.len();
        _ = write!(self.text, "HTTP/1.1{status:03}{reason}");
        self.start = [
            Place::new(start, 8),
            Place::new(start + 8, 3),
            Place::new(start + 11, self.text.len() - start - 11),
        ];
    }

    /// Writes a request as it goes over the wire, with the empty line at its end.
    pub fn write_request(&self, out: &mut Vec<u8>) {
        out.extend(self.method());
        out.push(b' ');
        out.extend(self.word(1));
        out.extend(b" HTTP/1.1\r\n");
        self.write_fields(out);
    }

    /// Writes a response, which is of our version, whatever its server's is (apache-facts §5).
    pub fn write_response(&self, out: &mut Vec<u8>) {
        out.extend(b"HTTP/1.1 ");
        out.extend(self.word(1));
        out.push(b' ');
        out.extend(self.reason());
        out.extend(b"\r\n");
        self.write_fields(out);
    }

    fn write_fields(&self, out: &mut Vec<u8>) {
        for (name, value) in self.fields() {
            out.extend(name);
            out.extend(b": ");
            out.extend(value);
            out.extend(b"\r\n");
        }
        out.extend(b"\r\n");
    }

    pub(in crate::proxy::http1) fn target_bytes(&self) -> &[u8] {
        self.word(1)
    }

    /// Writes another word for the first line.
    pub(in crate::proxy::http1) fn write_word(&mut self, at: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.text.len();
        write(&mut self.text);
        self.start[at] = self.place_from(start);
    }
}
