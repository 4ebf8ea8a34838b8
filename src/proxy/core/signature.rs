//! Who answers, and when: what `Server` and `Date` say where no backend says it.

use std::{
    cell::RefCell,
    time::{SystemTime, UNIX_EPOCH},
};

/// What `Server` says of an answer that no backend made.
pub(crate) const PRODUCT: &str = concat!("Hop-by-Hop/", env!("CARGO_PKG_VERSION"));

/// The time in the form that `Date` wants (RFC 9110 §5.6.7), written anew each second.
pub(crate) fn today(with: impl FnOnce(&[u8])) {
    thread_local! {
        static TODAY: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
    }
    let now = SystemTime::now();
    let second = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    TODAY.with_borrow_mut(|(of, text)| {
        if *of != second || text.is_empty() {
            (*of, *text) = (second, httpdate::fmt_http_date(now));
        }
        with(text.as_bytes());
    });
}
