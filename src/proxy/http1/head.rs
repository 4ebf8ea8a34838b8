//! The head of a message: one buffer, and where in it each field stands (RFC 9112 §2.1).
//!
//! Order and spelling stay as they came. What is changed is written behind the rest of the buffer, and the field's place
//! moves there; so a head that is used again for the next message allocates nothing.

mod change;
mod found;
mod order;
#[cfg(test)]
mod tests;
mod write;

use super::name::Name;

/// A head that was read, or is to be written.
#[derive(Clone, Debug, Default)]
pub struct Head {
    text: Vec<u8>,
    /// The three words of the first line: method, target and version, or version, status and reason.
    start: [Place; 3],
    fields: Vec<Field>,
}

/// Some bytes of the buffer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    at: u32,
    length: u32,
}

#[derive(Clone, Copy, Debug)]
struct Field {
    id: u8,
    name: Place,
    value: Place,
}

impl Place {
    pub(super) fn new(at: usize, length: usize) -> Self {
        // Heads are limited where they are read, to less than a megabyte.
        Self { at: at as u32, length: length as u32 }
    }

    fn range(self) -> std::ops::Range<usize> {
        self.at as usize..(self.at + self.length) as usize
    }

    fn of(self, text: &[u8]) -> &[u8] {
        &text[self.range()]
    }
}

/// Reading.
impl Head {
    /// The value of the first field of that name.
    pub fn get(&self, name: Name<'_>) -> Option<&[u8]> {
        self.all(name).next()
    }

    /// The same as text; `None` too if it is none.
    pub fn text(&self, name: Name<'_>) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// The values of all fields of that name, in their order.
    pub fn all(&self, name: Name<'_>) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().filter(move |field| self.is(field, name)).map(|field| field.value.of(&self.text))
    }

    /// Whether there is a field of that name.
    pub fn has(&self, name: Name<'_>) -> bool {
        self.fields.iter().any(|field| self.is(field, name))
    }

    /// Each field as it is written: its name and its value.
    pub fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|field| (field.name.of(&self.text), field.value.of(&self.text)))
    }

    /// The elements of all fields of that name, which is a list (RFC 9110 §5.6.1).
    pub fn list(&self, name: Name<'_>) -> impl Iterator<Item = &[u8]> {
        self.all(name).flat_map(|value| value.split(|b| *b == b',')).map(<[u8]>::trim_ascii)
    }

    fn is(&self, field: &Field, name: Name<'_>) -> bool {
        field.id == name.id()
            && (field.id != 0 || field.name.of(&self.text).eq_ignore_ascii_case(name.as_str().as_bytes()))
    }

    fn word(&self, at: usize) -> &[u8] {
        self.start[at].of(&self.text)
    }

    /// A request's method.
    pub fn method(&self) -> &[u8] {
        self.word(0)
    }

    /// A request's target.
    pub fn target(&self) -> &str {
        // Whatever is none of a URI is escaped where the head is read.
        std::str::from_utf8(self.word(1)).unwrap_or_default()
    }

    /// Whether a request's version is before 1.1.
    pub fn is_old(&self) -> bool {
        self.word(2) == b"HTTP/1.0"
    }

    /// A response's status.
    pub fn status(&self) -> u16 {
        self.word(1).iter().fold(0, |number, digit| number * 10 + u16::from(digit.wrapping_sub(b'0')))
    }

    /// What a response says after its status.
    pub fn reason(&self) -> &[u8] {
        self.word(2)
    }

    /// A response's version, as its server wrote it.
    pub fn version(&self) -> &[u8] {
        self.word(0)
    }
}

/// The bytes behind the rest, where what is new is written.
impl Head {
    fn place_from(&self, start: usize) -> Place {
        Place::new(start, self.text.len() - start)
    }

    /// Both values in one place; what has just been joined grows where it stands, or many would take their length squared.
    fn join(&mut self, one: Place, between: &[u8], other: Place) -> Place {
        let mut start = self.text.len();
        if one.range().end == start {
            start = one.range().start;
        } else {
            self.text.extend_from_within(one.range());
        }
        self.text.extend(between);
        self.text.extend_from_within(other.range());
        self.place_from(start)
    }
}
