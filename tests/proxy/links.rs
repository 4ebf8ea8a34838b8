//! Links to backends: used again by whoever comes next, given up when their exchange cannot end, gone when closed.

use std::{
    fs,
    io::{BufRead, ErrorKind, Read},
    net::SocketAddr,
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use crate::wire::{Backend, Client, HELLO, Talk, get, proxy, proxy_to};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";
const SECOND: Duration = Duration::from_secs(1);

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// How many sockets of ours towards this address are in this state of `/proc/net/tcp`.
fn sockets(backend: SocketAddr, state: &str) -> usize {
    let towards = format!(":{:04X} {state} ", backend.port());
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    table
        .lines()
        .filter(|line| line.split_once(": ").is_some_and(|(_, line)| line[14..].contains(&towards)))
        .count()
}

/// A backend that hears a head, and tells when and how the link ends while it thinks.
fn thinking(think: Duration) -> (Backend, Receiver<&'static str>) {
    let (tell, told) = mpsc::channel();
    let backend = Backend::scripted(move |talk: &mut Talk| {
        while talk.hear().is_some() {
            tell.send("asked").unwrap();
            talk.stream.get_ref().set_read_timeout(Some(think)).unwrap();
            match talk.stream.read(&mut [0]) {
                Ok(0) => return tell.send("left").unwrap(),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return tell.send("left").unwrap();
                }
                _ => talk.say(HELLO),
            }
            talk.stream.get_ref().set_read_timeout(None).unwrap();
        }
    });
    (backend, told)
}

fn reset(client: Client) {
    socket2::SockRef::from(client.stream.get_ref()).set_linger(Some(Duration::ZERO)).unwrap();
}

#[test]
fn a_client_that_resets_while_the_backend_thinks_frees_the_link() {
    let upload = "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 5\r\n\r\nhello";
    for request in [GET, upload] {
        let (backend, told) = thinking(Duration::from_secs(5));
        let server = proxy_to(&backend);
        let client = Client::saying(&server, request);
        assert_eq!(told.recv(), Ok("asked"));
        reset(client);
        assert_eq!(told.recv_timeout(SECOND), Ok("left"), "{request}");
    }
}

/// It has said all, and waits: that is no leaving.
#[test]
fn a_client_that_half_closes_while_the_backend_thinks_is_answered() {
    let (backend, told) = thinking(SECOND / 2);
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, GET);
    client.stop_talking();
    assert_eq!(told.recv(), Ok("asked"));
    assert_eq!(client.answer().body, b"hello");
    assert!(client.is_closed());
}

#[test]
fn six_requests_of_one_client_a_moment_apart_use_one_link() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let mut client = Client::to(&server);
    for _ in 0..6 {
        client.say(GET);
        assert_eq!(client.answer().status(), 200);
        thread::sleep(SECOND / 10);
    }
    assert_eq!(backend.connections(), 1);
}

#[test]
fn requests_of_many_clients_a_moment_apart_use_one_link_a_core() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    for _ in 0..20 {
        assert_eq!(get(&server, "/").status(), 200);
        thread::sleep(SECOND / 20);
    }
    assert!(backend.connections() <= threads(), "{} links", backend.connections());
}

/// Members that close idle links just as a request may be on its way: none of the uploads is lost.
#[test]
fn no_upload_is_lost_to_members_that_drop_idle_links() {
    const EACH: usize = 60;
    let idle = SECOND / 20;
    let member = move || {
        Backend::scripted(move |talk| {
            talk.stream.get_ref().set_read_timeout(Some(idle)).unwrap();
            // Whoever has said nothing for so long is closed.
            while talk.stream.fill_buf().is_ok_and(|bytes| !bytes.is_empty()) {
                talk.hear();
                talk.say(HELLO);
            }
        })
    };
    let (one, two) = (member(), member());
    let server = proxy(format!(
        "<Proxy balancer://c>\nBalancerMember http://{}\nBalancerMember http://{}\n</Proxy>\nProxyPass / balancer://c/",
        one.address, two.address
    ));
    thread::scope(|scope| {
        for number in 0..10u32 {
            let server = &server;
            scope.spawn(move || {
                let mut client = Client::to(server);
                for round in 0..EACH {
                    client.say("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 3\r\n\r\nabc");
                    assert_eq!(client.answer().status(), 200, "upload {round} of client {number}");
                    // Around the moment at which members lose their patience.
                    thread::sleep(idle - SECOND / 100 + SECOND / 500 * number);
                }
            });
        }
    });
}

/// Nobody has to ask for it: a link that its backend closed is let go by itself.
#[test]
fn a_link_that_its_backend_closed_is_gone_within_a_second() {
    let (close, told) = mpsc::channel::<()>();
    let told = std::sync::Mutex::new(told);
    // Nobody is answered before all have asked: each has a link of its own.
    let all = std::sync::Barrier::new(4);
    let backend = Backend::scripted(move |talk| {
        talk.hear();
        all.wait();
        talk.say(HELLO);
        _ = told.lock().unwrap().recv();
    });
    let server = proxy_to(&backend);
    let mut clients: Vec<_> = (0..4).map(|_| Client::saying(&server, GET)).collect();
    clients.iter_mut().for_each(|client| _ = client.answer());
    (0..4).for_each(|_| close.send(()).unwrap());
    let start = Instant::now();
    // CLOSE_WAIT or still established: ours to close.
    while sockets(backend.address, "08") + sockets(backend.address, "01") > 0 {
        assert!(start.elapsed() < SECOND * 3 / 2, "{} links are still there", sockets(backend.address, "08"));
        thread::sleep(SECOND / 100);
    }
}

/// What the backend says last before it closes is all that anybody needs: the link and the upload end with it.
#[test]
fn an_early_answer_leaves_no_link_behind() {
    let backend = Backend::scripted(|talk| {
        talk.hear_head();
        talk.say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        // It reads no more, and keeps the connection for as long as the proxy does.
        thread::sleep(Duration::from_secs(4));
    });
    let server = proxy_to(&backend);
    let head = "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 20000000\r\n\r\n";
    for _ in 0..5 {
        let mut client = Client::saying(&server, head);
        client.say([b'x'; 50_000]);
        assert_eq!(client.answer().status(), 401);
    }
    let start = Instant::now();
    while sockets(backend.address, "01") > 0 {
        assert!(start.elapsed() < SECOND, "{} links are still there", sockets(backend.address, "01"));
        thread::sleep(SECOND / 100);
    }
}

/// They are in a pool of all threads, whose sweepers sleep as long as their own are empty.
#[test]
fn links_that_are_counted_are_let_go_too() {
    let backend = Backend::scripted(|talk| {
        talk.hear();
        talk.say(HELLO);
        thread::sleep(SECOND / 10);
    });
    let server = proxy(format!("ProxyPass / http://{}/ max=5", backend.address));
    // By then there was nothing to sweep.
    thread::sleep(SECOND);
    assert_eq!(get(&server, "/").body, b"hello");
    let start = Instant::now();
    thread::sleep(SECOND / 3);
    while sockets(backend.address, "08") > 0 {
        assert!(start.elapsed() < SECOND * 5, "a link that its backend has closed is kept");
        thread::sleep(SECOND / 50);
    }
}
