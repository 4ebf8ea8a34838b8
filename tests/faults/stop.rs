//! SIGTERM: what is in flight finishes within a limit, what is idle ends at once, nobody new comes in.

use std::{
    io::Read,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::{
    reload::until_refused,
    served::{Served, Signal},
    wire::{Backend, Client, HELLO},
};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";
const PIECES: usize = 20;
const PIECE: usize = 5000;
const PAUSE: Duration = Duration::from_millis(50);

/// Runs this backend's script after it has told that it is asked.
fn asked(script: impl Fn(&mut crate::wire::Talk) + Send + Sync + 'static) -> (Backend, mpsc::Receiver<()>) {
    let (asked, was_asked) = mpsc::channel();
    let backend = Backend::scripted(move |talk| {
        while talk.hear_head().is_some() {
            asked.send(()).unwrap();
            script(talk);
        }
    });
    (backend, was_asked)
}

fn pass(backend: &Backend) -> String {
    format!("ProxyPass / http://{}/", backend.address)
}

#[test]
fn requests_in_flight_are_answered_and_idle_connections_end_at_once() {
    let (backend, was_asked) = asked(|talk| {
        thread::sleep(Duration::from_secs(1));
        talk.say(HELLO);
    });
    let idle_backend = Backend::answering(HELLO);
    let mut server =
        Served::start(&format!("ProxyPass /idle http://{}/\n{}", idle_backend.address, pass(&backend)));
    let mut idle = Client::at(server.address);
    idle.say("GET /idle HTTP/1.1\r\nHost: f\r\n\r\n");
    idle.answer();
    let mut clients: Vec<_> = (0..4).map(|_| Client::at(server.address)).collect();
    clients.iter_mut().for_each(|client| client.say(GET));
    clients.iter().for_each(|_| was_asked.recv().unwrap());
    let start = Instant::now();
    server.signal(Signal::TERM);
    assert!(idle.is_closed());
    until_refused(server.address);
    assert!(start.elapsed() < Duration::from_millis(700), "{:?}", start.elapsed());
    for client in &mut clients {
        assert_eq!(client.answer().body, b"hello");
        assert!(client.is_closed());
    }
    assert_eq!(server.end().code(), Some(0));
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[test]
fn a_slow_download_comes_to_its_end() {
    let (backend, was_asked) = asked(|talk| {
        talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", PIECES * PIECE));
        for _ in 0..PIECES {
            thread::sleep(PAUSE);
            talk.say([b'x'; PIECE]);
        }
    });
    let mut server = Served::start(&pass(&backend));
    let mut client = Client::at(server.address);
    client.say(GET);
    was_asked.recv().unwrap();
    thread::sleep(PAUSE * 3);
    server.signal(Signal::TERM);
    assert_eq!(client.answer().body.len(), PIECES * PIECE);
    assert_eq!(server.end().code(), Some(0));
}

#[test]
fn an_upload_comes_to_its_end() {
    let (backend, was_asked) = asked(|talk| {
        let mut body = vec![0; PIECES * PIECE];
        talk.stream.read_exact(&mut body).unwrap();
        talk.say(HELLO);
    });
    let mut server = Served::start(&pass(&backend));
    let mut client = Client::at(server.address);
    client.say(format!("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: {}\r\n\r\n", PIECES * PIECE));
    for piece in 0..PIECES {
        client.say([b'x'; PIECE]);
        thread::sleep(PAUSE);
        if piece == 5 {
            was_asked.recv().unwrap();
            server.signal(Signal::TERM);
            until_refused(server.address);
        }
    }
    assert_eq!(client.answer().body, b"hello");
    assert_eq!(server.end().code(), Some(0));
}

/// As Apache's graceful stop: what the limit cuts off is no error of the program.
#[test]
fn the_limit_cuts_off_and_says_so() {
    let (backend, was_asked) = asked(|_| thread::sleep(Duration::from_secs(5)));
    let mut server = Served::start(&format!("GracefulShutdownTimeout 1\n{}", pass(&backend)));
    let mut client = Client::at(server.address);
    client.say(GET);
    was_asked.recv().unwrap();
    let start = Instant::now();
    server.signal(Signal::TERM);
    assert!(client.is_closed());
    assert_eq!(server.end().code(), Some(0));
    let took = start.elapsed();
    assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(3), "{took:?}");
    server.complains("requests that were not answered yet have been cut off");
}

#[test]
fn a_second_signal_does_not_wait() {
    let (backend, was_asked) = asked(|_| thread::sleep(Duration::from_secs(5)));
    let mut server = Served::start(&pass(&backend));
    let mut client = Client::at(server.address);
    client.say(GET);
    was_asked.recv().unwrap();
    let start = Instant::now();
    server.signal(Signal::TERM);
    until_refused(server.address);
    server.signal(Signal::TERM);
    assert_eq!(server.end().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert!(client.is_closed());
}
