//! The `key=value` words of a worker: read in Apache's way, printed so that they are read back.
//!
//! Where we differ: `max=` counts for the whole proxy, in Apache for each of its processes. `status=-I` on a `ProxyPass`
//! line says nothing here: a backend without a balancer is always tried again. Not here: `min`, `smax`, `keepalive`,
//! `flushpackets`, `ping`, `iobuffersize`, `upgrade` and the other words for other protocols.

use std::{fmt, num::NonZeroUsize, time::Duration};

use crate::proxy::{
    mod_proxy::worker::status::Status,
    mod_proxy::worker::{LOADFACTOR, RETRY, Worker},
    site::duration::{self, SECOND, Seconds},
    site::number::leading_number,
    site::words::{on_or_off, quoted},
};

/// Names in a session have at most this many bytes.
const ROUTE_LIMIT: usize = 63;

impl Worker {
    /// Reads the words after the URL; the errors are Apache's, without the directive's name.
    pub(crate) fn read_parameters(&mut self, words: &[String]) -> Result<(), String> {
        words.iter().try_for_each(|word| {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            self.read_parameter(&key.to_ascii_lowercase(), value)
        })
    }

    fn read_parameter(&mut self, key: &str, value: &str) -> Result<(), String> {
        let positive = |time: &Duration| !time.is_zero();
        match key {
            "loadfactor" => {
                self.loadfactor = hundredths(value).ok_or("LoadFactor must be a number between 1..100")?;
            }
            "lbset" => {
                let set = u8::try_from(leading_number(value)).ok().filter(|set| *set <= 99);
                self.lbset = set.ok_or("lbset must be between 0 and 99")?;
            }
            "status" => self.status = self.status.read(value)?,
            "route" => self.route = name(value).ok_or("Route length must be < 64 characters")?,
            "redirect" => self.redirect = name(value).ok_or("Redirect length must be < 64 characters")?,
            "retry" => {
                self.retry = duration::read_seconds(value).ok_or("Retry must be a positive value")?;
            }
            "timeout" => {
                let timeout = duration::read_seconds(value).filter(positive);
                self.timeout = Some(timeout.ok_or("Timeout must be at least one second")?);
            }
            "connectiontimeout" => {
                let timeout = duration::read(value, SECOND).ok_or("Connectiontimeout has wrong format")?;
                let timeout = Some(timeout).filter(positive);
                self.connect_timeout =
                    Some(timeout.ok_or("Connectiontimeout must be at least one millisecond.")?);
            }
            "enablereuse" => {
                self.enable_reuse = Some(on_or_off(value).ok_or("EnableReuse must be On|Off")?);
            }
            "disablereuse" => {
                self.enable_reuse = Some(!on_or_off(value).ok_or("DisableReuse must be On|Off")?);
            }
            "ttl" => {
                let seconds = u32::try_from(leading_number(value)).ok().filter(|seconds| *seconds > 0);
                self.ttl = seconds.map(|seconds| Duration::from_secs(seconds.into()));
                self.ttl.ok_or("TTL must be at least one second")?;
            }
            "max" => {
                let max =
                    usize::try_from(leading_number(value)).map_err(|_| "Max must be a positive number")?;
                self.max = NonZeroUsize::new(max);
            }
            "acquire" => {
                let wait = duration::read(value, 1).ok_or("Acquire timeout has wrong format")?;
                let wait = Some(wait).filter(positive);
                self.acquire = Some(wait.ok_or("Acquire must be at least one millisecond")?);
            }
            _ => return Err("unknown Worker parameter".to_owned()),
        }
        Ok(())
    }
}

impl fmt::Display for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", quoted(self.url.as_str()), self.parameters())
    }
}

/// The words that are printed after the URL, each after a blank.
pub(crate) struct Parameters<'a>(&'a Worker);

impl Worker {
    pub(crate) fn parameters(&self) -> Parameters<'_> {
        Parameters(self)
    }
}

