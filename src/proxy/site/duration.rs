//! Times as Apache's directives write them: a number and its unit.

use std::{fmt, time::Duration};

use crate::proxy::site::number::{leading_number, split_number};

/// Reads a number and `ms`, `s`, `mi` or `h`, of which as in Apache the first letters count; `unit` is how many
/// milliseconds a number without a unit counts. `None` if it is none, or one whose microseconds no 64 bits hold.
pub(crate) fn read(value: &str, unit: u64) -> Option<Duration> {
    let (number, rest) = split_number(value);
    let millis = match rest.as_bytes() {
        [] => unit,
        [b'm', b's', ..] => 1,
        [b's', ..] => SECOND,
        [b'm', b'i', ..] => 60 * SECOND,
        [b'h', ..] => 3600 * SECOND,
        _ => return None,
    };
    let millis =
        u64::try_from(number).ok().filter(|number| *number < i64::MAX as u64)?.checked_mul(millis)?;
    millis.checked_mul(1000).filter(|micros| *micros <= i64::MAX as u64)?;
    Some(Duration::from_millis(millis))
}

/// A time that Apache reads as a number of seconds and no more; here its unit counts too. `None` if it is negative, or so
/// large that Apache takes it for that.
pub(crate) fn read_seconds(value: &str) -> Option<Duration> {
    match u64::try_from(leading_number(value)).ok()? {
        0 => Some(Duration::ZERO),
        seconds => Some(read(value, SECOND).unwrap_or(Duration::from_secs(seconds))),
    }
}

/// The milliseconds of a second: the unit of most times.
pub(crate) const SECOND: u64 = 1000;

/// A duration in whole seconds, or in milliseconds with their unit.
pub(crate) struct Seconds(pub Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subsec_millis() {
            0 => write!(f, "{}", self.0.as_secs()),
            _ => write!(f, "{}ms", self.0.as_millis()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        for (text, millis) in [
            ("5", Some(5000)),
            ("5s", Some(5000)),
            ("+5ms", Some(5)),
            ("5MS", None),
            ("2min", Some(120_000)),
            ("1h", Some(3_600_000)),
            ("5x", None),
            ("-5", None),
            ("", Some(0)),
            ("x", None),
            ("9223372036854776s", None),
            ("9000000000h", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(read(text, SECOND), millis.map(Duration::from_millis), "{text}");
        }
        assert_eq!(read("5", 1), Some(Duration::from_millis(5)));
        for (text, seconds) in [
            ("5", Some(5)),
            ("5x", Some(5)),
            ("2min", Some(120)),
            ("-1", None),
            ("2147483648", None),
            ("0x1", Some(0)),
        ] {
            assert_eq!(read_seconds(text), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn printed_in_seconds_where_that_is_exact() {
        assert_eq!(Seconds(Duration::from_secs(60)).to_string(), "60");
        assert_eq!(Seconds(Duration::from_millis(1500)).to_string(), "1500ms");
    }
}
