//! The differences that are allowed everywhere: each with its reason, and what makes it invisible.

use crate::{exchange::Seen, wire::Message};

/// A difference that no case has to mention.
pub struct Allowed {
    pub name: &'static str,
    pub why: &'static str,
    hide: fn(&mut Message),
}

/// As `ProxyVia Full` writes it.
const OUR_PRODUCT: &str = concat!("(Hop-by-Hop/", env!("CARGO_PKG_VERSION"), ")");

pub const ALLOWED: [Allowed; 4] = [
    Allowed {
        name: "the time in `Date`",
        why: "two requests are not sent at once",
        hide: |message| set(message, "Date", "*"),
    },
    Allowed {
        name: "the name in `Server`",
        why: "we say our own, Apache its own; a backend's is compared",
        hide: |message| {
            for (_, value) in
                message.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("Server"))
            {
                if value == "Apache" || value.starts_with("Hop-by-Hop/") {
                    "*".clone_into(value);
                }
            }
            // `ProxyVia Full`.
            for (_, value) in message.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("Via"))
            {
                *value = without_version(value).replace(OUR_PRODUCT, "(*)");
            }
        },
    },
    Allowed {
        name: "`max=` in `Keep-Alive`",
        why: "Apache counts down to 0 and closes after 100 requests; our connections may live on",
        hide: |message| set(message, "Keep-Alive", "timeout=5, max=*"),
    },
    Allowed {
        name: "blanks at the end of a header's value",
        why: "they mean nothing (RFC 9110 §5.5)",
        hide: |message| {
            for (name, value) in &mut message.headers {
                value.truncate(value.trim_end().len());
                // A header without a value has no blank either.
                name.truncate(name.trim_end_matches(':').len());
            }
        },
    },
];

/// Without the version of the Apache that happens to be installed.
fn without_version(via: &str) -> String {
    match via.split_once("(Apache/").and_then(|(before, rest)| Some((before, rest.split_once(')')?.1))) {
        Some((before, after)) => format!("{before}(*){after}"),
        None => via.to_owned(),
    }
}

fn set(message: &mut Message, header: &str, text: &str) {
    for (_, value) in message.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case(header)) {
        text.clone_into(value);
    }
}

/// Hides all allowed differences.
pub fn hide(seen: &Seen) -> Seen {
    let mut seen = seen.clone();
    for allowed in &ALLOWED {
        seen.each(allowed.hide);
    }
    seen
}
