//! Connections to backends are used again, by any client, and replaced unnoticed when they died (apache-facts §10).

use std::{
    sync::{Barrier, Mutex, mpsc},
    thread,
    time::Duration,
};

use crate::{
    process::Process,
    wire::{Backend, Client, HELLO, Message, ask, get, proxy_to},
};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[test]
fn one_connection_for_each_thread_serves_many_clients() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    for _ in 0..5 * threads() {
        assert_eq!(get(&server, "/").status(), 200);
    }
    // One more for each, where the machine is so slow that a connection's age has to be proved.
    assert!(backend.connections() <= 2 * threads(), "{} connections", backend.connections());
}

#[test]
fn uploads_and_answers_of_any_kind_leave_the_connection_usable() {
    let big = "x".repeat(100_000);
    let upload = format!("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: {}\r\n\r\n{big}", big.len());
    let chunked = "POST / HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let chunked_answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    for answer in [
        HELLO,
        chunked_answer,
        "HTTP/1.1 304 Not Modified\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ] {
        let backend = Backend::answering(answer);
        let server = proxy_to(&backend);
        let mut client = Client::to(&server);
        for request in [GET, &upload, chunked, GET].repeat(2) {
            client.say(request);
            client.answer();
        }
        assert!(backend.connections() <= 3, "{} connections: {answer}", backend.connections());
    }
}

#[test]
fn a_connection_that_died_while_idle_is_replaced() {
    for reset in [false, true] {
        let backend = Backend::scripted(move |talk| {
            talk.hear();
            talk.say(HELLO);
            if reset {
                talk.reset();
            }
        });
        let server = proxy_to(&backend);
        let mut client = Client::to(&server);
        for number in 0..25 {
            client.say(GET);
            assert_eq!(client.answer().status(), 200, "request {number}");
            backend.until_left();
            let answer = ask(&server, "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 3\r\n\r\nabc");
            assert_eq!(answer.status(), 200, "upload {number}");
            backend.until_left();
        }
        assert_eq!(backend.connections(), 50);
    }
}

/// A backend that closes a connection just as it is used again, without a look at what has come: such a request cannot
/// be sent a second time, for nobody knows whether the first one was read.
#[test]
fn no_request_is_lost_to_a_backend_that_closes_idle_connections() {
    const IDLE: Duration = Duration::from_secs(1);
    let post = "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 3\r\n\r\nabc";
    thread::scope(|scope| {
        for request in [GET, post] {
            scope.spawn(move || {
                let backend = Backend::scripted(|talk| {
                    talk.hear();
                    talk.say(HELLO);
                    thread::sleep(IDLE);
                    talk.reset();
                });
                let server = proxy_to(&backend);
                let mut client = Client::to(&server);
                for number in 0..4 {
                    client.say(request);
                    assert_eq!(client.answer().status(), 200, "request {number}");
                    thread::sleep(IDLE * 9 / 10);
                }
            });
        }
    });
}

#[test]
fn the_connection_of_a_patient_backend_is_used_again_after_a_while() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let mut client = Client::to(&server);
    for _ in 0..10 {
        client.say(GET);
        assert_eq!(client.answer().status(), 200);
        thread::sleep(Duration::from_millis(40));
    }
    assert!(backend.connections() <= 4, "{} connections", backend.connections());
}

/// The proxy has taken the connection for the request before it can know that the backend closed it.
#[test]
fn a_connection_that_dies_as_it_is_taken_is_replaced_too() {
    let (close, told) = mpsc::channel();
    let told = Mutex::new(told);
    let backend = Backend::scripted(move |talk| {
        talk.hear();
        talk.say(HELLO);
        _ = told.lock().unwrap().recv();
    });
    let server = Process::start(&format!("ProxyPass / http://{}/", backend.address));
    let mut client = Client::at(server.address);
    client.say(GET);
    client.answer();
    for request in [GET, "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 3\r\n\r\nabc"].repeat(5) {
        server.hold(true);
        client.say(request);
        close.send(()).unwrap();
        backend.until_left();
        server.hold(false);
        assert_eq!(client.answer().status(), 200, "{request}");
    }
    assert_eq!(backend.connections(), 11);
}

#[test]
fn what_a_backend_says_too_much_reaches_nobody() {
    let backend = Backend::answering([HELLO, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"].concat());
    let server = proxy_to(&backend);
    let mut client = Client::to(&server);
    for _ in 0..20 {
        client.say(GET);
        assert_eq!(client.answer().body, b"hello");
    }
}

#[test]
fn requests_in_a_row_are_answered_in_their_order() {
    let backend = Backend::scripted(|talk| {
        while let Some(request) = talk.hear() {
            let path = request.head.split(' ').nth(1).unwrap();
            talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{path}", path.len()));
        }
    });
    let server = proxy_to(&backend);
    let mut client = Client::to(&server);
    let requests: String = (0..50).map(|n| format!("GET /{n} HTTP/1.1\r\nHost: f\r\n\r\n")).collect();
    client.say(requests);
    for number in 0..50 {
        assert_eq!(client.answer().body, format!("/{number}").into_bytes());
    }
}

#[test]
fn clients_never_get_each_other_s_answers() {
    let backend = Backend::scripted(|talk| {
        while let Some(request) = talk.hear() {
            let path = request.head.split(' ').nth(1).unwrap();
            let body = path.repeat(1000);
            talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
        }
    });
    let server = proxy_to(&backend);
    let start = Barrier::new(16);
    thread::scope(|scope| {
        for number in 0..16 {
            let (server, start) = (&server, &start);
            scope.spawn(move || {
                let mut client = Client::to(server);
                start.wait();
                for round in 0..50 {
                    let path = format!("/{number}/{round}");
                    client.say(format!("GET {path} HTTP/1.1\r\nHost: f\r\n\r\n"));
                    let Message { body, .. } = client.answer();
                    assert_eq!(String::from_utf8(body).unwrap(), path.repeat(1000));
                }
            });
        }
    });
    assert!(backend.connections() <= 32, "{} connections", backend.connections());
}
