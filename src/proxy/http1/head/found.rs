//! Taking in what was read: first the places in it are found, then the bytes are held.

use super::{BETWEEN, END, Field, Head, Odd, Place};
use crate::proxy::http1::name::{self, Name};

impl Head {
    /// Takes in the bytes in which the places were found.
    pub(in crate::proxy::http1) fn hold(&mut self, bytes: &[u8]) {
        self.text.clear();
        self.text.extend(bytes);
        if !self.odd.is_empty() {
            self.straighten();
        }
    }

    pub(in crate::proxy::http1) fn start_with(&mut self, words: [Place; 3]) {
        self.start = words;
    }

    pub(in crate::proxy::http1) fn is_of(&mut self, old: bool, status: u16) {
        (self.old, self.status) = (old, status);
    }

    /// A field whose line begins at `start` and is so long with its end; what stands before its colon, and the place of its
    /// value. Says its number among the names.
    pub(in crate::proxy::http1) fn found(
        &mut self,
        name: &[u8],
        start: usize,
        length: usize,
        value: Place,
    ) -> u8 {
        let id = name::id(name);
        self.note(id);
        let ours = name.len() + BETWEEN.len() + value.length as usize + END.len();
        if length != ours || value.at as usize != start + name.len() + BETWEEN.len() {
            self.odd.push(Odd { field: self.fields.len(), value, fold: false });
        }
        self.fields.push(Field { id, name: name.len() as u16, line: Place::new(start, length) });
        id
    }

    /// Whether the field that was found last has this name.
    pub(in crate::proxy::http1) fn last_is(&self, name: Name<'_>) -> bool {
        self.fields.last().is_some_and(|field| field.id == name.id())
    }

    /// The continuation of the last field's value.
    pub(in crate::proxy::http1) fn found_fold(&mut self, value: Place) {
        self.odd.push(Odd { field: self.fields.len().saturating_sub(1), value, fold: true });
    }

    /// Writes those lines anew that do not stand as we write them; folds are joined by one space.
    fn straighten(&mut self) {
        for at in 0..self.odd.len() {
            let Odd { field, value, fold } = self.odd[at];
            if !fold {
                self.write_line(field, value);
            } else if value.length > 0 {
                let empty = self.fields[field].value_place().length == 0;
                self.add_to_line(field, if empty { b"" } else { b" " }, value);
            }
        }
        self.odd.clear();
    }
}
