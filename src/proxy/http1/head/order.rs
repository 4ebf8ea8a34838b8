//! The order of the fields of a head, and repeated ones (RFC 9110 §5.3).

use super::{BETWEEN, END, Field, Head, bit};
use crate::proxy::http1::name::Name;

impl Head {
    /// Moves the first field of that name to this place among the fields; whether there is one.
    pub fn move_to(&mut self, name: Name<'_>, to: usize) -> bool {
        let Some(at) = self.position(name) else { return false };
        if to < at {
            self.fields[to..=at].rotate_right(1);
        } else if to > at {
            self.fields[at..=to].rotate_left(1);
        }
        true
    }

    /// Writes the name of the first of these fields as it is usually written.
    pub fn respell(&mut self, name: Name<'_>) {
        let Some(at) = self.position(name) else { return };
        if self.fields[at].name(&self.text) != name.as_str().as_bytes() {
            let (start, value) = (self.text.len(), self.fields[at].value_place());
            self.text.extend(name.as_str().as_bytes());
            self.text.extend(BETWEEN);
            self.text.extend_from_within(value.range());
            self.text.extend(END);
            self.fields[at].line = self.place_from(start);
        }
    }

    /// Moves the fields of that name behind all others, in their order.
    pub fn move_last(&mut self, name: Name<'_>) {
        if self.may_have(name) {
            let Self { text, fields, .. } = self;
            fields.sort_by_key(|field| field.has(name, text));
        }
    }

    /// Keeps the first field of that known name, and removes the others.
    pub fn keep_first(&mut self, name: Name<'_>) {
        let (mut seen, id) = (false, name.id());
        if self.repeated & bit(id) != 0 {
            self.fields.retain(|field| field.id != id || !std::mem::replace(&mut seen, true));
        }
    }

    /// Joins repeated fields into the first with `, `, as Apache does to every request.
    pub fn merge_repeated(&mut self) {
        if self.repeated == 0 {
            return;
        }
        let mut at = 0;
        while at + 1 < self.fields.len() {
            while let Some(again) = self.again(at) {
                let more = self.fields.remove(again).value_place();
                self.add_to_line(at, b", ", more);
            }
            at += 1;
        }
    }

    /// The next field of the same name.
    fn again(&self, at: usize) -> Option<usize> {
        let field = self.fields[at];
        let name = field.name(&self.text);
        let same = |other: &Field| {
            other.id == field.id
                && (field.id != 0
                    || other.name == field.name && other.name(&self.text).eq_ignore_ascii_case(name))
        };
        self.fields[at + 1..].iter().position(same).map(|next| at + 1 + next)
    }
}
