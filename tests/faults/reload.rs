//! SIGHUP, and a save in practice: another site while clients ask without pause.

use std::{
    fs,
    net::{SocketAddr, TcpStream},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::{
    ports,
    pty::Screen,
    served::{Served, Signal},
    wire::{Backend, Client, HELLO},
};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";
const CLOSE: &str = "GET / HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n";

/// A backend that answers with this word.
fn word(word: &str) -> Backend {
    Backend::answering(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{word}", word.len()))
}

fn pass(backend: &Backend) -> String {
    format!("ProxyPass / http://{}/", backend.address)
}

/// The answer to one request on a connection of its own.
fn get(address: SocketAddr) -> String {
    let mut client = Client::at(address);
    client.say(GET);
    String::from_utf8(client.answer().body).unwrap()
}

/// Runs `meanwhile` while clients ask, on kept and on new connections, each after such a pause; how many answers there
/// were, all of them good.
fn under_load(address: SocketAddr, pause: Duration, meanwhile: impl FnOnce()) -> usize {
    let (over, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for kept in [true, true, false] {
            let (over, answers) = (&over, &answers);
            scope.spawn(move || {
                let mut client = Client::at(address);
                while !over.load(Ordering::Relaxed) {
                    client.say(if kept { GET } else { CLOSE });
                    assert_eq!(client.answer().status(), 200);
                    thread::sleep(pause);
                    answers.fetch_add(1, Ordering::Relaxed);
                    if !kept {
                        client = Client::at(address);
                    }
                }
            });
        }
        // However it ends, the clients end too.
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(meanwhile));
        over.store(true, Ordering::Relaxed);
        ended.unwrap();
    });
    answers.into_inner()
}

#[test]
fn no_request_is_lost_and_the_next_one_is_served_by_the_new_site() {
    let (one, two) = (word("one"), word("two"));
    let server = Served::start(&pass(&one));
    let mut kept = Client::at(server.address);
    let mut next = || {
        kept.say(GET);
        String::from_utf8(kept.answer().body).unwrap()
    };
    assert_eq!(next(), "one");
    let answers = under_load(server.address, Duration::ZERO, || {
        for _ in 0..10 {
            server.reload(&pass(&two));
            assert_eq!((next(), get(server.address)), ("two".to_owned(), "two".to_owned()));
            server.reload(&pass(&one));
            assert_eq!((next(), get(server.address)), ("one".to_owned(), "one".to_owned()));
        }
    });
    assert!(answers > 20, "{answers} requests went on meanwhile");
}

#[test]
fn a_request_in_flight_finishes_on_the_old_site() {
    let (asked, was_asked) = mpsc::channel();
    let (go, may_go) = mpsc::channel();
    let may_go = Mutex::new(may_go);
    let old = Backend::scripted(move |talk| {
        talk.hear();
        asked.send(()).unwrap();
        _ = may_go.lock().unwrap().recv();
        talk.say(HELLO);
    });
    let new = word("new");
    let server = Served::start(&pass(&old));
    let mut client = Client::at(server.address);
    client.say(GET);
    was_asked.recv().unwrap();
    server.reload(&pass(&new));
    assert_eq!(get(server.address), "new");
    go.send(()).unwrap();
    assert_eq!(client.answer().body, b"hello");
    client.say(GET);
    assert_eq!(client.answer().body, b"new");
}

#[test]
fn a_site_that_cannot_be_served_leaves_the_old_one_and_says_why() {
    let one = word("one");
    let server = Served::start(&pass(&one));
    let file = server.site().display().to_string();
    let listen = format!("Listen {}\n", server.address);
    let modules = "LoadModule proxy_module m\nLoadModule proxy_balancer_module m\n";
    let balancer = "<Proxy balancer://c>\n</Proxy>\n";
    for (text, why, what_to_do) in [
        (
            format!("{listen}ProxyPas / http://b/\n"),
            format!("AH00526: Syntax error on line 2 of {file}:"),
            "what to do: did you mean ProxyPass?",
        ),
        (
            format!("{listen}{modules}{balancer}"),
            "AH01177: Failed to lookup provider 'shm'".to_owned(),
            "what to do: load the module that is named",
        ),
        (
            "ProxyPass / http://b/\n".to_owned(),
            "AH00451: no listening sockets".to_owned(),
            "what to do: add a line as Listen",
        ),
        (
            format!("Listen {}\n", server.address.port()),
            format!("AH00072: make_sock: could not bind to address {}: it overlaps", server.address.port()),
            "what to do: write the Listen line as it was, or stop the proxy",
        ),
    ] {
        server.write(&text);
        server.signal(Signal::HUP);
        server.complains(&why);
        server.complains(what_to_do);
        server.complains(&format!("{file} is not reloaded, and what it said before is still served"));
        assert_eq!(get(server.address), "one");
    }
    fs::remove_file(server.site()).unwrap();
    server.signal(Signal::HUP);
    server.complains(&format!("{file} cannot be read"));
    assert_eq!(get(server.address), "one");
}

