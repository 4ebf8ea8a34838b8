//! The head of a message: one buffer, and where in it each field stands (RFC 9112 §2.1).
//!
//! Order and spelling stay as they came. What is changed is written behind the rest of the buffer, and the field's place
//! moves there; so a head that is used again for the next message allocates nothing.

use std::{fmt, io::Write};

use super::{
    grammar::is_value,
    name::{self, Name},
};

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

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
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

/// Writing.
impl Head {
    /// Forgets everything but its room.
    pub fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
        self.start = Default::default();
    }

    /// Becomes a copy, in the room that it has.
    pub fn copy(&mut self, other: &Self) {
        self.text.clone_from(&other.text);
        self.fields.clone_from(&other.fields);
        self.start = other.start;
    }

    /// The room that it takes, in bytes.
    pub fn room(&self) -> usize {
        self.text.capacity() + self.fields.capacity() * size_of::<Field>()
    }

    /// Gives the field of that name this value; a new one comes last. Others of that name go.
    ///
    /// A value that is none (RFC 9110 §5.5) is not written: the head stays as it is.
    pub fn set(&mut self, name: Name<'_>, value: &[u8]) {
        if let Some(place) = self.keep(value) {
            self.put(name, place);
        }
    }

    /// The same, with a value that is formatted.
    pub fn set_to(&mut self, name: Name<'_>, value: fmt::Arguments<'_>) {
        if let Some(place) = self.keep_formatted(value) {
            self.put(name, place);
        }
    }

    /// Adds a field of that name at the end, whatever is there already.
    pub fn add(&mut self, name: Name<'_>, value: &[u8]) {
        if let Some(value) = self.keep(value) {
            self.push(name, value);
        }
    }

    /// The same, with a value that is formatted.
    pub fn add_to(&mut self, name: Name<'_>, value: fmt::Arguments<'_>) {
        if let Some(value) = self.keep_formatted(value) {
            self.push(name, value);
        }
    }

    /// Adds to the value that is there already, after a comma; a new field comes last.
    pub fn extend(&mut self, name: Name<'_>, value: &[u8]) {
        match self.fields.iter().position(|field| self.is(field, name)) {
            None => self.add(name, value),
            Some(at) if is_value(value) => {
                let start = self.text.len();
                self.text.extend_from_within(self.fields[at].value.range());
                self.text.extend(b", ");
                self.text.extend(value);
                self.fields[at].value = self.place_from(start);
            }
            Some(_) => {}
        }
    }

    /// Removes the fields of that name.
    pub fn remove(&mut self, name: Name<'_>) {
        let Self { text, fields, .. } = self;
        fields.retain(|field| {
            field.id != name.id()
                || field.id == 0 && !field.name.of(text).eq_ignore_ascii_case(name.as_str().as_bytes())
        });
    }

    /// Removes the fields whose name is one of these bytes, in any case.
    pub fn remove_called(&mut self, called: &[u8]) {
        let Self { text, fields, .. } = self;
        fields.retain(|field| !field.name.of(text).eq_ignore_ascii_case(called));
    }

    /// Removes the fields of all these names in one pass; returns whether there was any.
    pub fn remove_all(&mut self, names: &[Name<'_>]) {
        let gone = names.iter().fold(0_u64, |set, name| set | 1 << name.id());
        self.fields.retain(|field| field.id == 0 || gone & 1 << field.id == 0);
    }

    /// Moves the first field of that name to this place among the fields; whether there is one.
    pub fn move_to(&mut self, name: Name<'_>, to: usize) -> bool {
        let Some(at) = self.fields.iter().position(|field| self.is(field, name)) else { return false };
        if to <= at {
            self.fields[to..=at].rotate_right(1);
        } else {
            self.fields[at..=to].rotate_left(1);
        }
        true
    }

    /// Moves the fields of that name behind all others, in their order.
    pub fn move_last(&mut self, name: Name<'_>) {
        let (mut at, mut left) = (0, self.fields.len());
        while left > 0 {
            if self.is(&self.fields[at], name) {
                self.fields[at..].rotate_left(1);
            } else {
                at += 1;
            }
            left -= 1;
        }
    }

    /// Keeps the first field of that name, and removes the others.
    pub fn keep_first(&mut self, name: Name<'_>) {
        let mut seen = false;
        let id = name.id();
        self.fields.retain(|field| field.id != id || !std::mem::replace(&mut seen, true));
    }

    /// Joins repeated fields into the first with `, `, as Apache does to every request (RFC 9110 §5.3).
    pub fn merge_repeated(&mut self) {
        let mut at = 0;
        while at + 1 < self.fields.len() {
            while let Some(again) = self.again(at) {
                let more = self.fields.remove(again).value;
                self.fields[at].value = self.join(self.fields[at].value, b", ", more);
            }
            at += 1;
        }
    }

    /// The next field of the same name.
    fn again(&self, at: usize) -> Option<usize> {
        let field = self.fields[at];
        let name = field.name.of(&self.text);
        let same = |other: &Field| {
            other.id == field.id
                && other.name.length == field.name.length
                && (field.id != 0 || other.name.of(&self.text).eq_ignore_ascii_case(name))
        };
        self.fields[at + 1..].iter().position(same).map(|next| at + 1 + next)
    }

    /// Changes the value of the fields for which `change` writes another one; it gets the name, the value, and where to
    /// write.
    pub fn rewrite(&mut self, name: Name<'_>, mut change: impl FnMut(&[u8], &mut Vec<u8>) -> bool) {
        let mut new = Vec::new();
        for at in 0..self.fields.len() {
            if !self.is(&self.fields[at], name) {
                continue;
            }
            new.clear();
            if change(self.fields[at].value.of(&self.text), &mut new)
                && let Some(place) = self.keep(&new)
            {
                self.fields[at].value = place;
            }
        }
    }

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

    fn put(&mut self, name: Name<'_>, value: Place) {
        let Some(first) = self.fields.iter().position(|field| self.is(field, name)) else {
            return self.push(name, value);
        };
        self.fields[first].value = value;
        let Self { text, fields, .. } = self;
        let mut at = 0;
        fields.retain(|field| {
            at += 1;
            at - 1 <= first
                || field.id != name.id()
                || field.id == 0 && !field.name.of(text).eq_ignore_ascii_case(name.as_str().as_bytes())
        });
    }

    fn push(&mut self, name: Name<'_>, value: Place) {
        let start = self.text.len();
        self.text.extend(name.as_str().as_bytes());
        let name = Field { id: name.id(), name: self.place_from(start), value };
        self.fields.push(name);
    }

    fn keep(&mut self, value: &[u8]) -> Option<Place> {
        let start = self.text.len();
        self.text.extend(value);
        is_value(value).then(|| self.place_from(start))
    }

    fn keep_formatted(&mut self, value: fmt::Arguments<'_>) -> Option<Place> {
        let start = self.text.len();
        _ = self.text.write_fmt(value);
        is_value(&self.text[start..]).then(|| self.place_from(start))
    }

    fn place_from(&self, start: usize) -> Place {
        Place::new(start, self.text.len() - start)
    }
}

