//! The order of the fields of a head, and repeated ones (RFC 9110 §5.3).

use super::{Field, Head};
use crate::proxy::http1::name::Name;

impl Head {
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

    /// Writes the name of the first of these fields as it is usually written.
    pub fn respell(&mut self, name: Name<'_>) {
        let usual = name.as_str().as_bytes();
        if let Some(at) = self.fields.iter().position(|field| self.is(field, name))
            && self.fields[at].name.of(&self.text) != usual
        {
            let start = self.text.len();
            self.text.extend(usual);
            self.fields[at].name = self.place_from(start);
        }
    }

    /// Moves the fields of that name behind all others, in their order.
    pub fn move_last(&mut self, name: Name<'_>) {
        let id = name.id();
        self.fields.sort_by_key(|field| field.id == id);
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
}
