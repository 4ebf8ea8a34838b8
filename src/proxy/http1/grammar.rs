//! The characters of tokens and field values (RFC 9110 §5.5, §5.6.2).

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

/// Whether this may stand as a field's value: no control character but the tab (RFC 9110 §5.5).
pub(crate) fn is_value(value: &[u8]) -> bool {
    // Without an early end, so that many bytes are looked at at once.
    !value.iter().fold(false, |found, b| found | (b.is_ascii_control() & (*b != b'\t')))
}
