//! Times as Apache's directives write them: a number and its unit.

use std::{fmt, time::Duration};

/// Reads a number and `ms`, `s`, `min` or `h`; `unit` is how many milliseconds a number without a unit counts.
pub(crate) fn read(value: &str, unit: u64) -> Option<Duration> {
    let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let number: u64 = value[..digits].parse().ok()?;
    let millis = match value[digits..].to_ascii_lowercase().as_str() {
        "" => unit,
        "ms" => 1,
        "s" => SECOND,
        "mi" | "min" => 60 * SECOND,
        "h" => 3600 * SECOND,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis)
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
            ("5MS", Some(5)),
            ("2min", Some(120_000)),
            ("1h", Some(3_600_000)),
            ("5x", None),
            ("-5", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(read(text, SECOND), millis.map(Duration::from_millis), "{text}");
        }
        assert_eq!(read("5", 1), Some(Duration::from_millis(5)));
    }

    #[test]
    fn printed_in_seconds_where_that_is_exact() {
        assert_eq!(Seconds(Duration::from_secs(60)).to_string(), "60");
        assert_eq!(Seconds(Duration::from_millis(1500)).to_string(), "1500ms");
    }
}
