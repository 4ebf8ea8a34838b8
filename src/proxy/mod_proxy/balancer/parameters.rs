//! What `ProxySet`, `<Proxy balancer://…>` and `ProxyPass` may say about a balancer.
//!
//! Not here: `timeout=` (waiting until a member comes free), `growth=` and `nonce=` (for changes at run time).

use std::fmt;

use crate::proxy::{
    mod_proxy::balancer::lb_method::LbMethod,
    site::loaded::Modules,
    site::number::leading_number,
    site::words::{on_or_off, quoted},
};

/// The parameters of a balancer; those that are `None` are not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BalancerParameters {
    pub(crate) lbmethod: Option<LbMethod>,
    pub(crate) sticky: StickySession,
    pub(crate) nofailover: Option<bool>,
    pub(crate) maxattempts: Option<usize>,
    pub(crate) failonstatus: Vec<u16>,
    pub(crate) failontimeout: Option<bool>,
    pub(crate) forcerecovery: Option<bool>,
}

/// Where a session's name is found, and where in it the route begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StickySession {
    /// `stickysession=cookie|parameter`, or one name for both; empty is none.
    pub names: String,
    /// `stickysessionsep=`: what the route follows; `None` is `Off`: the route is the whole.
    pub separator: Option<char>,
    /// `scolonpathdelim=On`: a `;` ends a path parameter too.
    pub semicolons: bool,
}

impl Default for StickySession {
    fn default() -> Self {
        Self { names: String::new(), separator: Some('.'), semicolons: false }
    }
}

impl BalancerParameters {
    /// None said.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is not said here, others say.
    pub(crate) fn or(self, others: &Self) -> Self {
        let (own, other) = (self.sticky, &others.sticky);
        let default = StickySession::default();
        Self {
            lbmethod: self.lbmethod.or(others.lbmethod),
            sticky: StickySession {
                names: if own.names.is_empty() { other.names.clone() } else { own.names },
                separator: if own.separator == default.separator { other.separator } else { own.separator },
                semicolons: own.semicolons || other.semicolons,
            },
            nofailover: self.nofailover.or(others.nofailover),
            maxattempts: self.maxattempts.or(others.maxattempts),
            failonstatus: if self.failonstatus.is_empty() {
                others.failonstatus.clone()
            } else {
                self.failonstatus
            },
            failontimeout: self.failontimeout.or(others.failontimeout),
            forcerecovery: self.forcerecovery.or(others.forcerecovery),
        }
    }

    /// `lbmethod=`.
    pub fn lbmethod(mut self, method: LbMethod) -> Self {
        self.lbmethod = Some(method);
        self
    }

    /// `stickysession=`: the name of a cookie and of a parameter, or `cookie|parameter`.
    pub fn stickysession(mut self, names: &str) -> Self {
        names.clone_into(&mut self.sticky.names);
        self
    }

    /// `nofailover=`: whether a session whose member is in error gets 503.
    pub fn nofailover(mut self, on: bool) -> Self {
        self.nofailover = Some(on);
        self
    }

    /// `maxattempts=`: how many more members one request tries.
    pub fn maxattempts(mut self, attempts: usize) -> Self {
        self.maxattempts = Some(attempts);
        self
    }

    /// `failonstatus=`: the statuses after which a member is in error.
    pub fn failonstatus(mut self, statuses: &[u16]) -> Self {
        self.failonstatus = statuses.to_vec();
        self
    }

    /// `failontimeout=`: whether a member is in error after it did not answer in time.
    pub fn failontimeout(mut self, on: bool) -> Self {
        self.failontimeout = Some(on);
        self
    }

    /// `forcerecovery=`: whether all are tried again once all are in error (Apache's default).
    pub fn forcerecovery(mut self, on: bool) -> Self {
        self.forcerecovery = Some(on);
        self
    }

    /// The method that holds.
    pub(crate) fn method(&self) -> LbMethod {
        self.lbmethod.unwrap_or_default()
    }

