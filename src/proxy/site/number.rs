//! Numbers as Apache's directives write them.

/// A number as C's `atoi` reads it: what follows the digits is ignored, what has none is 0.
pub(crate) fn leading_number(text: &str) -> i64 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    sign * if end == 0 { 0 } else { digits[..end].parse().unwrap_or(i64::from(i32::MAX)) }
}
