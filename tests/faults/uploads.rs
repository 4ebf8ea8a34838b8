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
    wire::{Backend, Client, HELLO, Talk},
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

/// A proxy of a backend that hears a head and then does this; what it holds once it has answered somebody.
fn served(lines: &str, script: impl Fn(&mut Talk) + Send + Sync + 'static) -> (Served, usize) {
    let backend = Backend::scripted(move |talk| {
        while let Some(request) = talk.hear_head() {
            if request.head.starts_with("GET") {
                talk.say(HELLO);
            } else {
                script(talk);
                return;
            }
        }
    });
    let server = Served::start(&format!("{lines}\nProxyPass / http://{}/", backend.address));
    let mut client = Client::at(server.address);
    client.say("GET / HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n");
    client.rest();
    let held = server.descriptors();
    (server, held)
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
    let (mut server, before) = served("Timeout 1", |_| thread::sleep(SECOND * 30));
    let uploads: Vec<_> = (0..20).map(|_| upload(&server, SIZE)).collect();
    let pouring: Vec<_> = uploads.iter().map(pour).collect();
    for mut client in uploads {
        let line = client.head_or_end();
        assert!(line.is_empty() || line.starts_with("HTTP/1.1 5"), "{line}");
        _ = client.stream.get_ref().shutdown(Shutdown::Both);
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
    let (server, before) = served("", |talk| {
        talk.say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        thread::sleep(SECOND * 30);
    });
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

/// Nobody reads and nobody writes any more: it ends at once, or with `Timeout`.
#[test]
fn an_upload_whose_client_goes_ends_with_the_time() {
    let (server, before) = served("Timeout 2", |_| thread::sleep(SECOND * 30));
    for _ in 0..5 {
        let client = upload(&server, SIZE);
        let mut stream = client.stream.get_ref().try_clone().unwrap();
        stream.set_write_timeout(Some(SECOND / 5)).unwrap();
        // Until the buffers of both sides are full.
        while stream.write(&[b'x'; 64 * 1024]).is_ok() {}
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
    until_back(&server, before, SECOND * 4);
}
