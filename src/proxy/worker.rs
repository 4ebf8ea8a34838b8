//! A worker: one backend with its parameters, on a `ProxyPass` or `BalancerMember` line.

use std::{fmt, time::Duration};

use super::{
    directive::quoted,
    url::{Url, UrlError},
};

/// A backend and how to treat it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Where it is.
    pub url: Url,
    /// `loadfactor=`: its share of the requests, in hundredths.
    pub(crate) loadfactor: u32,
    /// `retry=`: how long a balancer leaves it alone after a failed connect.
    pub(crate) retry: Duration,
    /// `timeout=`: how long to wait for it to connect and to answer.
    pub(crate) timeout: Duration,
}

const LOADFACTOR: u32 = 100;
const RETRY: Duration = Duration::from_secs(60);
/// Apache's `Timeout`, which `timeout=` replaces.
const TIMEOUT: Duration = Duration::from_secs(60);

impl Worker {
    /// A worker with Apache's default parameters.
    pub fn new(url: Url) -> Self {
        Self { url, loadfactor: LOADFACTOR, retry: RETRY, timeout: TIMEOUT }
    }

    /// `loadfactor=`, a whole number of 1 to 100.
    pub fn loadfactor(mut self, factor: u8) -> Self {
        self.loadfactor = u32::from(factor.clamp(1, 100)) * 100;
        self
    }

    /// `retry=`.
    pub fn retry(mut self, retry: Duration) -> Self {
        self.retry = retry;
        self
    }

    /// `timeout=`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Reads the `key=value` words after the URL; the errors are Apache's, without the directive's name.
    pub(crate) fn read_parameters(&mut self, words: &[String]) -> Result<(), String> {
        words.iter().try_for_each(|word| {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            match key.to_ascii_lowercase().as_str() {
                "loadfactor" => {
                    self.loadfactor =
                        hundredths(value).ok_or("LoadFactor must be a number between 1..100")?;
                }
                "retry" => {
                    if value.starts_with('-') {
                        return Err("Retry must be a positive value".to_owned());
                    }
                    self.retry = duration(value).unwrap_or(Duration::ZERO);
                }
                "timeout" => {
                    self.timeout = duration(value)
                        .filter(|timeout| !timeout.is_zero())
                        .ok_or("Timeout must be at least one second")?;
                }
                _ => return Err("unknown Worker parameter".to_owned()),
            }
            Ok(())
        })
    }
}

impl fmt::Display for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(self.url.as_str()))?;
        if self.loadfactor != LOADFACTOR {
            write!(f, " loadfactor={}", f64::from(self.loadfactor) / 100.0)?;
        }
        if self.retry != RETRY {
            write!(f, " retry={}", Seconds(self.retry))?;
        }
        if self.timeout != TIMEOUT {
            write!(f, " timeout={}", Seconds(self.timeout))?;
        }
        Ok(())
    }
}

/// A duration in whole seconds, or in milliseconds with Apache's unit.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subsec_millis() {
            0 => write!(f, "{}", self.0.as_secs()),
            _ => write!(f, "{}ms", self.0.as_millis()),
        }
    }
}

fn hundredths(value: &str) -> Option<u32> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if !(whole.bytes().chain(fraction.bytes())).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: u32 = format!("{fraction:0<2}").get(..2)?.parse().ok()?;
    let factor = whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(fraction)?;
    (100..=10_000).contains(&factor).then_some(factor)
}

/// Apache's times: a number and `ms`, `s` (the default), `min` or `h`.
fn duration(value: &str) -> Option<Duration> {
    let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let number: u64 = value[..digits].parse().ok()?;
    let millis = match value[digits..].to_ascii_lowercase().as_str() {
        "ms" => 1,
        "" | "s" => 1_000,
        "mi" | "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis)
}

/// Apache's complaint about a URL that is none.
pub(crate) fn url_complaint(error: UrlError, text: &str) -> String {
    match error {
        UrlError::Unparsable => format!("Unable to parse URL: {text}"),
        UrlError::NotAbsolute => format!("URL must be absolute!: {text}"),
    }
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
        for parameters in ["loadfactor=1.5", "loadfactor=100 retry=0", "timeout=500ms", "retry=5 timeout=1"] {
            assert_eq!(read(parameters), Ok(format!("http://b {parameters}")));
        }
        assert_eq!(read("loadfactor=1 retry=1min timeout=60"), Ok("http://b".to_owned()));
        assert_eq!(read("retry=abc"), Ok("http://b retry=0".to_owned()));
    }

    #[test]
    fn refuses_in_apaches_words() {
        for (parameter, complaint) in [
            ("foo=1", "unknown Worker parameter"),
            ("loadfactor=0", "LoadFactor must be a number between 1..100"),
            ("loadfactor=101", "LoadFactor must be a number between 1..100"),
            ("loadfactor=abc", "LoadFactor must be a number between 1..100"),
            ("retry=-1", "Retry must be a positive value"),
            ("timeout=0", "Timeout must be at least one second"),
            ("timeout=abc", "Timeout must be at least one second"),
        ] {
            assert_eq!(read(parameter), Err(complaint.to_owned()), "{parameter}");
        }
    }
}
