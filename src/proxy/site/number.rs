//! Numbers as Apache's directives write them, and as C reads them.

/// A number as C's `atoi` reads it: what follows the digits is ignored, what has none is 0, and of one that is too long
/// the lowest 32 bits remain, which may be negative.
pub(crate) fn leading_number(text: &str) -> i32 {
    truncated(split_number(text).0)
}

/// What an `int` of C holds of a `long`.
pub(crate) fn truncated(number: i64) -> i32 {
    number as i32
}

/// A number as C's `strtol` reads it, the nearest there is of one that is too long, and what follows it.
pub(crate) fn split_number(text: &str) -> (i64, &str) {
    let trimmed = text.trim_start_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    if end == 0 {
        return (0, text);
    }
    let number = digits[..end].parse().unwrap_or(i64::MAX);
    match trimmed.starts_with('-') {
        true if number == i64::MAX => (i64::MIN, &digits[end..]),
        true => (-number, &digits[end..]),
        false => (number, &digits[end..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        for (text, number) in [
            ("5", 5),
            ("+5x", 5),
            (" -5.5", -5),
            ("", 0),
            ("x5", 0),
            ("2147483648", i32::MIN),
            ("4294967297", 1),
            ("9000000000000000000", -494_665_728),
            ("99999999999999999999", -1),
            ("-99999999999999999999", 0),
        ] {
            assert_eq!(leading_number(text), number, "{text}");
        }
        assert_eq!(split_number("12ms"), (12, "ms"));
        assert_eq!(split_number("-ms"), (0, "-ms"));
    }
}
