//! A server that stops, or serves another site: nothing in flight is lost, and the port is free again.

use std::{
    net::{TcpListener, TcpStream},
    sync::{Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use hop_by_hop::proxy::{ServeError, Server, Site};

use crate::wire::{Backend, Client, HELLO, proxy, proxy_to};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";

/// A backend that answers when it is told to, and tells when it was asked.
fn held() -> (Backend, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (asked, was_asked) = mpsc::channel();
    let (go, may_go) = mpsc::channel();
    let may_go = Mutex::new(may_go);
    let backend = Backend::scripted(move |talk| {
        while talk.hear().is_some() {
            asked.send(()).unwrap();
            _ = may_go.lock().unwrap().recv();
            talk.say(HELLO);
        }
    });
    (backend, was_asked, go)
}

#[track_caller]
fn assert_quick(what: impl FnOnce()) {
    let start = Instant::now();
    what();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn a_request_in_flight_is_answered_before_the_server_ends() {
    let (backend, asked, go) = held();
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, GET);
    asked.recv().unwrap();
    let address = server.addresses()[0];
    let stopping = thread::spawn(move || server.stop());
    // New clients are refused as soon as it stops to accept.
    let start = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(5));
        thread::sleep(Duration::from_millis(5));
    }
    assert!(!stopping.is_finished());
    go.send(()).unwrap();
    assert_eq!(client.answer().body, b"hello");
    assert!(client.is_closed());
    stopping.join().unwrap();
}

/// With `max=` the workers share their connections, and a connection ends with the worker that opened it.
#[test]
fn a_worker_that_is_done_waits_for_the_others() {
    let once = || {
        let (backend, asked, go) = held();
        let server = proxy(format!("ProxyPass / http://{}/ max=1", backend.address));
        go.send(()).unwrap();
        Client::saying(&server, GET).answer();
        asked.recv().unwrap();
        // Every second time, about, another worker gets this client.
        let mut client = Client::saying(&server, GET);
        asked.recv().unwrap();
        let stopping = thread::spawn(move || server.stop());
        thread::sleep(Duration::from_millis(100));
        go.send(()).unwrap();
        assert_eq!(client.answer().status(), 200);
        assert!(stopping.join().unwrap());
    };
    thread::scope(|scope| (0..8).for_each(|_| _ = scope.spawn(once)));
}

#[test]
fn the_port_is_free_again() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let address = server.addresses()[0];
    let mut client = Client::saying(&server, GET);
    client.answer();
    server.stop();
    TcpListener::bind(address).unwrap();
}

#[test]
fn idle_clients_and_those_that_never_spoke_do_not_delay_the_end() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let mut idle = Client::saying(&server, GET);
    idle.answer();
    let mut silent = Client::to(&server);
    assert_quick(|| drop(server));
    assert!(idle.is_closed() && silent.is_closed());
}

#[test]
fn a_client_that_still_sends_after_its_answer_does_not_delay_the_end() {
    let server = proxy("");
    let mut client =
        Client::saying(&server, "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 9\r\nExpect: x\r\n\r\n");
    assert_eq!(client.answer().status(), 417);
    assert_quick(|| drop(server));
}

#[test]
fn a_taken_port_is_an_error_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let site = Site::parse(&format!("Listen 127.0.0.1:{port}"), "test.conf").unwrap();
    let error = Server::bind(&site).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("AH00072: make_sock: could not bind to address 127.0.0.1:{port}: ")),
        "{error}"
    );
    let error = Server::bind(&Site::new()).unwrap_err().to_string();
    assert_eq!(error, "AH00451: no listening sockets available, shutting down");
}

/// apache-facts §2: configtest does not see it, the start does.
#[test]
fn a_balancer_without_its_modules_does_not_start() {
    let balancer = "<Proxy balancer://c>\nBalancerMember http://127.0.0.1:1\n</Proxy>";
    let started = |modules: &[&str]| {
        let lines: String = modules.iter().map(|name| format!("LoadModule {name}_module x\n")).collect();
        let site = Site::parse(&(lines + balancer), "test.conf").unwrap();
        Server::start(&site, vec![TcpListener::bind("127.0.0.1:0").unwrap()], None).map(drop)
    };
    let complaint = |modules| started(modules).unwrap_err().to_string();
    assert_eq!(
        complaint(&["proxy", "proxy_balancer"]),
        "AH01177: Failed to lookup provider 'shm' for 'slotmem': is mod_slotmem_shm loaded??\n\
         AH00020: Configuration Failed, exiting"
    );
    assert_eq!(
        complaint(&["proxy", "proxy_balancer", "slotmem_shm"]),
        "AH02432: Cannot find LB Method: byrequests\nAH00020: Configuration Failed, exiting"
    );
    assert!(started(&["proxy"]).is_ok());
    assert!(started(&["proxy", "proxy_balancer", "slotmem_shm", "lbmethod_byrequests"]).is_ok());
}

#[test]
fn swap_serves_the_new_site_on_open_connections_and_finishes_the_old_requests() {
    let (slow, asked, go) = held();
    let new = Backend::answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
    let site = |backend: &Backend| {
        Site::parse(&format!("ProxyPass / http://{}/", backend.address), "test.conf").unwrap()
    };
    let server = proxy_to(&slow);
    let mut open = Client::saying(&server, GET);
    asked.recv().unwrap();
    go.send(()).unwrap();
    assert_eq!(open.answer().body, b"hello");
    let mut in_flight = Client::saying(&server, GET);
    asked.recv().unwrap();

    server.swap(&site(&new)).unwrap();
    open.say(GET);
    assert_eq!(open.answer().body, b"new");
    go.send(()).unwrap();
    assert_eq!(in_flight.answer().body, b"hello");
    in_flight.say(GET);
    assert_eq!(in_flight.answer().body, b"new");
}

#[test]
fn a_site_that_cannot_run_does_not_replace_the_old_one() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let lines =
        "LoadModule proxy_module x\nLoadModule proxy_balancer_module x\n<Proxy balancer://c>\n</Proxy>";
    let broken = Site::parse(lines, "test.conf").unwrap();
    assert!(matches!(server.swap(&broken), Err(ServeError::Module(_))));
    assert_eq!(Client::saying(&server, GET).answer().body, b"hello");
}

#[test]
fn a_server_may_have_several_listeners() {
    let backend = Backend::answering(HELLO);
    let site = Site::parse(&format!("ProxyPass / http://{}/", backend.address), "test.conf").unwrap();
    let listeners = (0..2).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let server = Server::start(&site, listeners, None).unwrap();
    for address in server.addresses() {
        let mut client = Client::at(*address);
        client.say(GET);
        assert_eq!(client.answer().body, b"hello");
    }
    assert_quick(|| drop(proxy("")));
}
