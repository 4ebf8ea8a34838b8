//! No file descriptors left: the proxy waits without spinning, says so once, and goes on when some are free.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    served::{Served, Signal},
    wire::{Backend, Client, HELLO},
};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";
const LIMIT: usize = 64;

/// A proxy that may have few files open.
fn poor(lines: &str) -> Served {
    limited(LIMIT, lines)
}

fn limited(limit: usize, lines: &str) -> Served {
    let limited = limit_to(limit);
    Served::start_by(&["sh", "-c", &limited, "sh"], lines)
}

/// Starts what follows with so many descriptors.
fn limit_to(descriptors: usize) -> String {
    format!("ulimit -n {descriptors}; exec \"$@\"")
}

/// Clients that hold descriptors of the proxy's and say nothing.
fn crowd(server: &Served, size: usize) -> Vec<Client> {
    (0..size).map(|_| Client::at(server.address)).collect()
}

#[test]
fn it_accepts_again_when_some_are_free_and_does_not_spin_until_then() {
    let backend = Backend::answering(HELLO);
    let server = poor(&format!("ProxyPass / http://{}/", backend.address));
    let crowd = crowd(&server, LIMIT * 2);
    server.complains("cannot accept connections: ");
    // What is accepted already is served as before it came to this.
    let (cpu, start) = (server.cpu(), Instant::now());
    thread::sleep(Duration::from_secs(1));
    let (used, took) = (server.cpu() - cpu, start.elapsed());
    assert!(used < took / 10, "{used:?} of {took:?}");
    assert!(server.complaints().len() <= 1, "it says so once in a while: {:?}", server.complaints());
    drop(crowd);
    let mut client = Client::at(server.address);
    client.say(GET);
    assert_eq!(client.answer().body, b"hello");
}

/// It is not the member's fault: nobody is in error once there are some.
#[test]
fn no_descriptor_for_the_backend_is_503_and_no_error_of_the_member() {
    let backend = Backend::answering(HELLO);
    let server = poor(&format!(
        "<Proxy balancer://c>\nBalancerMember http://{}\nProxySet forcerecovery=Off\n</Proxy>\nProxyPass / balancer://c/",
        backend.address
    ));
    let mut crowd = crowd(&server, LIMIT * 2);
    server.complains("cannot accept connections: ");
    crowd[0].say(GET);
    assert_eq!(crowd[0].answer().status(), 503);
    drop(crowd);
    let mut client = Client::at(server.address);
    client.say(GET);
    assert_eq!(client.answer().body, b"hello");
}

/// One worker may start and the next one not: nobody then waits for nobody.
#[test]
fn it_starts_and_stops_or_says_why_it_cannot_however_few_there_are() {
    let mut refused = 0;
    for descriptors in 5..=40 {
        match Served::try_start_by(&["sh", "-c", &limit_to(descriptors), "sh"], "") {
            Ok(mut served) => {
                served.signal(Signal::TERM);
                assert!(served.end().success(), "{descriptors}");
            }
            Err(said) => {
                refused += 1;
                assert!(said.contains("open files"), "{descriptors}: {said}");
            }
        }
    }
    assert!(refused > 5, "{refused}");
}

/// Links that nobody uses are held only while there is room: who comes next needs the descriptor more.
#[test]
fn idle_links_make_room_for_those_who_come() {
    let backend = Backend::scripted(|talk| {
        while talk.hear().is_some() {
            thread::sleep(Duration::from_millis(200));
            talk.say(HELLO);
        }
    });
    let other = Backend::answering(HELLO);
    let server =
        poor(&format!("ProxyPass /other http://{}\nProxyPass / http://{}/", other.address, backend.address));
    // As many links at once as there is room for, and then a pause.
    let mut clients: Vec<_> = (0..21).map(|_| Client::at(server.address)).collect();
    clients.iter_mut().for_each(|client| client.say(GET));
    clients.iter_mut().for_each(|client| assert_eq!(client.answer().status(), 200));
    drop(clients);
    thread::sleep(Duration::from_secs(1));
    // Now others, of another backend: none of them goes short.
    let mut clients: Vec<_> = (0..21).map(|_| Client::at(server.address)).collect();
    clients.iter_mut().for_each(|client| client.say("GET /other HTTP/1.1\r\nHost: f\r\n\r\n"));
    let statuses: Vec<_> = clients.iter_mut().map(|client| client.answer().status()).collect();
    assert_eq!(statuses, [200; 21]);
}

#[test]
fn bursts_within_the_limit_are_answered() {
    let backend = Backend::scripted(|talk| {
        while talk.hear().is_some() {
            thread::sleep(Duration::from_millis(50));
            talk.say(HELLO);
        }
    });
    let other = Backend::answering(HELLO);
    let server = limited(
        256,
        &format!("ProxyPass /other http://{}\nProxyPass / http://{}/", other.address, backend.address),
    );
    for round in 0..6 {
        let path = if round % 2 == 0 { "/" } else { "/other" };
        let mut clients: Vec<_> = (0..100).map(|_| Client::at(server.address)).collect();
        let says = format!("GET {path} HTTP/1.1\r\nHost: f\r\n\r\n");
        clients.iter_mut().for_each(|client| client.say(&says));
        let refused =
            clients.iter_mut().filter_map(|client| Some(client.answer().status()).filter(|s| *s != 200));
        assert_eq!(refused.collect::<Vec<_>>(), [0; 0], "in round {round}");
    }
}
