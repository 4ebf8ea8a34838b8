//! One request: as the `curl` command that the reader types, and sent by the checker itself.

use std::{error::Error as _, fmt, time::Duration};

use http_body_util::{BodyExt, Limited};
use reqwest::{Client, Method, redirect};

use super::message;
use super::ports::{Hop, Ports};
use crate::proxy::Message;

/// How long an answer may take before the checker gives up; a hung proxy is to be named within five seconds.
const PATIENCE: Duration = Duration::from_secs(3);
/// The name that `curl` gives itself, without its release.
pub(crate) const AGENT: &str = "curl/8";
/// The longest body that a step can have, in bytes.
const MOST: usize = 1 << 20;

/// What a `curl -i` command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curl {
    /// Who is asked.
    pub to: Hop,
    /// The path, with its leading slash.
    pub path: &'static str,
    /// `-H`: headers besides curl's own.
    pub headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status line and the headers.
    pub head: Message,
    /// The body.
    pub body: String,
}

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nobody listens on the port.
    Refused,
    /// The connection was closed before an answer.
    Empty,
    /// No answer in time.
    Late,
    /// What came is not HTTP.
    Garbage,
    /// The body ended too early, or would not end.
    Cut,
}

impl Curl {
    /// `GET path`.
    pub fn get(to: Hop, path: &'static str) -> Self {
        Self { to, path, headers: Vec::new() }
    }

    /// The same with one more header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The command for a shell.
    pub fn command(&self, ports: &Ports) -> String {
        let mut words = vec!["curl".to_owned(), "-i".to_owned()];
        for (name, value) in &self.headers {
            words.extend(["-H".to_owned(), format!("{name}: {value}")]);
        }
        words.push(self.url(ports));
        shell_words::join(words)
    }

    /// The URL that is asked for.
    pub fn url(&self, ports: &Ports) -> String {
        format!("http://{}{}", ports.address(self.to), self.path)
    }

    /// Sends what `curl` would send, over a connection of its own.
    ///
    /// # Errors
    /// No answer, or none that is HTTP.
    pub async fn send(&self, ports: &Ports) -> Result<Reply, Failure> {
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .http1_title_case_headers()
            .timeout(PATIENCE)
            .build()
            .map_err(|_| Failure::Refused)?;
        let host = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        let host = host.map_or_else(|| ports.address(self.to), |(_, value)| value.clone());
        let mut request = client
            .request(Method::GET, self.url(ports))
            .header("Host", host)
            .header("User-Agent", AGENT)
            .header("Accept", "*/*");
        for (name, value) in self.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host")) {
            request = request.header(*name, value);
        }
        let response = request.send().await.map_err(|error| Failure::of(&error))?;
        let response: hyper::Response<reqwest::Body> = response.into();
        let head = message::of_response(&response);
        let body = Limited::new(response.into_body(), MOST).collect().await.map_err(|_| Failure::Cut)?;
        Ok(Reply { head, body: String::from_utf8_lossy(&body.to_bytes()).into_owned() })
    }
}

impl Reply {
    /// The number in the status line.
    pub fn status(&self) -> &str {
        self.head.start.split(' ').nth(1).unwrap_or_default()
    }
}

impl Failure {
    fn of(error: &reqwest::Error) -> Self {
        let mut source = error.source();
        let hyper = std::iter::from_fn(|| {
            let current = source?;
            source = current.source();
            Some(current)
        })
        .find_map(|error| error.downcast_ref::<hyper::Error>());
        match hyper {
            _ if error.is_timeout() => Self::Late,
            _ if error.is_connect() => Self::Refused,
            Some(error) if error.is_parse() => Self::Garbage,
            _ => Self::Empty,
        }
    }

    /// What `curl` says.
    pub fn in_curls_words(self, port: u16) -> String {
        match self {
            Self::Refused => format!(
                "curl: (7) Failed to connect to 127.0.0.1 port {port} after 0 ms: Couldn't connect to server"
            ),
            Self::Empty => "curl: (52) Empty reply from server".to_owned(),
            Self::Late => {
                format!("curl: (28) Operation timed out after {} milliseconds", PATIENCE.as_millis())
            }
            Self::Garbage => "curl: (1) Received HTTP/0.9 when not allowed".to_owned(),
            Self::Cut => "curl: (18) transfer closed with outstanding read data remaining".to_owned(),
        }
    }
}

/// What `curl -i` prints.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.head)?;
        write!(f, "{}", self.body)
    }
}
