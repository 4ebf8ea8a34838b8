//! Taking in what was read: first the places in it are found, then the bytes are held.

use super::{Field, Head, Place};
use crate::proxy::http1::name::{self, Name};

/// The number of a field that goes on with the one before, until they are joined.
const FOLD: u8 = u8::MAX;

impl Head {
    /// Takes in the bytes in which the places were found.
    pub(in crate::proxy::http1) fn hold(&mut self, bytes: &[u8]) {
        self.text.clear();
        self.text.extend(bytes);
    }

    pub(in crate::proxy::http1) fn start_with(&mut self, words: [Place; 3]) {
        self.start = words;
    }

    /// A field whose name and value stand at these places; its number among the names.
    pub(in crate::proxy::http1) fn found(&mut self, name: &[u8], at: Place, value: Place) -> u8 {
        let id = name::id(name);
        self.fields.push(Field { id, name: at, value });
        id
    }

    /// Whether the field that was found last has this name.
    pub(in crate::proxy::http1) fn last_is(&self, name: Name<'_>) -> bool {
        self.fields.last().is_some_and(|field| field.id == name.id())
    }

    /// The continuation of the last field's value (obs-fold, RFC 9112 §5.2).
    pub(in crate::proxy::http1) fn found_fold(&mut self, value: Place) {
        self.fields.push(Field { id: FOLD, name: Place::default(), value });
    }

    /// Joins each value with its folds, by one space.
    pub(in crate::proxy::http1) fn unfold(&mut self) {
        let mut kept = 0;
        // In one pass: there may be hundreds of thousands of them.
        for at in 0..self.fields.len() {
            let field = self.fields[at];
            if field.id == FOLD && kept > 0 {
                let (value, more) = (self.fields[kept - 1].value, field.value);
                self.fields[kept - 1].value = match (value.length, more.length) {
                    (0, _) => more,
                    (_, 0) => value,
                    _ => self.join(value, b" ", more),
                };
            } else {
                self.fields[kept] = field;
                kept += 1;
            }
        }
        self.fields.truncate(kept);
    }
}
