//! `Listen`: the addresses that the proxy accepts connections on.

use std::{fmt, str::FromStr};

use crate::proxy::{
    core::Core,
    http1::url::split_port,
    site::directive::{Directive, Scope},
    site::words::{quoted, words},
};

/// One `Listen` line: a port, on one address or on all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// The host or address; `None` is every address of the machine.
    pub host: Option<String>,
    /// The port; 0 (any free one) can be said in Rust only, Apache refuses it.
    pub port: u16,
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, port) = match split_port(text) {
            (host, Some(port)) => (Some(host).filter(|host| *host != "*"), port),
            (port, None) => (None, port),
        };
        if port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()) {
            return Err("Port must be specified".to_owned());
        }
        match port.parse() {
            Ok(port) if port > 0 => Ok(Self { host: host.map(str::to_owned), port }),
            _ => Err("Invalid address or port".to_owned()),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Some(host) => f.write_str(&quoted(&format!("{host}:{}", self.port))),
            None => write!(f, "{}", self.port),
        }
    }
}

pub(crate) const LISTEN: Directive<Core> = Directive {
    name: "Listen",
    read: |scope: &mut Scope<'_, Core>, line| {
        scope.only_in_server("Listen")?;
        match words(line).as_slice() {
            // The second argument is the protocol, which mod_ssl would read.
            [address] | [address, _] => scope.server.mpm.listen.push(address.parse()?),
            _ => return Err("Listen requires 1 or 2 arguments.".to_owned()),
        }
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ports_and_addresses() {
        for text in ["8000", "127.0.0.1:8000", "[::1]:8000", "localhost:8000"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        assert_eq!("*:80".parse::<Listen>().unwrap().to_string(), "80");
    }

    #[test]
    fn refuses_in_apaches_words() {
        for (text, error) in [
            ("abc", "Port must be specified"),
            ("127.0.0.1:", "Port must be specified"),
            ("99999", "Invalid address or port"),
            ("0", "Invalid address or port"),
        ] {
            assert_eq!(text.parse::<Listen>(), Err(error.to_owned()), "{text}");
        }
    }
}
