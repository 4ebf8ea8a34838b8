//! Slow clients: a head or a body that does not come, drips, or stops; an answer that nobody reads (mod_reqtimeout).

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use hop_by_hop::proxy::Server;

use crate::wire::{Backend, Client, HELLO, proxy};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";
const TICK: Duration = Duration::from_millis(100);

fn limited(backend: &Backend, lines: &str) -> Server {
    proxy(format!("{lines}\nProxyPass / http://{}/", backend.address))
}

fn post(length: usize) -> String {
    format!("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: {length}\r\n\r\n")
}

/// Says the rest byte by byte, one each tick, until the proxy has enough of it.
fn drip(client: &Client, byte: &'static [u8]) -> thread::JoinHandle<()> {
    let mut stream = client.stream.get_ref().try_clone().unwrap();
    thread::spawn(move || {
        for _ in 0..100 {
            thread::sleep(TICK);
            if stream.write_all(byte).is_err() {
                return;
            }
        }
    })
}

/// What comes until the proxy closes, and after how many tenths of a second it does.
fn end(client: &mut Client, start: Instant) -> (String, u128) {
    let rest = String::from_utf8(client.rest()).unwrap();
    (rest, start.elapsed().as_millis() / 100)
}

#[track_caller]
fn assert_408(text: &str) {
    assert!(text.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{text}");
    assert!(text.contains("\r\nConnection: close\r\n"), "{text}");
    assert!(text.contains("<p>Server timeout waiting for the HTTP request from the client.</p>"), "{text}");
}

/// As Apache: who has not said a whole request line is not answered.
#[test]
fn half_a_head_gets_408_and_less_gets_nothing() {
    let backend = Backend::answering(HELLO);
    let server = limited(&backend, "RequestReadTimeout header=1");
    thread::scope(|scope| {
        for (says, answered) in [
            ("", false),
            ("\r\n", false),
            ("GET / HT", false),
            ("GET / HTTP/1.1\r\n", true),
            ("GET / HTTP/1.1\r\nHost: f\r\nX: ", true),
        ] {
            for drips in [false, true] {
                let server = &server;
                scope.spawn(move || {
                    let start = Instant::now();
                    let mut client = Client::saying(server, says);
                    let dripping = drips.then(|| drip(&client, b"x"));
                    let (text, tenths) = end(&mut client, start);
                    match answered {
                        true => assert_408(&text),
                        false => assert_eq!(text, "", "{says:?}"),
                    }
                    assert!((9..30).contains(&tenths), "{says:?} after {tenths} tenths");
                    drop(client);
                    dripping.map(thread::JoinHandle::join);
                });
            }
        }
    });
    assert_eq!(backend.connections(), 0, "no member is asked for them");
}

#[test]
fn bytes_earn_time_but_not_for_ever() {
    let backend = Backend::answering(HELLO);
    let server = limited(&backend, "RequestReadTimeout header=1-2,MinRate=100");
    let start = Instant::now();
    let mut client = Client::saying(&server, "GET / HTTP/1.1\r\nHost: f\r\nX: ");
    let dripping = drip(&client, &[b'x'; 30]);
    let (text, tenths) = end(&mut client, start);
    assert_408(&text);
    assert!((19..40).contains(&tenths), "after {tenths} tenths");
    drop(client);
    dripping.join().unwrap();
}

#[test]
fn head_has_no_page_when_it_is_late() {
    let backend = Backend::answering(HELLO);
    let server = limited(&backend, "RequestReadTimeout header=1");
    let text = String::from_utf8(Client::saying(&server, "HEAD / HTTP/1.1\r\n").rest()).unwrap();
    assert!(text.starts_with("HTTP/1.1 408 ") && text.ends_with("\r\n\r\n"), "{text}");
}

/// Between requests KeepAliveTimeout counts, and each head has its own time.
#[test]
fn an_idle_connection_ends_without_a_word() {
    let backend = Backend::answering(HELLO);
    let server = limited(&backend, "KeepAliveTimeout 1\nRequestReadTimeout header=1");
    let mut client = Client::to(&server);
    for _ in 0..3 {
        thread::sleep(Duration::from_millis(400));
        client.say("GET / HTTP/1.1\r\nHost: f\r\nConnection: keep-alive\r\n\r\n");
        let answer = client.answer();
        assert_eq!((answer.status(), answer.header("keep-alive")), (200, Some("timeout=1, max=100")));
    }
    let start = Instant::now();
    let (text, tenths) = end(&mut client, start);
    assert_eq!(text, "");
    assert!((9..30).contains(&tenths), "after {tenths} tenths");

    let mut client = Client::saying(&server, GET);
    client.answer();
    thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    client.say("GET / HTTP/1.1\r\n");
    let (text, tenths) = end(&mut client, start);
    assert_408(&text);
    assert!((9..30).contains(&tenths), "after {tenths} tenths");
}

/// The virtual host that answered last says how long its client may be idle.
#[test]
fn keep_alive_timeout_is_the_virtual_host_s() {
    let backend = Backend::answering(HELLO);
    let host = |name: &str, timeout: &str| {
        format!(
            "<VirtualHost *>\nServerName {name}\nKeepAliveTimeout {timeout}\nProxyPass / http://{}/\n</VirtualHost>\n",
            backend.address
        )
    };
    let server = proxy(host("first", "60") + &host("other", "300ms"));
    let mut client = Client::saying(&server, "GET / HTTP/1.1\r\nHost: other\r\n\r\n");
    client.answer();
    let (text, tenths) = end(&mut client, Instant::now());
    assert_eq!((text.as_str(), tenths < 20), ("", true), "after {tenths} tenths");
}

#[test]
fn a_body_that_does_not_come_or_drips_gets_408() {
    let backend = Backend::answering(HELLO);
    let server = limited(&backend, "RequestReadTimeout body=1,MinRate=100");
    let chunked = "POST / HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\n";
    thread::scope(|scope| {
        for (says, drips) in [(post(100), false), (post(100), true), (chunked.to_owned(), false)] {
            let server = &server;
            scope.spawn(move || {
                let start = Instant::now();
                let mut client = Client::saying(server, says);
                let dripping = drips.then(|| drip(&client, b"x"));
                let (text, tenths) = end(&mut client, start);
                assert_408(&text);
                assert!((9..30).contains(&tenths), "after {tenths} tenths");
                drop(client);
                dripping.map(thread::JoinHandle::join);
            });
        }
    });
    assert_eq!(backend.connections(), 0, "a small body is read before a backend is asked");
}

/// Answers a `GET`; of anything else it reads what comes, and tells how much when the connection ends.
fn recording() -> (Backend, mpsc::Receiver<usize>) {
    let (ended, end) = mpsc::channel();
    let backend = Backend::scripted(move |talk| {
        while talk.hear_head().is_some_and(|request| request.head.starts_with("GET")) {
            talk.say(HELLO);
        }
        let mut body = Vec::new();
        _ = talk.stream.read_to_end(&mut body);
        ended.send(body.len()).unwrap();
    });
    (backend, end)
}

#[test]
fn a_large_upload_that_stops_gets_408_and_the_backend_is_let_go() {
    let stop = |(chunked, first): (bool, bool)| {
        let (backend, ended) = recording();
        // 20,000 bytes earn two seconds at this rate; Timeout ends the silence before.
        let server = limited(&backend, "RequestReadTimeout body=1,MinRate=10000\nTimeout 1");
        let head = match chunked {
            false => post(100_000),
            true => "POST / HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n".to_owned(),
        };
        let mut client = Client::to(&server);
        if !first {
            client.say(GET);
            assert_eq!(client.answer().status(), 200);
        }
        client.say(head);
        let start = Instant::now();
        client.say([b'x'; 20_000]);
        let (text, tenths) = end(&mut client, start);
        assert_408(&text);
        assert!((9..30).contains(&tenths), "after {tenths} tenths");
        let received = ended.recv_timeout(Duration::from_secs(5)).expect("the backend's connection ends");
        assert!((20_000..20_100).contains(&received), "{received} bytes, with their framing");
    };
    thread::scope(|scope| {
        for kind in [(false, true), (true, true), (false, false)] {
            scope.spawn(move || stop(kind));
        }
    });
}

#[test]
fn a_large_upload_that_drips_gets_408() {
    let (backend, _ended) = recording();
    let server = limited(&backend, "RequestReadTimeout body=1,MinRate=40000");
    let mut client = Client::saying(&server, post(100_000));
    client.say([b'x'; 20_000]);
    let start = Instant::now();
    let dripping = drip(&client, b"x");
    let (text, tenths) = end(&mut client, start);
    assert_408(&text);
    assert!((9..30).contains(&tenths), "after {tenths} tenths");
    drop(client);
    dripping.join().unwrap();
}

/// What the backend takes is not taken from the client, whose body is there at once.
#[test]
fn a_slow_backend_is_not_the_client_s_fault() {
    const LENGTH: usize = 8_000_000;
    let backend = Backend::scripted(|talk| {
        talk.hear_head();
        thread::sleep(Duration::from_millis(1500));
        std::io::copy(&mut (&mut talk.stream).take(LENGTH as u64), &mut std::io::sink()).unwrap();
        talk.say(HELLO);
    });
    let server = limited(&backend, "RequestReadTimeout body=1\nTimeout 5");
    let mut client = Client::saying(&server, post(LENGTH));
    client.say(vec![b'x'; LENGTH]);
    assert_eq!(client.answer().status(), 200);
}

#[test]
fn a_client_that_does_not_read_is_let_go() {
    const GIB: usize = 1 << 30;
    let (ended, end) = mpsc::channel();
    let backend = Backend::scripted(move |talk| {
        talk.hear();
        talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {GIB}\r\n\r\n"));
        let piece = vec![b'x'; 1 << 18];
        while talk.stream.get_mut().write_all(&piece).is_ok() {}
        ended.send(Instant::now()).unwrap();
    });
    let server = limited(&backend, "Timeout 1");
    let start = Instant::now();
    let client = Client::saying(&server, GET);
    let let_go = end.recv_timeout(Duration::from_secs(10)).expect("the backend's connection ends") - start;
    assert!(let_go > Duration::from_millis(900) && let_go < Duration::from_secs(4), "{let_go:?}");
    drop(client);
}

/// Slow is not silent: a reader that takes something now and then gets everything.
#[test]
fn a_slow_reader_gets_everything() {
    const LENGTH: usize = 3_000_000;
    let body = "x".repeat(LENGTH);
    let backend = Backend::answering(format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n{body}"));
    let server = limited(&backend, "Timeout 1");
    let stream = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    stream.set_recv_buffer_size(20_000).unwrap();
    stream.connect(&server.addresses()[0].into()).unwrap();
    let mut stream = TcpStream::from(stream);
    stream.write_all(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let (mut piece, mut read) = (vec![0; 120_000], 0);
    let start = Instant::now();
    loop {
        match stream.read(&mut piece).unwrap() {
            0 => break,
            length => read += length,
        }
        if start.elapsed() < Duration::from_secs(2) {
            thread::sleep(TICK);
        }
    }
    assert!(read > LENGTH, "{read} bytes");
}

/// A thousand clients that send a byte each second, half of them of a head, half of them of a body; who is quick is
/// served as quickly as before.
#[test]
fn a_thousand_slow_clients_slow_nobody_down() {
    const SLOW: usize = 1000;
    let backend = Backend::answering(HELLO);
    let server = limited(&backend, "");
    let median = || {
        let mut client = Client::to(&server);
        let mut took: Vec<_> = (0..200)
            .map(|_| {
                let start = Instant::now();
                client.say(GET);
                assert_eq!(client.answer().status(), 200);
                start.elapsed()
            })
            .collect();
        took.sort_unstable();
        took[took.len() / 2]
    };
    let before = median();
    let connections = backend.connections();
    let slow: Vec<_> = (0..SLOW)
        .map(|number| {
            let client = Client::to(&server);
            let mut stream = client.stream.into_inner();
            let head = if number % 2 == 0 { "GET / HTTP/1.1\r\nX: " } else { &post(1000) };
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    let over = Arc::new(AtomicBool::new(false));
    let stop = over.clone();
    let dripping = thread::spawn(move || {
        let mut slow = slow;
        let mut bytes = 0;
        for few in (0..SLOW / 10).cycle() {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            for stream in &mut slow[few * 10..][..10] {
                stream.write_all(b"x").unwrap();
                bytes += 1;
            }
            thread::sleep(Duration::from_secs(10) / SLOW as u32);
        }
        (bytes, slow)
    });
    thread::sleep(Duration::from_millis(1200));
    // Whatever else this machine does: the best of a few.
    let during = (0..3).map(|_| median()).min().unwrap();
    let members = backend.connections();
    over.store(true, Ordering::Relaxed);
    let (bytes, slow) = dripping.join().unwrap();
    assert!(bytes >= SLOW, "{bytes} bytes dripped");
    assert!(during < before * 4, "{during:?} for each request, {before:?} without them");
    assert!(members < connections + SLOW / 10, "a slow client holds no member's connection: {members}");
    // None of them has been answered, or closed.
    for mut stream in slow.into_iter().step_by(50) {
        stream.set_nonblocking(true).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }
}
