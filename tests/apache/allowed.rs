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

pub const ALLOWED: [Allowed; 8] = [
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
        name: "the case of header names",
        why: "names have no case (RFC 9110 §5.1); ours are written in title case",
        hide: |message| message.headers.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase()),
    },
    Allowed {
        name: "`HTTP/1.0` in the status line for an HTTP/1.0 client",
        why: "hyper answers in the client's version; Apache always says 1.1",
        hide: |message| {
            if let Some(rest) = message.start.strip_prefix("HTTP/1.0 ") {
                message.start = format!("HTTP/1.1 {rest}");
            }
        },
    },
    Allowed {
        name: "where `Connection`, `Keep-Alive` and the length stand",
        why: "the order of headers with different names means nothing (RFC 9110 §5.3)",
        hide: |message| {
            let about_the_end = |(name, _): &mut (String, String)| {
                let ends = ["connection", "keep-alive", "content-length", "transfer-encoding"];
                ends.contains(&name.to_ascii_lowercase().as_str())
            };
            let mut end: Vec<_> = message.headers.extract_if(.., about_the_end).collect();
            end.sort_by_key(|(name, _)| name.to_ascii_lowercase());
            message.headers.append(&mut end);
        },
    },
    Allowed {
        name: "where a repeated header stands",
        why: "the order of headers with different names means nothing (RFC 9110 §5.3); ours stand together",
        hide: |message| {
            let old = std::mem::take(&mut message.headers);
            for header in old {
                let last = message.headers.iter().rposition(|(name, _)| name.eq_ignore_ascii_case(&header.0));
                let at = last.map_or(message.headers.len(), |last| last + 1);
                message.headers.insert(at, header);
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
