//! The head of a message: one buffer, and the lines of its fields in it (RFC 9112 §2.1).
//!
//! Order and spelling stay as they came. What is changed is written behind the rest of the buffer, as a line of its own; so
//! a head that is used again for the next message allocates nothing, and is written with few copies.

mod change;
mod found;
mod order;
#[cfg(test)]
mod tests;
mod write;

use super::{
    grammar::is_same_name,
    name::{CONNECTION, Name},
};

/// A head that was read, or is to be written.
#[derive(Clone, Debug, Default)]
pub struct Head {
    text: Vec<u8>,
    /// The three words of the first line: method, target and version, or version, status and reason.
    start: [Place; 3],
    /// Whether a request is of HTTP/1.0; a response's status.
    old: bool,
    status: u16,
    fields: Vec<Field>,
    /// A bit for each known name that a field may have, and for each that several may.
    present: u64,
    repeated: u64,
    /// While it is read: the fields that are not written as we write them.
    odd: Vec<Odd>,
}

/// Some bytes of the buffer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    at: u32,
    length: u32,
}

/// A field: where its line stands, `Name: value` with its end, and how long the name is.
#[derive(Clone, Copy, Debug)]
struct Field {
    id: u8,
    name: u16,
    line: Place,
}

/// A value that does not stand as we write it: of which field, where, and whether it goes on with what that has already
/// (obs-fold, RFC 9112 §5.2).
#[derive(Clone, Copy, Debug)]
struct Odd {
    field: usize,
    value: Place,
    fold: bool,
}

/// What stands between a name and its value, and behind the value.
const BETWEEN: &[u8] = b": ";
const END: &[u8] = b"\r\n";

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

impl Field {
    fn name<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        &text[self.line.at as usize..][..usize::from(self.name)]
    }

    fn value_place(&self) -> Place {
        let before = u32::from(self.name) + BETWEEN.len() as u32;
        Place { at: self.line.at + before, length: self.line.length - before - END.len() as u32 }
    }

    fn value<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        self.value_place().of(text)
    }

    fn has(&self, name: Name<'_>, text: &[u8]) -> bool {
        let unknown = || self.name(text).eq_ignore_ascii_case(name.as_str().as_bytes());
        self.id == name.id() && (self.id != 0 || unknown())
    }
}

/// What `Connection` says (RFC 9110 §7.6.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `close`.
    pub close: bool,
    /// `keep-alive`.
    pub keep_alive: bool,
    /// Others, which name headers.
    pub others: bool,
}

/// Reading.
impl Head {
    /// The options of the connection.
    pub fn connection(&self) -> Options {
        let mut options = Options::default();
        for value in self.all(CONNECTION) {
            for option in value.split(|b| *b == b',').map(<[u8]>::trim_ascii) {
                match option {
                    _ if is_same_name(option, b"keep-alive") => options.keep_alive = true,
                    _ if option.eq_ignore_ascii_case(b"close") => options.close = true,
                    other => options.others |= !other.is_empty(),
                }
            }
        }
        options
    }

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
        let fields = if self.may_have(name) { self.fields.as_slice() } else { &[] };
        fields.iter().filter(move |field| self.is(field, name)).map(|field| field.value(&self.text))
    }

    /// Whether there is a field of that name.
    pub fn has(&self, name: Name<'_>) -> bool {
        self.position(name).is_some()
    }

    /// Each field as it is written: its name and its value.
    pub fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|field| (field.name(&self.text), field.value(&self.text)))
    }

    /// The elements of all fields of that name, which is a list (RFC 9110 §5.6.1).
    pub fn list(&self, name: Name<'_>) -> impl Iterator<Item = &[u8]> {
        self.all(name).flat_map(|value| value.split(|b| *b == b',')).map(<[u8]>::trim_ascii)
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
        self.old
    }

    /// A response's status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// What a response says after its status.
    pub fn reason(&self) -> &[u8] {
        self.word(2)
    }

    /// A response's version, as its server wrote it.
    pub fn version(&self) -> &[u8] {
        self.word(0)
    }

    fn position(&self, name: Name<'_>) -> Option<usize> {
        if !self.may_have(name) {
            return None;
        }
        self.fields.iter().position(|field| self.is(field, name))
    }

    /// Whether there may be such a field; nearly always there is none, and nobody need look.
    fn may_have(&self, name: Name<'_>) -> bool {
        self.present & bit(name.id()) != 0
    }

    /// A field of that number is there, or one more.
    fn note(&mut self, id: u8) {
        self.repeated |= self.present & bit(id);
        self.present |= bit(id);
    }

    fn is(&self, field: &Field, name: Name<'_>) -> bool {
        field.has(name, &self.text)
    }

    fn word(&self, at: usize) -> &[u8] {
        self.start[at].of(&self.text)
    }
}

/// The bit of a name among those that are there; all that are unknown share one.
fn bit(id: u8) -> u64 {
    1 << (id & 63)
}

/// The bytes behind the rest, where what is new is written.
impl Head {
    fn place_from(&self, start: usize) -> Place {
        Place::new(start, self.text.len() - start)
    }

    /// Writes the line of a field anew, with this value.
    fn write_line(&mut self, at: usize, value: Place) {
        let Field { name, line, .. } = self.fields[at];
        let start = self.text.len();
        self.text.extend_from_within(line.at as usize..line.at as usize + usize::from(name));
        self.text.extend(BETWEEN);
        self.text.extend_from_within(value.range());
        self.text.extend(END);
        self.fields[at].line = self.place_from(start);
    }

    /// Adds to the value of a field. What has just been written grows where it stands, or many would take their length
    /// squared.
    fn add_to_line(&mut self, at: usize, between: &[u8], more: Place) {
        if self.fields[at].line.range().end != self.text.len() {
            self.write_line(at, self.fields[at].value_place());
        }
        let start = self.fields[at].line.range().start;
        self.text.truncate(self.text.len() - END.len());
        self.text.extend(between);
        self.text.extend_from_within(more.range());
        self.text.extend(END);
        self.fields[at].line = self.place_from(start);
    }
}
