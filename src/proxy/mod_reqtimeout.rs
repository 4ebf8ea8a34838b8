//! `RequestReadTimeout` (mod_reqtimeout): how long a client may take to send a request.

use std::fmt;

pub use crate::proxy::http1::read_limit::ReadLimit;
use crate::proxy::site::{
    directive::{Directive, Scope},
    module::Module,
    number::{split_number, truncated},
    remedy::Remedy,
    words::{quoted, words},
};

/// What the directives of mod_reqtimeout say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModReqtimeout {
    pub request_read_timeout: RequestReadTimeout,
}

impl Module for ModReqtimeout {
    const NAME: Option<&'static str> = Some("reqtimeout");

    const DIRECTIVES: &'static [Directive<Self>] = &[REQUEST_READ_TIMEOUT];

    const REMEDIES: &'static [Remedy] = &[(
        "RequestReadTimeout",
        "write seconds, or a range with a rate, as in RequestReadTimeout header=20-40,MinRate=500 body=10,MinRate=500",
    )];

    fn inherit(&mut self, main: &Self) {
        self.request_read_timeout = self.request_read_timeout.or(main.request_read_timeout);
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, _in_location: bool) -> fmt::Result {
        write!(f, "{}", self.request_read_timeout)
    }
}

/// `RequestReadTimeout`: a limit for each stage that a line has named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestReadTimeout([Option<ReadLimit>; STAGES.len()]);

/// As Apache names them; the first is TLS's, which is read and printed only.
const STAGES: [&str; 3] = ["handshake", "header", "body"];

/// Debian's `RequestReadTimeout header=20-40,minrate=500` and `body=10,minrate=500`.
const HEADER: ReadLimit = ReadLimit { first: 20, max: 40, min_rate: 500 };
const BODY: ReadLimit = ReadLimit { first: 10, max: 0, min_rate: 500 };

impl RequestReadTimeout {
    pub(crate) fn set_header(&mut self, limit: ReadLimit) {
        self.0[1] = Some(limit);
    }

    pub(crate) fn set_body(&mut self, limit: ReadLimit) {
        self.0[2] = Some(limit);
    }

    pub(crate) fn header(self) -> ReadLimit {
        self.0[1].unwrap_or(HEADER)
    }

    pub(crate) fn body(self) -> ReadLimit {
        self.0[2].unwrap_or(BODY)
    }

    /// What a virtual host does not say, the main server says.
    fn or(self, main: Self) -> Self {
        Self(std::array::from_fn(|stage| self.0[stage].or(main.0[stage])))
    }

    /// Reads one word of a line.
    fn read(&mut self, word: &str) -> Result<(), String> {
        let (stage, value) = word
            .split_once('=')
            .ok_or("Invalid RequestReadTimeout parameter. Parameter must be in the form 'key=value'")?;
        let wrong = |what| format!("RequestReadTimeout: {word}: {what}");
        let known = STAGES.iter().position(|known| known.eq_ignore_ascii_case(stage));
        let at = known.ok_or_else(|| wrong("Unknown RequestReadTimeout parameter".to_owned()))?;
        self.0[at] = Some(ReadLimit::read(value).map_err(wrong)?);
        Ok(())
    }
}

impl ReadLimit {
    fn read(value: &str) -> Result<Self, String> {
        const RATE: &str = ",minrate=";
        let Some(at) = value.to_ascii_lowercase().find(RATE) else {
            if value.contains('-') {
                return Err("Must set MinRate option if using timeout range".to_owned());
            }
            return Ok(Self { first: number(value)?, max: 0, min_rate: 0 });
        };
        let min_rate = number(&value[at + RATE.len()..])?;
        if min_rate == 0 {
            return Err("Minimum data rate must be larger than 0".to_owned());
        }
        let (first, max) = match value[..at].split_once('-') {
            Some((first, max)) => (first, number(max)?),
            None => (&value[..at], 0),
        };
        let first = number(first)?;
        if max > 0 && first >= max {
            return Err("Maximum timeout must be larger than initial timeout".to_owned());
        }
        Ok(Self { first, max, min_rate })
    }
}

/// A number as C's `strtol` reads it, if nothing follows.
fn number(text: &str) -> Result<u32, String> {
    let (number, rest) = split_number(text);
    match rest {
        _ if rest.len() == text.len() => Err(format!("Value '{text}' not numerical")),
        "" => u32::try_from(truncated(number)).map_err(|_| "Value must be non-negative".to_owned()),
        rest => Err(format!("Cannot parse '{rest}'")),
    }
}

impl fmt::Display for ReadLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { first, min_rate: 0, .. } => write!(f, "{first}"),
            Self { first, max: 0, min_rate } => write!(f, "{first},MinRate={min_rate}"),
            Self { first, max, min_rate } => write!(f, "{first}-{max},MinRate={min_rate}"),
        }
    }
}

impl fmt::Display for RequestReadTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = STAGES.iter().zip(self.0).filter_map(|(stage, limit)| Some((stage, limit?)));
        let words: String =
            said.map(|(stage, limit)| format!(" {}", quoted(&format!("{stage}={limit}")))).collect();
        if words.is_empty() { Ok(()) } else { writeln!(f, "RequestReadTimeout{words}") }
    }
}

pub(crate) const REQUEST_READ_TIMEOUT: Directive<ModReqtimeout> = Directive {
    name: "RequestReadTimeout",
    read: |scope: &mut Scope<'_, ModReqtimeout>, line| {
        scope.outside_of_sections("RequestReadTimeout")?;
        words(line).iter().try_for_each(|word| scope.server.request_read_timeout.read(word))
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_earn_time_up_to_the_maximum() {
        let seconds = |limit: ReadLimit, bytes| limit.allowed(bytes).map(|allowed| allowed.as_secs());
        assert_eq!([0, 499, 500, 5000, 1 << 40].map(|n| seconds(HEADER, n)), [20, 20, 21, 30, 40].map(Some));
        assert_eq!([0, 5000, 500_000].map(|n| seconds(BODY, n)), [10, 20, 1010].map(Some));
        assert_eq!(seconds(ReadLimit { first: 3, max: 0, min_rate: 0 }, 1 << 40), Some(3));
        assert_eq!(seconds(ReadLimit { first: 0, ..HEADER }, 0), None);
    }

    #[test]
    fn a_virtual_host_says_stage_by_stage() {
        let (mut own, mut main) = (RequestReadTimeout::default(), RequestReadTimeout::default());
        own.set_body(HEADER);
        main.set_body(BODY);
        main.set_header(BODY);
        assert_eq!((own.or(main).header(), own.or(main).body()), (BODY, HEADER));
    }
}
