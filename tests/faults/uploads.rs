//! Uploads that their backend does not read: they end with their exchange, and nothing of them stays.

use std::{
    fs,
    io::Write,
    net::Shutdown,
    thread,
    time::{Duration, Instant},
};

use crate::{
    served::{Served, Signal},
    wire::{Backend, Client},
};

const SECOND: Duration = Duration::from_secs(1);
const SIZE: usize = 20_000_000;

fn upload(server: &Served, size: usize) -> Client {
    let mut client = Client::at(server.address);
    client.say(format!("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: {size}\r\n\r\n"));
    client
}

/// Says as much of the body as is taken, and no more once the other end has enough of it.
fn pour(client: &Client) -> thread::JoinHandle<()> {
    let mut stream = client.stream.get_ref().try_clone().unwrap();
    thread::spawn(move || {
        let piece = [b'x'; 64 * 1024];
        for _ in 0..SIZE / piece.len() {
            if stream.write_all(&piece).is_err() {
                return;
            }
        }
    })
}

impl Served {
    fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.id())).unwrap().count()
    }
}

/// Waits until it holds no more descriptors than before, within this time.
#[track_caller]
fn until_back(server: &Served, before: usize, limit: Duration) {
    let start = Instant::now();
    while server.descriptors() > before {
        assert!(start.elapsed() < limit, "{} descriptors, {before} before", server.descriptors());
        thread::sleep(SECOND / 50);
    }
}

#[test]
fn a_backend_that_never_reads_costs_nothing_after_the_time_is_over() {
    let backend = Backend::scripted(|talk| {
        talk.hear_head();
        thread::sleep(SECOND * 30);
    });
    let mut server = Served::start(&format!("Timeout 1\nProxyPass / http://{}/", backend.address));
    let before = server.descriptors();
    let uploads: Vec<_> = (0..20).map(|_| upload(&server, SIZE)).collect();
    let pouring: Vec<_> = uploads.iter().map(pour).collect();
    for mut client in uploads {
        let line = client.head_or_end();
        assert!(line.is_empty() || line.starts_with("HTTP/1.1 502 "), "{line}");
    }
    pouring.into_iter().for_each(|pour| pour.join().unwrap());
    until_back(&server, before, SECOND * 2);
    let start = Instant::now();
    server.signal(Signal::TERM);
    assert_eq!(server.end().code(), Some(0));
    assert!(start.elapsed() < SECOND * 2, "SIGTERM took {:?}", start.elapsed());
}

#[test]
fn a_complete_early_answer_leaves_nothing_behind() {
    let backend = Backend::scripted(|talk| {
        talk.hear_head();
        talk.say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        thread::sleep(SECOND * 30);
    });
    let server = Served::start(&format!("ProxyPass / http://{}/", backend.address));
    let before = server.descriptors();
    for _ in 0..10 {
        let mut client = upload(&server, SIZE);
        let pouring = pour(&client);
        assert_eq!(client.answer().status(), 401);
        // It knows enough, and goes.
        _ = client.stream.get_ref().shutdown(Shutdown::Both);
        pouring.join().unwrap();
    }
    until_back(&server, before, SECOND * 5);
}

/// As nobody reads, nobody writes: it ends with the client's patience or with `Timeout`, whichever is first.
#[test]
fn an_upload_whose_client_goes_ends_at_once() {
    let backend = Backend::scripted(|talk| {
        talk.hear_head();
        thread::sleep(SECOND * 30);
    });
    let server = Served::start(&format!("ProxyPass / http://{}/", backend.address));
    let before = server.descriptors();
    for _ in 0..5 {
        let client = upload(&server, SIZE);
        let mut stream = client.stream.get_ref().try_clone().unwrap();
        stream.set_write_timeout(Some(SECOND / 2)).unwrap();
        // Until both sides' buffers are full.
        while stream.write(&[b'x'; 64 * 1024]).is_ok() {}
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
    until_back(&server, before, SECOND);
}
