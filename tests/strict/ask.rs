//! One case through one proxy: a client that says what it is told to, and reads what it gets to the letter.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use crate::{
    case::Case,
    reader::{Asked, Response, Speaker, latin1, request, response},
    recorder::{Heard, MOMENT, Recorder},
};

/// How long a proxy may say nothing before the client gives up.
const PATIENCE: Duration = Duration::from_millis(2500);
/// How long something that nobody expects has to show.
const GRACE: Duration = Duration::from_millis(60);

/// What became of a case.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What reached the backend.
    pub heard: Vec<Heard>,
    /// The answers, interim ones too.
    pub got: Vec<Response>,
    /// Why what the client got is refused.
    pub wrong: Option<String>,
    /// Whether an answer broke off.
    pub broken: bool,
    /// Whether the proxy closed.
    pub closed: bool,
}

/// A front of a proxy, and the backend behind it.
pub struct Lane {
    pub front: SocketAddr,
    pub backend: Recorder,
}

impl Lane {
    pub fn run(&self, case: &Case) -> Seen {
        self.backend.begin(case.answers.clone());
        let asked = asked(&case.all());
        let mut stream = TcpStream::connect(self.front).unwrap();
        stream.set_nodelay(true).unwrap();
        for (number, piece) in case.says.iter().enumerate() {
            if number > 0 {
                thread::sleep(MOMENT);
            }
            // A proxy may refuse before it has heard all.
            if stream.write_all(piece).is_err() {
                break;
            }
        }
        if case.done {
            _ = stream.shutdown(Shutdown::Write);
        }
        let (bytes, closed) = listen(&mut stream, &asked);
        drop(stream);
        let mut seen = Seen { closed, heard: self.backend.end(), ..Seen::default() };
        seen.read(&bytes, &asked);
        seen
    }
}

/// What there is to know of the requests, as far as they are any.
fn asked(says: &[u8]) -> Vec<Asked> {
    let (mut rest, mut asked) = (says, Vec::new());
    while !rest.is_empty() {
        match request(rest, Speaker::Client) {
            Ok(Some((request, length))) => {
                asked.push(Asked { head: request.method == "HEAD", minor: request.minor });
                rest = &rest[length..];
            }
            _ => {
                let start = rest.trim_ascii_start();
                let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
                let minor = u8::from(!line.trim_ascii_end().ends_with(b"HTTP/1.0"));
                asked.push(Asked { head: start.starts_with(b"HEAD "), minor });
                break;
            }
        }
    }
    asked
}

/// All that comes, until the proxy closes, or has answered all and says nothing more.
fn listen(stream: &mut TcpStream, asked: &[Asked]) -> (Vec<u8>, bool) {
    let (mut bytes, start, mut last) = (Vec::new(), Instant::now(), Instant::now());
    let mut buffer = vec![0; 64 * 1024];
    stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (bytes, true),
            Ok(length) => {
                bytes.extend_from_slice(&buffer[..length]);
                last = Instant::now();
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                let mut seen = Seen::default();
                seen.read(&bytes, asked);
                let finals = seen.got.iter().filter(|response| !response.is_interim()).count();
                let complete = finals >= asked.len() || seen.got.last().is_some_and(|response| response.last);
                if last.elapsed() > GRACE && complete && !seen.broken || start.elapsed() > PATIENCE {
                    return (bytes, false);
                }
            }
            Err(_) => return (bytes, true),
        }
    }
}

impl Seen {
    /// Reads what the client got.
    fn read(&mut self, bytes: &[u8], asked: &[Asked]) {
        let (mut rest, mut asked) = (bytes, asked.iter());
        let mut now = asked.next();
        while !rest.is_empty() && self.wrong.is_none() {
            let Some(about) = now.filter(|_| !self.got.last().is_some_and(|response| response.last)) else {
                self.wrong =
                    Some(format!("bytes that nobody asked for: {:?}", latin1(&rest[..rest.len().min(40)])));
                return;
            };
            match response(rest, *about, self.closed) {
                Ok(Some((response, length))) => {
                    if !response.is_interim() {
                        now = asked.next();
                    }
                    self.got.push(response);
                    rest = &rest[length..];
                }
                Ok(None) => {
                    self.broken = true;
                    return;
                }
                Err(why) => self.wrong = Some(why),
            }
        }
    }

    /// The answers that are none on the way.
    pub fn finals(&self) -> impl DoubleEndedIterator<Item = &Response> {
        self.got.iter().filter(|response| !response.is_interim())
    }
}
