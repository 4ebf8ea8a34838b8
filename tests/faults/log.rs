//! What it says to a log: one line each, whatever a client sends, and nobody waits until somebody reads it.

use std::{
    io::Read,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{
    served::{Served, Signal},
    wire::Client,
};

fn ask(server: &Served, target: &str) -> u16 {
    let mut client = Client::at(server.address);
    client.say(format!("GET {target} HTTP/1.1\r\nHost: f\r\nExpect: x\u{9b}2J\r\nConnection: close\r\n\r\n"));
    client.answer().status()
}

#[test]
fn no_client_forges_a_line_or_moves_a_cursor() {
    let server = Served::start("ProxyPass / http://127.0.0.1:1");
    let mut client = Client::at(server.address);
    client.say("GET /x%0A[proxy:warn]%20forged%1b[2J%C2%9b HTTP/1.1\r\nHost: f\r\n\r\n");
    assert_eq!(client.answer().status(), 500);
    let host = server.complains("DNS lookup failure");
    assert!(host.ends_with(r"for: 127.0.0.1:1x\n[proxy:warn] forged\x1b[2J\xc2\x9b"), "{host}");
    assert_eq!(ask(&server, "/"), 417);
    let expect = server.complains("Expect");
    assert!(expect.ends_with(r"x\xc2\x9b2J"), "{expect:?}");
}

/// The pipe takes 64 KiB, and then nothing more for as long as the test likes.
#[test]
fn nobody_waits_for_a_log_that_is_not_read() {
    let (mut log, write) = std::io::pipe().unwrap();
    let mut server = Served::start_saying_to(Stdio::from(write), "ProxyPass / ajp://127.0.0.1:1/");
    let long = format!("/{}", "x".repeat(8000));
    for _ in 0..100 {
        assert_eq!(ask(&server, &long), 417, "it answers on");
        let mut client = Client::at(server.address);
        client.say(format!("GET {long} HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n"));
        assert_eq!(client.answer().status(), 500, "it answers on");
    }
    let start = Instant::now();
    server.signal(Signal::TERM);
    assert!(server.end().success());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let mut said = Vec::new();
    log.read_to_end(&mut said).unwrap();
    assert!(said.len() > 30_000, "{}", said.len());
}