impl fmt::Display for Parameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let worker = self.0;
        let mut say = |key: &str, value: Option<String>| match value {
            Some(value) => write!(f, " {}", quoted(&format!("{key}={value}"))),
            None => Ok(()),
        };
        let time = |time: Duration| Seconds(time).to_string();
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let factor = Some(worker.loadfactor).filter(|factor| *factor != LOADFACTOR);
        say("loadfactor", factor.map(|factor| (f64::from(factor) / 100.0).to_string()))?;
        say("lbset", Some(worker.lbset).filter(|set| *set > 0).map(|set| set.to_string()))?;
        say("status", Some(worker.status).filter(|s| *s != Status::default()).map(|s| s.to_string()))?;
        say("route", text(&worker.route))?;
        say("redirect", text(&worker.redirect))?;
        say("retry", Some(worker.retry).filter(|retry| *retry != RETRY).map(time))?;
        say("timeout", worker.timeout.map(time))?;
        say("connectiontimeout", worker.connect_timeout.map(time))?;
        say("enablereuse", worker.enable_reuse.map(|on| if on { "On" } else { "Off" }.to_owned()))?;
        say("ttl", worker.ttl.map(|ttl| ttl.as_secs().to_string()))?;
        say("max", worker.max.map(|max| max.to_string()))?;
        say("acquire", worker.acquire.map(|wait| wait.as_millis().to_string()))
    }
}

fn name(value: &str) -> Option<String> {
    (value.len() <= ROUTE_LIMIT).then(|| value.to_owned())
}

/// A factor as C's `strtod` reads it, but for its hexadecimal numbers: what follows is ignored.
fn hundredths(value: &str) -> Option<u32> {
    let text = value.trim_ascii_start();
    let longest = text.find(|c: char| !c.is_ascii_digit() && !"+-.eE".contains(c)).unwrap_or(text.len());
    let factor: f64 = (1..=longest).rev().find_map(|end| text[..end].parse().ok())?;
    (1.0..=100.0).contains(&factor).then_some((factor * 100.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &str) -> Result<String, String> {
        let mut worker = Worker::new("http://b".parse().unwrap());
        let words: Vec<_> = parameters.split(' ').map(str::to_owned).collect();
        worker.read_parameters(&words).map(|()| worker.to_string())
    }

    #[test]
    fn parameters_are_printed_as_they_are_read() {
        for parameters in [
            "loadfactor=1.5",
            "loadfactor=100 retry=0",
            "timeout=500ms",
            "retry=5 timeout=1",
            "lbset=99 status=+D+H route=a.b redirect=c",
            "connectiontimeout=500ms enablereuse=Off ttl=1",
            "max=2 acquire=100",
        ] {
            assert_eq!(read(parameters), Ok(format!("http://b {parameters}")));
        }
        for (parameters, printed) in [
            ("loadfactor=1 retry=1min lbset=abc max=abc route= status=", ""),
            ("retry=abc", " retry=0"),
            ("timeout=60", " timeout=60"),
            ("disablereuse=ON", " enablereuse=Off"),
            ("acquire=5s ttl=5x max=3", " ttl=5 max=3 acquire=5000"),
            ("max=0", ""),
        ] {
            assert_eq!(read(parameters), Ok(format!("http://b{printed}")));
        }
    }

    #[test]
    fn refuses_in_apaches_words() {
        let long = "a".repeat(64);
        for (parameter, complaint) in [
            ("foo=1", "unknown Worker parameter"),
            ("loadfactor=0", "LoadFactor must be a number between 1..100"),
            ("loadfactor=101", "LoadFactor must be a number between 1..100"),
            ("loadfactor=e5", "LoadFactor must be a number between 1..100"),
            ("lbset=100", "lbset must be between 0 and 99"),
            ("lbset=-1", "lbset must be between 0 and 99"),
            ("status=+Q", "Unknown status parameter option"),
            (&format!("route={long}"), "Route length must be < 64 characters"),
            (&format!("redirect={long}"), "Redirect length must be < 64 characters"),
            ("retry=-1", "Retry must be a positive value"),
            ("timeout=0", "Timeout must be at least one second"),
            ("timeout=abc", "Timeout must be at least one second"),
            ("connectiontimeout=0", "Connectiontimeout must be at least one millisecond."),
            ("connectiontimeout=abc", "Connectiontimeout has wrong format"),
            ("connectiontimeout=-1", "Connectiontimeout has wrong format"),
            ("enablereuse=x", "EnableReuse must be On|Off"),
            ("disablereuse=x", "DisableReuse must be On|Off"),
            ("ttl=0", "TTL must be at least one second"),
            ("ttl=abc", "TTL must be at least one second"),
            ("max=-1", "Max must be a positive number"),
            ("acquire=0", "Acquire must be at least one millisecond"),
            ("acquire=-1", "Acquire timeout has wrong format"),
        ] {
            assert_eq!(read(parameter), Err(complaint.to_owned()), "{parameter}");
        }
    }
}
