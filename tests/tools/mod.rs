//! Programs that a test needs besides Rust: `curl`, `python3`.

use std::io::{self, Write};

/// Says that a test is skipped for want of something; in CI, where everything is installed, that is a failure.
pub fn skip(what_is_missing: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "in CI nothing may be missing: {what_is_missing}");
    // Past the capture of a passing test's output.
    _ = writeln!(io::stderr(), "skipped: {what_is_missing}");
}