    /// Reads one parameter; the error is Apache's, without the directive's name.
    pub(crate) fn read(&mut self, key: &str, value: &str, modules: &Modules) -> Result<(), String> {
        let switch = |complaint: &str| on_or_off(value).map(Some).ok_or_else(|| complaint.to_owned());
        match key.to_ascii_lowercase().as_str() {
            "lbmethod" => {
                self.lbmethod = Some(LbMethod::read(value, modules).ok_or("unknown lbmethod")?);
            }
            "stickysession" => value.clone_into(&mut self.sticky.names),
            "stickysessionsep" => {
                let mut letters = value.chars();
                self.sticky.separator = match (letters.next(), letters.next()) {
                    (Some(separator), None) => Some(separator),
                    _ if value.eq_ignore_ascii_case("off") => None,
                    _ => return Err("stickysessionsep must be a single character or Off".to_owned()),
                };
            }
            "scolonpathdelim" => {
                self.sticky.semicolons = on_or_off(value).ok_or("scolonpathdelim must be On|Off")?;
            }
            "nofailover" => self.nofailover = switch("failover must be On|Off")?,
            "maxattempts" => {
                let attempts = usize::try_from(leading_number(value));
                self.maxattempts =
                    Some(attempts.map_err(|_| "maximum number of attempts must be a positive number")?);
            }
            "failonstatus" => {
                let statuses = value.split([',', ' ']).filter(|status| !status.is_empty()).map(|status| {
                    u16::try_from(leading_number(status)).ok().filter(|status| (100..600).contains(status))
                });
                self.failonstatus = statuses
                    .collect::<Option<_>>()
                    .ok_or("failonstatus must be one or more HTTP response codes")?;
            }
            "failontimeout" => self.failontimeout = switch("failontimeout must be On|Off")?,
            "forcerecovery" => self.forcerecovery = switch("forcerecovery must be On|Off")?,
            _ => return Err("unknown Balancer parameter".to_owned()),
        }
        Ok(())
    }
}

/// The `key=value` words, each after a blank.
impl fmt::Display for BalancerParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut say = |key: &str, value: Option<String>| match value {
            Some(value) => write!(f, " {}", quoted(&format!("{key}={value}"))),
            None => Ok(()),
        };
        let switch = |on: bool| if on { "On" } else { "Off" }.to_owned();
        let sticky = &self.sticky;
        let statuses: Vec<_> = self.failonstatus.iter().map(u16::to_string).collect();
        say("lbmethod", self.lbmethod.map(|method| method.name().to_owned()))?;
        say("stickysession", Some(sticky.names.clone()).filter(|names| !names.is_empty()))?;
        say(
            "stickysessionsep",
            match sticky.separator {
                Some('.') => None,
                Some(separator) => Some(separator.to_string()),
                None => Some("Off".to_owned()),
            },
        )?;
        say("scolonpathdelim", sticky.semicolons.then(|| switch(true)))?;
        say("nofailover", self.nofailover.map(switch))?;
        say("maxattempts", self.maxattempts.map(|attempts| attempts.to_string()))?;
        say("failonstatus", Some(statuses.join(",")).filter(|statuses| !statuses.is_empty()))?;
        say("failontimeout", self.failontimeout.map(switch))?;
        say("forcerecovery", self.forcerecovery.map(switch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<String, String> {
        let mut parameters = BalancerParameters::new();
        for (key, value) in words.split(' ').filter_map(|word| word.split_once('=')) {
            parameters.read(key, value, &Modules::default())?;
        }
        Ok(parameters.to_string())
    }

    #[test]
    fn parameters_are_printed_as_they_are_read() {
        for words in [
            "lbmethod=bybusyness stickysession=a|b stickysessionsep=- scolonpathdelim=On",
            "nofailover=On maxattempts=0 failonstatus=500,503 failontimeout=Off forcerecovery=Off",
            "stickysession=a stickysessionsep=Off",
        ] {
            assert_eq!(read(words), Ok(format!(" {words}")));
        }
        assert_eq!(
            read("STICKYSESSION= failonstatus=500, scolonpathdelim=Off"),
            Ok(" failonstatus=500".into())
        );
        assert_eq!(read("maxattempts=abc NoFailover=oFf"), Ok(" nofailover=Off maxattempts=0".into()));
    }

    #[test]
    fn refuses_in_apaches_words() {
        for (word, complaint) in [
            ("foo=1", "unknown Balancer parameter"),
            ("loadfactor=2", "unknown Balancer parameter"),
            ("lbmethod=nope", "unknown lbmethod"),
            ("lbmethod=ByTraffic", "unknown lbmethod"),
            ("stickysessionsep=", "stickysessionsep must be a single character or Off"),
            ("nofailover=x", "failover must be On|Off"),
            ("maxattempts=-1", "maximum number of attempts must be a positive number"),
            ("failonstatus=abc", "failonstatus must be one or more HTTP response codes"),
            ("failonstatus=99", "failonstatus must be one or more HTTP response codes"),
            ("failonstatus=1000", "failonstatus must be one or more HTTP response codes"),
            ("failontimeout=x", "failontimeout must be On|Off"),
            ("forcerecovery=x", "forcerecovery must be On|Off"),
        ] {
            assert_eq!(read(word), Err(complaint.to_owned()), "{word}");
        }
    }
}
