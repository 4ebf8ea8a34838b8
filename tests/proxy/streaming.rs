//! Bodies of any size pass through a few kilobytes of memory.

use std::{
    io::{Read, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    process::Process,
    wire::{Backend, Client, proxy_to, read_chunk},
};

const GIB: u64 = 1 << 30;
const PIECE: usize = 256 * 1024;
/// What bodies may add to the process: a few buffers for each connection.
const MEMORY: u64 = 16 * 1024;

/// Reads a body to its end; how long it was.
fn drain(stream: &mut impl Read, limit: u64) -> u64 {
    let mut piece = vec![0; PIECE];
    let mut read = 0;
    while read < limit {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(length) => read += length as u64,
        }
    }
    read
}

fn fill(stream: &mut impl Write, length: u64) {
    let piece = vec![b'x'; PIECE];
    for _ in 0..length / PIECE as u64 {
        if stream.write_all(&piece).is_err() {
            return;
        }
    }
}

#[test]
fn a_gibibyte_each_way_adds_less_than_16_mib() {
    let backend = Backend::scripted(|talk| {
        while let Some(request) = talk.hear_head() {
            if request.head.starts_with("GET /small") {
                talk.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            } else if request.head.starts_with("POST") {
                let received = drain(&mut talk.stream, GIB).to_string();
                talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{received}", received.len()));
            } else {
                talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {GIB}\r\n\r\n"));
                fill(talk.stream.get_mut(), GIB);
            }
        }
    });
    let server = Process::start(&format!("ProxyPass / http://{}/", backend.address));
    let mut client = Client::at(server.address);

    client.say("GET /small HTTP/1.1\r\nHost: f\r\n\r\n");
    client.answer();
    let before = server.peak();
    let start = Instant::now();
    client.say(format!("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: {GIB}\r\n\r\n"));
    fill(client.stream.get_mut(), GIB);
    assert_eq!(client.answer().body, GIB.to_string().into_bytes());
    let upload = start.elapsed();

    let start = Instant::now();
    client.say("GET / HTTP/1.1\r\nHost: f\r\n\r\n");
    client.head();
    assert_eq!(drain(&mut client.stream, GIB), GIB);
    let added = server.peak() - before;
    println!("1 GiB up in {upload:?}, down in {:?}, {added} KiB more", start.elapsed());
    assert!(added < MEMORY, "{added} KiB");
}

/// Counts what it can send while nobody reads at the other end, until nothing moves for a while.
fn stalled(sent: &AtomicU64) -> u64 {
    let mut before = 0;
    loop {
        thread::sleep(Duration::from_millis(200));
        match sent.load(Ordering::Relaxed) {
            now if now == before && now > 0 => return now,
            now => before = now,
        }
    }
}

fn counting_fill(stream: &mut impl Write, sent: &AtomicU64) {
    let piece = vec![b'x'; PIECE];
    while sent.load(Ordering::Relaxed) < GIB && stream.write_all(&piece).is_ok() {
        sent.fetch_add(PIECE as u64, Ordering::Relaxed);
    }
}

#[test]
fn who_does_not_read_stops_who_writes() {
    let sent = Arc::new(AtomicU64::new(0));
    let counted = sent.clone();
    let (finish, finished) = mpsc::channel::<()>();
    let finished = Mutex::new(finished);
    let backend = Backend::scripted(move |talk| {
        if talk.hear_head().is_some_and(|request| request.head.starts_with("POST")) {
            _ = finished.lock().unwrap().recv();
        } else {
            talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {GIB}\r\n\r\n"));
            counting_fill(talk.stream.get_mut(), &counted);
        }
    });
    let server = Process::start(&format!("ProxyPass / http://{}/", backend.address));
    let before = server.peak();

    let mut reader = Client::at(server.address);
    reader.say("GET / HTTP/1.1\r\nHost: f\r\n\r\n");
    reader.head();
    assert!(stalled(&sent) < GIB / 8, "a client that does not read: {} bytes are gone", stalled(&sent));

    let uploaded = Arc::new(AtomicU64::new(0));
    let counted = uploaded.clone();
    let mut writer = Client::at(server.address);
    writer.say(format!("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: {GIB}\r\n\r\n"));
    thread::spawn(move || counting_fill(writer.stream.get_mut(), &counted));
    assert!(
        stalled(&uploaded) < GIB / 8,
        "a backend that does not read: {} bytes are gone",
        stalled(&uploaded)
    );

    let added = server.peak() - before;
    assert!(added < MEMORY, "{added} KiB");
    drop(finish);
}

#[test]
fn a_client_that_goes_away_ends_the_backend_s_work() {
    let (ended, end) = mpsc::channel();
    let backend = Backend::scripted(move |talk| {
        talk.hear();
        talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {GIB}\r\n\r\n"));
        let sent = AtomicU64::new(0);
        counting_fill(talk.stream.get_mut(), &sent);
        ended.send(sent.into_inner()).unwrap();
    });
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, "GET / HTTP/1.1\r\nHost: f\r\n\r\n");
    client.head();
    drop(client);
    let sent = end.recv_timeout(Duration::from_secs(10)).expect("the backend's connection ends");
    assert!(sent < GIB, "it has sent everything");
}

#[test]
fn an_upload_that_breaks_off_ends_the_backend_s_request() {
    let (ended, end) = mpsc::channel();
    let backend = Backend::scripted(move |talk| {
        talk.hear_head();
        ended.send(drain(&mut talk.stream, GIB)).unwrap();
    });
    let server = proxy_to(&backend);
    let mut client =
        Client::saying(&server, format!("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: {GIB}\r\n\r\n"));
    client.say(vec![b'x'; PIECE]);
    drop(client);
    let received = end.recv_timeout(Duration::from_secs(10)).expect("the backend's connection ends");
    assert!(received <= PIECE as u64);
}

#[test]
fn pieces_pass_as_they_come() {
    let (next, go) = mpsc::channel();
    let go = Mutex::new(go);
    let backend = Backend::scripted(move |talk| {
        talk.hear();
        talk.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while go.lock().unwrap().recv().is_ok() {
            talk.say("4\r\ntick\r\n");
        }
        talk.say("0\r\n\r\n");
    });
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, "GET / HTTP/1.1\r\nHost: f\r\n\r\n");
    client.head();
    for _ in 0..3 {
        next.send(()).unwrap();
        assert_eq!(read_chunk(&mut client.stream).as_deref(), Some(b"tick".as_slice()));
    }
    drop(next);
    assert_eq!(read_chunk(&mut client.stream), None);
}