#[test]
fn a_listener_that_both_sites_have_never_refuses_and_the_others_open_and_close() {
    let one = word("one");
    let server = Served::start(&pass(&one));
    let ports = ports::free();
    let (kept, gone, new) = (server.address, loopback(ports.one), loopback(ports.two));
    let site =
        |listens: [SocketAddr; 2]| format!("Listen {}\nListen {}\n{}\n", listens[0], listens[1], pass(&one));
    let reload = |listens, said: &str| {
        server.write(&site(listens));
        server.signal(Signal::HUP);
        server.says(said);
    };
    under_load(kept, Duration::ZERO, || {
        reload([kept, gone], &format!("listening on http://{gone}"));
        let mut client = Client::at(gone);
        client.say(GET);
        assert_eq!(client.answer().body, b"one");
        reload([new, kept], &format!("listening on http://{new}"));
        assert_eq!(get(new), "one");
        until_refused(gone);
        // A connection outlives the listener that it came by.
        client.say(GET);
        assert_eq!(client.answer().body, b"one");
    });
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

pub fn until_refused(address: SocketAddr) {
    let start = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(5), "{address} still accepts");
        thread::sleep(Duration::from_millis(2));
    }
}

/// As Apache's graceful restart, unless it has BalancerPersist: the order begins anew, and no member is in error.
#[test]
fn a_balancer_begins_anew() {
    let (one, two) = (word("one"), word("two"));
    let lines = format!(
        "<Proxy balancer://c>\nBalancerMember http://{}\nBalancerMember http://{}\n</Proxy>\nProxyPass / balancer://c/",
        one.address, two.address
    );
    let server = Served::start(&lines);
    assert_eq!(get(server.address), "one");
    server.reload(&lines);
    assert_eq!([get(server.address), get(server.address)], ["one", "two"]);
}

/// Every save is tried at once; whoever asks meanwhile notices nothing.
#[test]
fn a_save_in_practice_loses_no_request() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    let listed = ports::list(&ports);
    let mut screen = Screen::start(&["practice", "4", "--ports", &listed], &[], folder.path());
    screen.wait_for("keys:");
    let file = folder.path().join("my/preserve_host.conf");
    let text = fs::read_to_string(&file).unwrap();
    let front = loopback(ports.front);
    // It shows each of these requests: not more of them than a terminal can show.
    let answers = under_load(front, Duration::from_millis(5), || {
        for save in 1..=20 {
            let line = format!("    ProxyPass /save{save} !\n    ProxyPass /");
            fs::write(&file, text.replacen("    ProxyPass /", &line, 1)).unwrap();
            until_not_found(front, &format!("/save{save}"));
            thread::sleep(Duration::from_millis(20));
        }
    });
    assert!(answers > 10, "{answers} requests went on meanwhile");
}

/// Waits until the site is the one that leaves this path out.
fn until_not_found(address: SocketAddr, path: &str) {
    let start = Instant::now();
    let mut client = Client::at(address);
    loop {
        client.say(format!("GET {path} HTTP/1.1\r\nHost: f\r\n\r\n"));
        match client.answer().status() {
            404 => return,
            status => assert_eq!(status, 200),
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{path} is not saved");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A server that was started from a terminal does not outlive it.
#[test]
fn the_end_of_its_terminal_is_no_reload() {
    let folder = tempfile::tempdir().unwrap();
    let address = loopback(ports::free().front);
    let site = folder.path().join("site.conf");
    fs::write(&site, format!("Listen {address}\n")).unwrap();
    let pty = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_lesson"));
    command.args(["serve".as_ref(), site.as_os_str()]);
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let start = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20), "it does not start");
        thread::sleep(Duration::from_millis(5));
    }
    drop(pty.master);
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("it goes on without its terminal");
        }
        thread::sleep(Duration::from_millis(5));
    }
}
