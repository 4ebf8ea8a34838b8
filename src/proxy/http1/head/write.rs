//! The first line of a head, and the head as it goes over the wire (RFC 9112 §2.1).

use std::io::Write;

use super::{END, Head, Place};

impl Head {
    /// What a request asks for, in pieces.
    pub fn set_target(&mut self, pieces: &[&str]) {
        self.write_word(1, |text| pieces.iter().for_each(|piece| text.extend(piece.as_bytes())));
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
        self.status = status;
    }

    /// Writes a request as it goes over the wire, with the empty line at its end.
    pub fn write_request(&self, out: &mut Vec<u8>) {
        out.reserve(self.text.len());
        out.extend(self.method());
        out.push(b' ');
        out.extend(self.word(1));
        out.extend(b" HTTP/1.1\r\n");
        self.write_fields(out);
    }

    /// Writes a response, which is of our version, whatever its server's is (apache-facts §5).
    pub fn write_response(&self, out: &mut Vec<u8>) {
        out.reserve(self.text.len() + 16);
        out.extend(b"HTTP/1.1 ");
        out.extend(self.word(1));
        out.push(b' ');
        out.extend(self.reason());
        out.extend(END);
        self.write_fields(out);
    }

    /// Writes the lines; those that follow each other in the buffer with one copy.
    fn write_fields(&self, out: &mut Vec<u8>) {
        let mut lines = 0..0;
        for field in &self.fields {
            let line = field.line.range();
            if line.start != lines.end {
                out.extend(&self.text[lines]);
                lines = line.start..line.start;
            }
            lines.end = line.end;
        }
        out.extend(&self.text[lines]);
        out.extend(END);
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