/// The number of a field that goes on with the one before, until they are joined.
const FOLD: u8 = u8::MAX;

/// For those who read heads: first the places in what is read are found, then it is taken in.
impl Head {
    /// Takes in the bytes in which the places were found.
    pub(super) fn hold(&mut self, bytes: &[u8]) {
        self.text.clear();
        self.text.extend(bytes);
    }

    pub(super) fn start_with(&mut self, words: [Place; 3]) {
        self.start = words;
    }

    /// A field whose name and value stand at these places; its number among the names.
    pub(super) fn found(&mut self, name: &[u8], at: Place, value: Place) -> u8 {
        let id = name::id(name);
        self.fields.push(Field { id, name: at, value });
        id
    }

    /// Whether the field that was found last has this name.
    pub(super) fn last_is(&self, name: Name<'_>) -> bool {
        self.fields.last().is_some_and(|field| field.id == name.id())
    }

    /// The continuation of the last field's value (obs-fold, RFC 9112 §5.2).
    pub(super) fn found_fold(&mut self, value: Place) {
        self.fields.push(Field { id: FOLD, name: Place::default(), value });
    }

    /// Joins each value with its folds, by one space.
    pub(super) fn unfold(&mut self) {
        let mut at = 1;
        while at < self.fields.len() {
            if self.fields[at].id == FOLD {
                let more = self.fields.remove(at).value;
                let value = self.fields[at - 1].value;
                self.fields[at - 1].value = match (value.length, more.length) {
                    (0, _) => more,
                    (_, 0) => value,
                    _ => self.join(value, b" ", more),
                };
            } else {
                at += 1;
            }
        }
    }

