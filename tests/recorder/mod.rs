//! The backend behind the proxy: it keeps what it hears, reads it to the letter, and answers what it is told to.

// Not everybody who records needs all of it.
#![allow(dead_code)]

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use crate::reader::{Request, Speaker, head, latin1, request};

/// What came over one connection, message by message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Request(Request),
    /// What nobody may send: why, and the bytes.
    Refused(String, String),
    /// The beginning of a request whose end never came.
    CutOff(String),
}

/// What is said to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Each is a write of its own, a moment after the one before.
    pub pieces: Vec<Vec<u8>>,
    /// Whether the connection is closed then.
    pub close: bool,
}

/// A moment, long enough for two writes to be two reads.
pub const MOMENT: Duration = Duration::from_millis(15);

pub struct Recorder {
    pub address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Default)]
struct Inner {
    /// Counts the cases: what is left of one is none of the next's.
    case: usize,
    answers: Vec<Answer>,
    heard: Vec<Heard>,
    streams: Vec<(usize, TcpStream)>,
    /// How many connections there have been.
    connections: usize,
    /// How many connections are in the middle of a request.
    busy: usize,
}

impl Recorder {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = shared.clone();
                thread::spawn(move || state.serve(stream));
            }
        });
        Self { address, state }
    }

    /// From here on it answers this, request by request; the last answer stays.
    pub fn begin(&self, answers: Vec<Answer>) {
        self.state.lock().answers = answers;
    }

    /// What it has heard, once nothing is half heard; connections stay.
    pub fn take(&self) -> Vec<Heard> {
        let inner = self.state.lock();
        let idle = |inner: &mut Inner| inner.busy > 0;
        let waited = self.state.changed.wait_timeout_while(inner, Duration::from_secs(1), idle);
        std::mem::take(&mut waited.unwrap_or_else(PoisonError::into_inner).0.heard)
    }

    /// What it has heard; its connections are closed.
    pub fn end(&self) -> Vec<Heard> {
        let mut inner = self.state.lock();
        inner.case += 1;
        for (_, stream) in inner.streams.drain(..) {
            _ = stream.shutdown(Shutdown::Both);
        }
        std::mem::take(&mut inner.heard)
    }
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what a connection of that case has said; the answer to it, if it is a request.
    fn note(&self, case: usize, heard: Heard) -> Option<Answer> {
        let mut inner = self.lock();
        if inner.case != case {
            return None;
        }
        let number = inner.heard.iter().filter(|heard| matches!(heard, Heard::Request(_))).count();
        let is_request = matches!(heard, Heard::Request(_));
        inner.heard.push(heard);
        is_request.then(|| inner.answers.get(number).or(inner.answers.last()).cloned())?
    }

    fn set_busy(&self, was: bool, is: bool) {
        let mut inner = self.lock();
        inner.busy = inner.busy + usize::from(is) - usize::from(was);
        self.changed.notify_all();
    }

    fn serve(&self, mut stream: TcpStream) {
        _ = stream.set_nodelay(true);
        let (case, number) = {
            let mut inner = self.lock();
            inner.connections += 1;
            let number = inner.connections;
            inner.streams.extend(stream.try_clone().map(|stream| (number, stream)));
            (inner.case, number)
        };
        let mut busy = false;
        self.talk(&mut stream, case, &mut busy);
        self.set_busy(busy, false);
        self.lock().streams.retain(|(other, _)| *other != number);
        _ = stream.shutdown(Shutdown::Both);
    }

    fn talk(&self, stream: &mut TcpStream, case: usize, busy: &mut bool) {
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut continued = false;
        let mut ended = false;
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            ended &= !bytes.is_empty();
            let new = bytes.len().saturating_sub(b"\n\r".len());
            bytes.extend_from_slice(&buffer[..length]);
            if !std::mem::replace(busy, true) {
                self.set_busy(false, true);
            }
            // To judge a long head again at each piece would take its length squared.
            ended |= bytes[new..].windows(3).any(|end| end == b"\n\r\n" || end.starts_with(b"\n\n"));
            if !ended && bytes.len() > buffer.len() {
                continue;
            }
            loop {
                match request(&bytes, Speaker::Proxy) {
                    Ok(Some((request, length))) => {
                        bytes.drain(..length);
                        continued = false;
                        let Some(answer) = self.note(case, Heard::Request(request)) else { return };
                        if say(stream, &answer).is_err() || answer.close {
                            return;
                        }
                    }
                    Ok(None) => break,
                    Err(why) => {
                        self.note(case, Heard::Refused(why, latin1(&bytes)));
                        return;
                    }
                }
                if bytes.is_empty() {
                    break;
                }
            }
            let waits = || {
                head(&bytes, Speaker::Proxy)
                    .is_ok_and(|head| head.is_some_and(|(head, _)| head.fields.has("expect")))
            };
            if !continued && waits() {
                continued = true;
                if stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").is_err() {
                    break;
                }
            }
            if bytes.is_empty() && std::mem::replace(busy, false) {
                self.set_busy(true, false);
            }
        }
        if !bytes.is_empty() {
            self.note(case, Heard::CutOff(latin1(&bytes)));
        }
    }
}

fn say(stream: &mut TcpStream, answer: &Answer) -> std::io::Result<()> {
    for (number, piece) in answer.pieces.iter().enumerate() {
        if number > 0 {
            thread::sleep(MOMENT);
        }
        stream.write_all(piece)?;
    }
    Ok(())
}

impl Answer {
    /// In one write, on a connection that stays.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self { pieces: vec![bytes.as_ref().to_vec()], close: false }
    }
}
