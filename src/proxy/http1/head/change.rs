//! What may be changed in a head: its fields by name.

use std::{fmt, io::Write};

use super::{Field, Head, Place};
use crate::proxy::http1::{grammar::is_value, name::Name};

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

    /// Removes the fields whose name is one of these, which are in lower case and in order.
    pub fn remove_called(&mut self, called: &[Vec<u8>]) {
        let Self { text, fields, .. } = self;
        fields.retain(|field| {
            let name = || field.name.of(text).iter().map(u8::to_ascii_lowercase);
            called.binary_search_by(|called| called.iter().copied().cmp(name())).is_err()
        });
    }

    /// Removes the fields of all these names in one pass; returns whether there was any.
    pub fn remove_all(&mut self, names: &[Name<'_>]) {
        let gone = names.iter().fold(0_u64, |set, name| set | 1 << name.id());
        self.fields.retain(|field| field.id == 0 || gone & 1 << field.id == 0);
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
}
