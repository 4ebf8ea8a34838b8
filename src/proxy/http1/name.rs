//! Field names that the proxy knows: found by a number, written in their usual spelling (RFC 9110 §5.1).

use super::grammar::is_same_name;

/// A field's name; it has no case.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    text: &'a str,
    id: u8,
}

macro_rules! names {
    ($($name:ident = $text:literal,)*) => {
        /// The spelling of each known name, by its number less one.
        const NAMES: &[&str] = &[$($text,)*];

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Number { NONE, $($name,)* }

        $(
            #[doc = concat!("`", $text, "`.")]
            pub const $name: Name<'static> = Name { text: $text, id: Number::$name as u8 };
        )*
    };
}

names! {
    ALLOW = "Allow",
    CONNECTION = "Connection",
    CONTENT_LENGTH = "Content-Length",
    CONTENT_LOCATION = "Content-Location",
    CONTENT_RANGE = "Content-Range",
    CONTENT_TYPE = "Content-Type",
    COOKIE = "Cookie",
    DATE = "Date",
    DESTINATION = "Destination",
    ETAG = "ETag",
    EXPECT = "Expect",
    HOST = "Host",
    IF_RANGE = "If-Range",
    KEEP_ALIVE = "Keep-Alive",
    LAST_MODIFIED = "Last-Modified",
    LOCATION = "Location",
    MAX_FORWARDS = "Max-Forwards",
    PROXY_AUTHENTICATE = "Proxy-Authenticate",
    PROXY_CONNECTION = "Proxy-Connection",
    RANGE = "Range",
    SERVER = "Server",
    SET_COOKIE = "Set-Cookie",
    TE = "TE",
    TRAILER = "Trailer",
    TRANSFER_ENCODING = "Transfer-Encoding",
    UPGRADE = "Upgrade",
    URI = "URI",
    VARY = "Vary",
    VIA = "Via",
    X_FORWARDED_FOR = "X-Forwarded-For",
    X_FORWARDED_HOST = "X-Forwarded-Host",
    X_FORWARDED_SERVER = "X-Forwarded-Server",
}

/// No known name is longer.
const LONGEST: usize = 18;
/// What there is of each length: the first and the last letter, small, and the number of the name; 0 where there are no
/// more.
const BY_LENGTH: [[(u8, u8, u8); 5]; LONGEST + 1] = {
    let mut table = [[(0, 0, 0); 5]; LONGEST + 1];
    let mut number = 0;
    while number < NAMES.len() {
        let name = NAMES[number].as_bytes();
        let row = &mut table[name.len()];
        let mut free = 0;
        while row[free].2 != 0 {
            free += 1;
        }
        row[free] = (name[0] | SMALL, name[name.len() - 1] | SMALL, number as u8 + 1);
        number += 1;
    }
    table
};

/// What makes a letter a small one.
const SMALL: u8 = 0x20;

/// The number of a name; 0 is a name that the proxy has no use for.
pub(super) fn id(name: &[u8]) -> u8 {
    let (Some(row), [first, .., last]) = (BY_LENGTH.get(name.len()), name) else { return Number::NONE as u8 };
    let (first, last) = (first | SMALL, last | SMALL);
    for (begins, ends, number) in row {
        if *number == 0 {
            break;
        }
        if *begins == first && *ends == last && is_same_name(NAMES[usize::from(*number) - 1].as_bytes(), name)
        {
            return *number;
        }
    }
    Number::NONE as u8
}

impl<'a> Name<'a> {
    /// The name with this spelling.
    pub fn new(text: &'a str) -> Self {
        Self { text, id: id(text.as_bytes()) }
    }

    /// As it is written where nobody has written it before.
    pub fn as_str(self) -> &'a str {
        self.text
    }

    pub(super) fn id(self) -> u8 {
        self.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_case() {
        for (number, name) in NAMES.iter().enumerate() {
            for spelling in [name.to_string(), name.to_lowercase(), name.to_uppercase()] {
                assert_eq!(usize::from(id(spelling.as_bytes())), number + 1, "{spelling}");
            }
        }
        for unknown in ["", "Hos", "Hosts", "X-A", "Content-Lengths", &"x".repeat(LONGEST + 1)] {
            assert_eq!(id(unknown.as_bytes()), 0, "{unknown}");
        }
        assert_eq!(HOST.id(), Name::new("hOST").id());
    }
}
