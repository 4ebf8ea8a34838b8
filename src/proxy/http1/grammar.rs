//! The characters of tokens and field values (RFC 9110 §5.5, §5.6.2), looked at eight at once where they are many.

/// RFC 9110 §5.6.2.
pub(crate) fn is_token(b: u8) -> bool {
    TOKEN[usize::from(b)]
}

const TOKEN: [bool; 256] = {
    let mut token = [false; 256];
    let mut b = 0;
    while b < 128 {
        token[b] = (b as u8).is_ascii_alphanumeric();
        b += 1;
    }
    let marks = b"!#$%&'*+-.^_`|~";
    let mut at = 0;
    while at < marks.len() {
        token[marks[at] as usize] = true;
        at += 1;
    }
    token
};

/// Every byte of a word, and its highest bit.
const EACH: u64 = u64::MAX / 255;
const HIGH: u64 = EACH << 7;

/// Whether this may stand as a field's value: no control character but the tab (RFC 9110 §5.5).
pub(crate) fn is_value(value: &[u8]) -> bool {
    let (words, rest) = value.as_chunks::<8>();
    let suspect = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        let (below_blank, delete) = (word.wrapping_sub(EACH * 0x20), word ^ (EACH * 0x7f));
        (below_blank & !word | delete.wrapping_sub(EACH) & !delete) & HIGH != 0
    };
    // A tab is suspect too, and rare.
    !words.iter().any(suspect) && !rest.iter().any(|b| is_control(*b))
        || !value.iter().any(|b| is_control(*b))
}

fn is_control(b: u8) -> bool {
    b.is_ascii_control() && b != b'\t'
}

/// Where the token at the front ends.
pub(crate) fn token_end(text: &[u8]) -> usize {
    text.iter().position(|b| !is_token(*b)).unwrap_or(text.len())
}

/// What is left without blanks at either end, and how many there are in front.
pub(crate) fn trimmed(text: &[u8]) -> (usize, &[u8]) {
    let blank = |b: &u8| *b == b' ' || *b == b'\t';
    let front = text.iter().position(|b| !blank(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !blank(b)).map_or(front, |last| last + 1);
    (front, &text[front..end])
}

/// Whether two texts are the same, letters in any case; for texts of letters, digits and hyphens.
pub(crate) fn is_same_name(one: &[u8], other: &[u8]) -> bool {
    const SMALL: u64 = EACH * 0x20;
    let word = |text: &[u8; 8]| u64::from_le_bytes(*text) | SMALL;
    if one.len() != other.len() {
        return false;
    }
    let ends = (one.first_chunk(), one.last_chunk(), other.first_chunk(), other.last_chunk());
    if let ((Some(a), Some(b), Some(c), Some(d)), ..=16) = (ends, one.len()) {
        return word(a) == word(c) && word(b) == word(d);
    }
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place_of_a_value() {
        for length in [1, 7, 8, 9, 16, 23] {
            for at in 0..length {
                for byte in 0..=255_u8 {
                    let mut value = vec![b'x'; length];
                    value[at] = byte;
                    assert_eq!(is_value(&value), !is_control(byte), "{byte} at {at} of {length}");
                }
            }
        }
        assert!(is_value(b""));
    }

    #[test]
    fn names_have_no_case() {
        for name in
            ["TE", "Via", "Host", "Connection", "Content-Length", "Transfer-Encoding", "X-Forwarded-Server"]
        {
            assert!(is_same_name(name.as_bytes(), name.to_ascii_uppercase().as_bytes()), "{name}");
            for at in 0..name.len() {
                let mut other = name.as_bytes().to_vec();
                other[at] = b'0';
                assert!(!is_same_name(name.as_bytes(), &other), "{name} at {at}");
            }
        }
    }

    #[test]
    fn blanks_at_the_ends_go() {
        for (text, front, left) in
            [("", 0, ""), (" ", 1, ""), ("a", 0, "a"), (" a b\t ", 1, "a b"), ("\t\t", 2, ""), ("a ", 0, "a")]
        {
            assert_eq!(trimmed(text.as_bytes()), (front, left.as_bytes()), "{text:?}");
        }
    }
}