    pub(super) fn target_bytes(&self) -> &[u8] {
        self.word(1)
    }

    /// Writes another word for the first line.
    pub(super) fn write_word(&mut self, at: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.text.len();
        write(&mut self.text);
        self.start[at] = self.place_from(start);
    }

    /// Both values in one place.
    fn join(&mut self, one: Place, between: &[u8], other: Place) -> Place {
        let start = self.text.len();
        self.text.extend_from_within(one.range());
        self.text.extend(between);
        self.text.extend_from_within(other.range());
        self.place_from(start)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::name::*, *};

    fn head(fields: &[(&str, &str)]) -> Head {
        let mut head = Head::default();
        fields.iter().for_each(|(name, value)| head.add(Name::new(name), value.as_bytes()));
        head
    }

    fn lines(head: &Head) -> Vec<String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        head.fields().map(|(name, value)| format!("{}: {}", text(name), text(value))).collect()
    }

    #[test]
    fn fields_keep_their_order_and_their_spelling() {
        let mut head = head(&[("x-A", "1"), ("HOST", "a"), ("x-b", "2")]);
        head.set(HOST, b"b");
        head.set(Name::new("X-B"), b"3");
        head.add(VIA, b"1.1 a");
        assert_eq!(lines(&head), ["x-A: 1", "HOST: b", "x-b: 3", "Via: 1.1 a"]);
        head.remove(Name::new("X-a"));
        head.remove(HOST);
        assert_eq!(lines(&head), ["x-b: 3", "Via: 1.1 a"]);
    }

    #[test]
    fn set_leaves_one() {
        let mut head = head(&[("Via", "1"), ("a", "1"), ("via", "2"), ("A", "2")]);
        head.set(VIA, b"3");
        head.set(Name::new("a"), b"3");
        assert_eq!(lines(&head), ["Via: 3", "a: 3"]);
    }

    #[test]
    fn repeated_fields_are_joined_into_the_first() {
        let mut head = head(&[("Cookie", "a"), ("x", ""), ("cookie", "b"), ("X", "2"), ("COOKIE", "c")]);
        head.merge_repeated();
        assert_eq!(lines(&head), ["Cookie: a, b, c", "x: , 2"]);
    }

    #[test]
    fn fields_move() {
        let mut head =
            head(&[("Set-Cookie", "1"), ("a", ""), ("Server", "s"), ("set-cookie", "2"), ("Date", "d")]);
        assert!(head.move_to(DATE, 0) && head.move_to(SERVER, 1) && !head.move_to(HOST, 0));
        head.move_last(SET_COOKIE);
        assert_eq!(lines(&head), ["Date: d", "Server: s", "a: ", "Set-Cookie: 1", "set-cookie: 2"]);
    }

    #[test]
    fn what_is_no_value_is_not_written() {
        let mut head = head(&[("a", "1")]);
        for bad in [&b"x\r\nY: z"[..], b"\0", b"\x1b", b"\x7f"] {
            head.set(Name::new("a"), bad);
            head.add(Name::new("a"), bad);
            head.extend(Name::new("a"), bad);
        }
        assert_eq!(lines(&head), ["a: 1"]);
        head.set(Name::new("a"), "é\t".as_bytes());
        assert_eq!(lines(&head), ["a: é\t"]);
    }

    #[test]
    fn a_status_line() {
        let mut head = Head::default();
        head.set_status(404, "Not Found");
        assert_eq!((head.status(), head.reason()), (404, &b"Not Found"[..]));
        let mut out = Vec::new();
        head.write_response(&mut out);
        assert_eq!(out, b"HTTP/1.1 404 Not Found\r\n\r\n");
    }
}
