//! Backends that never come to their answer: interim answers without end are no sign of life.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    served::Served,
    wire::{Backend, Client},
};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";
const SECOND: Duration = Duration::from_secs(1);

/// What the client gets last, after the interim answers that go on.
fn last(server: &Served) -> String {
    let mut client = Client::at(server.address);
    client.say(GET);
    loop {
        let head = client.head().head;
        if !head.starts_with("HTTP/1.1 1") {
            return head;
        }
    }
}

#[test]
fn the_tenth_interim_answer_is_too_many() {
    let backend = Backend::scripted(|talk| {
        talk.hear();
        let many = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n".repeat(100);
        for _ in 0..1000 {
            talk.say(&many);
        }
        thread::sleep(SECOND * 20);
    });
    let server = Served::start(&format!("Timeout 5\nProxyPass / http://{}/", backend.address));
    let (cpu, start) = (server.cpu(), Instant::now());
    let head = last(&server);
    assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    thread::sleep(SECOND);
    let used = server.cpu() - cpu;
    assert!(used < SECOND / 4, "it computed for {used:?}");
}

/// Each wait is for a head: nine of them, slow ones, are within the limit each.
#[test]
fn slow_interim_answers_end_with_the_time() {
    let backend = Backend::scripted(|talk| {
        talk.hear();
        talk.say("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n");
        thread::sleep(SECOND * 20);
    });
    let server = Served::start(&format!("Timeout 1\nProxyPass / http://{}/", backend.address));
    let start = Instant::now();
    let head = last(&server);
    assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
    let took = start.elapsed();
    assert!(took > SECOND * 9 / 10 && took < SECOND * 3, "{took:?}");
}

/// A head that drips is no head: byte after byte, it comes to nothing within the time.
#[test]
fn a_head_without_end_is_502() {
    let backend = Backend::scripted(|talk| {
        talk.hear();
        talk.say("HTTP/1.1 200 OK\r\n");
        // More than any head may have, if it ever ended.
        for _ in 0..20_000 {
            talk.say(format!("X: {}\r\n", "x".repeat(1000)));
        }
        thread::sleep(SECOND * 20);
    });
    let server = Served::start(&format!("Timeout 5\nProxyPass / http://{}/", backend.address));
    let start = Instant::now();
    let head = last(&server);
    assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
    assert!(start.elapsed() < SECOND * 7, "{:?}", start.elapsed());
}
