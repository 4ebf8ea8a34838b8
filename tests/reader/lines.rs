//! Lines that end with CRLF and nothing else, and the field lines among them.

use super::{
    grammar::{is_field_value, is_token},
    latin1,
};

/// What is left to read.
pub struct Lines<'a> {
    all: &'a [u8],
    pub at: usize,
}

/// Field lines, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

impl<'a> Lines<'a> {
    pub fn new(all: &'a [u8]) -> Self {
        Self { all, at: 0 }
    }

    pub fn rest(&self) -> &'a [u8] {
        &self.all[self.at..]
    }

    /// The next line; a line feed or carriage return alone is none (RFC 9112 §2.2).
    pub fn line(&mut self) -> Result<Option<&'a [u8]>, String> {
        let rest = self.rest();
        let Some(end) = rest.iter().position(|b| *b == b'\n') else { return Ok(None) };
        let line = rest[..end].strip_suffix(b"\r").ok_or("a bare LF")?;
        if line.contains(&b'\r') {
            return Err("a bare CR".to_owned());
        }
        self.at += end + 1;
        Ok(Some(line))
    }

    /// Field lines up to the empty line; `folds` says whether a folded one is joined (§5.2) or refused.
    pub fn fields(&mut self, folds: bool) -> Result<Option<Fields>, String> {
        let mut fields: Vec<(String, String)> = Vec::new();
        loop {
            let Some(line) = self.line()? else { return Ok(None) };
            if line.is_empty() {
                return Ok(Some(Fields(fields)));
            }
            if let ([b' ' | b'\t', ..], Some((_, value)), true) = (line, fields.last_mut(), folds) {
                let more = field_value(line)?;
                let both = [value.as_str(), &more].join(" ");
                both.trim().clone_into(value);
                continue;
            }
            let colon = line.iter().position(|b| *b == b':').ok_or("a field line without a colon")?;
            let (name, value) = (&line[..colon], &line[colon + 1..]);
            if !is_token(name) {
                return Err(format!("a field name that is no token: {:?}", latin1(name)));
            }
            fields.push((latin1(name), field_value(value)?));
        }
    }
}

/// The value without the spaces and tabs around it.
fn field_value(raw: &[u8]) -> Result<String, String> {
    let blank = |b: &u8| *b == b' ' || *b == b'\t';
    let from = raw.iter().position(|b| !blank(b)).unwrap_or(raw.len());
    let to = raw.iter().rposition(|b| !blank(b)).map_or(from, |at| at + 1);
    let value = &raw[from..to];
    if is_field_value(value) { Ok(latin1(value)) } else { Err("a control character in a field".to_owned()) }
}

impl Fields {
    /// The values of all lines of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        (self.0.iter().filter(move |(field, _)| field.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value.as_str())
    }

    pub fn get<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The members of a list, over all lines (RFC 9110 §5.6.1), in lower case.
    pub fn list(&self, name: &str) -> Vec<String> {
        let members =
            self.all(name).flat_map(|value| value.split(',')).map(|word| word.trim().to_ascii_lowercase());
        members.filter(|word| !word.is_empty()).collect()
    }

    /// The one length in digits, if any (RFC 9110 §8.6).
    pub fn content_length(&self) -> Result<Option<u64>, String> {
        let mut lines = self.all("content-length");
        let (Some(length), again) = (lines.next(), lines.next()) else { return Ok(None) };
        let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
        match length.parse() {
            Ok(length) if digits && again.is_none() => Ok(Some(length)),
            _ => Err("a Content-Length that is not one number".to_owned()),
        }
    }

    /// Whether the body is chunked, and nothing but that (RFC 9112 §6.1).
    pub fn is_chunked(&self) -> Result<bool, String> {
        let mut lines = self.all("transfer-encoding");
        match (lines.next(), lines.next()) {
            (None, _) => Ok(false),
            (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => Ok(true),
            _ => Err("a Transfer-Encoding other than chunked".to_owned()),
        }
    }
}
