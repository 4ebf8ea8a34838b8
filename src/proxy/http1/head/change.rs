//! What may be changed in a head: its fields by name.

use std::{fmt, io::Write};

use super::{BETWEEN, END, Field, Head, bit};
use crate::proxy::http1::{grammar::is_value, name::Name};

impl Head {
    /// Forgets everything but its room.
    pub fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
        self.odd.clear();
        self.start = Default::default();
        (self.old, self.status) = (false, 0);
        (self.present, self.repeated) = (0, 0);
    }

    /// Becomes a copy, in the room that it has.
    pub fn copy(&mut self, other: &Self) {
        self.text.clone_from(&other.text);
        self.fields.clone_from(&other.fields);
        self.start = other.start;
        (self.old, self.status) = (other.old, other.status);
        (self.present, self.repeated) = (other.present, other.repeated);
    }

    /// The room that it takes, in bytes.
    pub fn room(&self) -> usize {
        self.text.capacity() + self.fields.capacity() * size_of::<Field>()
    }

    /// Gives the field of that name this value; a new one comes last. Others of that name go.
    ///
    /// A value that is none (RFC 9110 §5.5) is not written: the head stays as it is.
    pub fn set(&mut self, name: Name<'_>, value: &[u8]) {
        self.put(name, |text| text.extend(value));
    }

    /// The same, with a value that is formatted.
    pub fn set_to(&mut self, name: Name<'_>, value: fmt::Arguments<'_>) {
        self.put(name, |text| _ = text.write_fmt(value));
    }

    /// Adds a field of that name at the end, whatever is there already.
    pub fn add(&mut self, name: Name<'_>, value: &[u8]) {
        self.push(name, |text| text.extend(value));
    }

    /// The same, with a value that is formatted.
    pub fn add_to(&mut self, name: Name<'_>, value: fmt::Arguments<'_>) {
        self.push(name, |text| _ = text.write_fmt(value));
    }

    /// Adds to the value that is there already, after a comma; a new field comes last.
    pub fn extend(&mut self, name: Name<'_>, value: &[u8]) {
        let Some(at) = self.position(name) else { return self.add(name, value) };
        if is_value(value) {
            let more = self.text.len();
            self.text.extend(value);
            self.add_to_line(at, b", ", self.place_from(more));
        }
    }

    /// Removes the fields of that name.
    pub fn remove(&mut self, name: Name<'_>) {
        if self.may_have(name) {
            match name.id() {
                0 => self.remove_called(&[name.as_str().to_ascii_lowercase().into_bytes()]),
                id => {
                    self.fields.retain(|field| field.id != id);
                    self.present &= !bit(id);
                }
            }
        }
    }

    /// Removes the fields whose name is one of these, which are in lower case and in order.
    pub fn remove_called(&mut self, called: &[Vec<u8>]) {
        let Self { text, fields, .. } = self;
        fields.retain(|field| {
            let name = || field.name(text).iter().map(u8::to_ascii_lowercase);
            called.binary_search_by(|called| called.iter().copied().cmp(name())).is_err()
        });
    }

    /// Removes the fields of all these known names in one pass.
    pub fn remove_all(&mut self, names: &[Name<'_>]) {
        let gone = names.iter().filter(|name| name.id() != 0).fold(0, |set, name| set | bit(name.id()));
        if self.present & gone != 0 {
            self.fields.retain(|field| field.id == 0 || gone & bit(field.id) == 0);
            self.present &= !gone;
        }
    }

    /// Changes the value of the fields for which `change` writes another one: it gets the value, and where to write.
    pub fn rewrite(&mut self, name: Name<'_>, mut change: impl FnMut(&[u8], &mut Vec<u8>) -> bool) {
        if !self.may_have(name) {
            return;
        }
        let mut new = Vec::new();
        for at in 0..self.fields.len() {
            if !self.is(&self.fields[at], name) {
                continue;
            }
            new.clear();
            if change(self.fields[at].value(&self.text), &mut new) && is_value(&new) {
                let start = self.text.len();
                self.text.extend(&new);
                self.write_line(at, self.place_from(start));
            }
        }
    }

    fn put(&mut self, name: Name<'_>, write: impl FnOnce(&mut Vec<u8>)) {
        let Some(first) = self.position(name) else { return self.push(name, write) };
        let start = self.text.len();
        write(&mut self.text);
        if !is_value(&self.text[start..]) {
            return;
        }
        if self.fields[first].value(&self.text) == &self.text[start..] {
            self.text.truncate(start);
        } else {
            self.write_line(first, self.place_from(start));
        }
        if self.repeated & bit(name.id()) == 0 {
            return;
        }
        let Self { text, fields, .. } = self;
        let (mut at, id, called) = (0, name.id(), name.as_str().as_bytes());
        fields.retain(|field| {
            at += 1;
            at - 1 <= first || field.id != id || id == 0 && !field.name(text).eq_ignore_ascii_case(called)
        });
    }

    fn push(&mut self, name: Name<'_>, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.text.len();
        self.text.extend(name.as_str().as_bytes());
        self.text.extend(BETWEEN);
        let value = self.text.len();
        write(&mut self.text);
        if !is_value(&self.text[value..]) {
            return self.text.truncate(start);
        }
        self.text.extend(END);
        let length = name.as_str().len() as u16;
        self.fields.push(Field { id: name.id(), name: length, line: self.place_from(start) });
        self.note(name.id());
    }
}
