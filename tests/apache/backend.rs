//! Backends that record what they hear and say what a case tells them to.

use std::{
    io::{BufReader, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use crate::wire::{self, Message, PATIENCE, Part};

/// A backend; its thread lives as long as the test program.
pub struct Backend {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// One script for each request, the last for all that follow.
    answers: Vec<String>,
    asked: usize,
    connections: usize,
    heard: Vec<(usize, Message)>,
    open: Vec<TcpStream>,
}

impl Backend {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let backend = Self { address: listener.local_addr().unwrap(), state: Arc::default() };
        let state = backend.state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                _ = stream.set_nodelay(true);
                let number = {
                    let mut state = lock(&state);
                    state.connections += 1;
                    state.open.extend(stream.try_clone());
                    state.connections
                };
                let state = state.clone();
                thread::spawn(move || talk(BufReader::new(stream), number, &state));
            }
        });
        backend
    }

    /// Forgets all, ends the connections that are still there, and takes the scripts of the next case.
    pub fn prepare(&self, answers: Vec<String>) {
        let mut state = lock(&self.state);
        for stream in state.open.drain(..) {
            _ = stream.shutdown(Shutdown::Both);
        }
        *state = State { answers, ..State::default() };
    }

    /// What came on which connection, in order.
    pub fn heard(&self) -> Vec<(usize, Message)> {
        lock(&self.state).heard.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One connection: hears a request, answers by its script.
fn talk(mut stream: BufReader<TcpStream>, number: usize, state: &Mutex<State>) {
    while let Some(mut request) = wire::read(&mut stream, Part::RequestHead) {
        let script = {
            let mut state = lock(state);
            state.asked += 1;
            let last = state.answers.len().saturating_sub(1);
            state.answers.get((state.asked - 1).min(last)).cloned().unwrap_or_default()
        };
        let at = {
            let mut state = lock(state);
            state.heard.push((number, request.clone()));
            state.heard.len() - 1
        };
        // `{body}` marks where a script reads the body; without it, before all else.
        let mut body = |stream: &mut BufReader<TcpStream>| {
            wire::read_body(stream, &mut request, Part::Request);
            if let Some(heard) = lock(state).heard.get_mut(at) {
                heard.1 = request.clone();
            }
        };
        if !script.contains("{body}") {
            body(&mut stream);
        }
        for act in acts(&script) {
            let socket = stream.get_ref();
            match act {
                Act::Say(bytes) => _ = stream.get_mut().write_all(&bytes),
                Act::Body => body(&mut stream),
                Act::Pause => thread::sleep(Duration::from_millis(100)),
                Act::Reset => {
                    _ = socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO));
                    lock(state).open.clear();
                    return;
                }
                Act::Close => {
                    _ = socket.shutdown(Shutdown::Both);
                    return;
                }
                // Until the proxy closes.
                Act::Hang => {
                    _ = socket.set_read_timeout(Some(PATIENCE));
                    _ = wire::read(&mut stream, Part::RequestHead);
                    return;
                }
            }
        }
    }
}

enum Act {
    Say(Vec<u8>),
    Body,
    Pause,
    Close,
    Reset,
    Hang,
}

fn acts(script: &str) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut text = script;
    while !text.is_empty() {
        let marks: [(&str, Act); 5] = [
            ("{body}", Act::Body),
            ("{pause}", Act::Pause),
            ("{close}", Act::Close),
            ("{reset}", Act::Reset),
            ("{hang}", Act::Hang),
        ];
        let next = marks
            .into_iter()
            .filter_map(|(mark, act)| Some((text.find(mark)?, mark.len(), act)))
            .min_by_key(|f| f.0);
        let (at, length, act) =
            next.map_or((text.len(), 0, None), |(at, length, act)| (at, length, Some(act)));
        if at > 0 {
            acts.push(Act::Say(wire::bytes(&text[..at])));
        }
        acts.extend(act);
        text = &text[at + length..];
    }
    acts
}
