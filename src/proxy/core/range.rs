//! `Range`, answered here where the backend answers the whole (RFC 9110 §14; apache-facts §5).
//!
//! Apache cuts what it has in full when the head goes out, which is a small body; so do we. Several ranges that do not
//! touch get the whole, which a client must expect of any server.

use std::ops::{self, RangeInclusive};

use crate::proxy::http1::{
    head::Head,
    name::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, LAST_MODIFIED, RANGE},
};

/// The longest body that is cut: what Apache reads in one go.
const SMALL: u64 = 8000;

/// What a client asked a part of, and of which version.
pub(crate) struct Range {
    bytes: String,
    version: Option<Vec<u8>>,
}

/// What becomes of an answer.
pub(crate) enum Cut {
    /// It passes as it is.
    Whole,
    /// It has no such part.
    Nothing,
    /// These bytes of it.
    Part(ops::Range<usize>),
}

impl Range {
    /// The part that the request asks for; nearly always none. It says something to GET only (RFC 9110 §14.2).
    pub(crate) fn of(asked: &Head) -> Option<Self> {
        let bytes = asked.text(RANGE).filter(|_| asked.method() == b"GET")?.to_owned();
        Some(Self { bytes, version: asked.get(IF_RANGE).map(<[u8]>::to_vec) })
    }

    /// The part of a small, whole answer; of others there is none.
    pub(crate) fn of_answer(&self, head: &Head) -> Cut {
        let length = head.text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let length = length.filter(|length| (1..=SMALL).contains(length));
        let whole = head.status() == 200 && !head.has(CONTENT_RANGE);
        let (Some(length), true, true) = (length, whole, self.is_of(head)) else { return Cut::Whole };
        match parts(&self.bytes, length).as_deref() {
            Some([]) => Cut::Nothing,
            Some([part]) => Cut::Part(*part.start() as usize..*part.end() as usize + 1),
            Some(_) | None => Cut::Whole,
        }
    }

    /// Says in the head of an answer of so many bytes that this part of it follows.
    pub(crate) fn say(&self, head: &mut Head, part: &ops::Range<usize>, whole: usize) {
        head.set_status(206, "Partial Content");
        head.set_to(CONTENT_LENGTH, format_args!("{}", part.len()));
        head.set_to(CONTENT_RANGE, format_args!("bytes {}-{}/{whole}", part.start, part.end - 1));
    }

    /// Whether the answer is of the version that `If-Range` names; a weak tag names none.
    fn is_of(&self, head: &Head) -> bool {
        let Some(version) = &self.version else { return true };
        let name = if version.starts_with(b"\"") { ETAG } else { LAST_MODIFIED };
        head.get(name) == Some(version)
    }
}

/// The parts of so many bytes that are asked for, those joined that touch; `None` if this is no range of bytes.
fn parts(asked: &str, length: u64) -> Option<Vec<RangeInclusive<u64>>> {
    let (unit, list) = asked.split_at_checked("bytes=".len())?;
    if !unit.eq_ignore_ascii_case("bytes=") {
        return None;
    }
    let mut found: Vec<RangeInclusive<u64>> = Vec::new();
    let mut any = false;
    for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let (from, to) = word.split_once('-')?;
        let number =
            |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
        let part = match (from, to) {
            ("", last) => length.saturating_sub(number(last).filter(|last| *last > 0)?)..=length - 1,
            (from, "") => number(from)?..=length - 1,
            (from, to) => {
                let (from, to) = (number(from)?, number(to)?);
                if from > to {
                    return None;
                }
                from..=to.min(length - 1)
            }
        };
        any = true;
        match found.last_mut() {
            _ if *part.start() >= length => {}
            Some(last) if part.start() <= &(last.end() + 1) && part.end() + 1 >= *last.start() => {
                *last = *last.start().min(part.start())..=*last.end().max(part.end());
            }
            _ => found.push(part),
        }
    }
    any.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_ten_bytes() {
        for (asked, expected) in [
            ("bytes=0-3", Some(vec![0..=3])),
            ("Bytes=4-", Some(vec![4..=9])),
            ("bytes=-3", Some(vec![7..=9])),
            ("bytes=-99", Some(vec![0..=9])),
            ("bytes=0-99", Some(vec![0..=9])),
            ("bytes=50-", Some(vec![])),
            ("bytes=0-3,", Some(vec![0..=3])),
            ("bytes=0-1,2-3", Some(vec![0..=3])),
            ("bytes=0-1,5-6", Some(vec![0..=1, 5..=6])),
            ("bytes=5-2", None),
            ("bytes=-0", None),
            ("bytes=", None),
            ("bytes=x", None),
            ("bytes=0-+3", None),
            ("bytes = 0-3", None),
            ("items=0-3", None),
            ("é", None),
        ] {
            assert_eq!(parts(asked, 10), expected, "{asked}");
        }
    }
}
