//! What a line says about its connections: how long, how many, how often (apache-facts §8, §9, §10).

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::wire::{Backend, Client, HELLO, get, proxy};

/// Hears requests and never answers.
fn silent() -> Backend {
    Backend::scripted(|talk| while talk.hear().is_some() {})
}

#[test]
fn proxy_timeout_limits_the_silence() {
    let backend = silent();
    let server = proxy(format!(
        "ProxyTimeout 200ms\nProxyPass /own http://{0}/ timeout=1\nProxyPass / http://{0}/",
        backend.address
    ));
    let start = Instant::now();
    assert_eq!(get(&server, "/").status(), 502);
    assert!(start.elapsed() > Duration::from_millis(150), "{:?}", start.elapsed());
    let start = Instant::now();
    assert_eq!(get(&server, "/own").status(), 502);
    assert!(start.elapsed() > Duration::from_millis(900), "its own time is longer: {:?}", start.elapsed());
}

#[test]
fn without_reuse_each_request_has_its_connection_and_says_so() {
    for (words, header, connections) in [
        ("disablereuse=On", "close", 3),
        ("enablereuse=Off", "close", 3),
        ("enablereuse=On", "Keep-Alive", 1),
    ] {
        let backend = Backend::answering(HELLO);
        let server = proxy(format!("ProxyPass / http://{}/ {words}", backend.address));
        let mut client = Client::to(&server);
        for _ in 0..3 {
            client.say("GET / HTTP/1.1\r\nHost: f\r\n\r\n");
            assert_eq!(client.answer().body, b"hello");
        }
        assert_eq!(backend.connections(), connections, "{words}");
        assert_eq!(backend.heard()[2].header("connection"), Some(header), "{words}");
    }
}

#[test]
fn an_idle_connection_is_used_again_for_its_ttl_only() {
    let backend = Backend::answering(HELLO);
    let server = proxy(format!("ProxyPass / http://{}/ ttl=1", backend.address));
    let mut client = Client::to(&server);
    let mut ask = || {
        client.say("GET / HTTP/1.1\r\nHost: f\r\n\r\n");
        client.answer();
    };
    ask();
    ask();
    assert_eq!(backend.connections(), 1);
    thread::sleep(Duration::from_millis(1100));
    ask();
    assert_eq!(backend.connections(), 2);
}

/// How many of these requests at once get which status; the backend takes its time.
fn at_once(words: &str, requests: usize) -> (Vec<u16>, usize) {
    let backend = Backend::scripted(|talk| {
        while talk.hear().is_some() {
            thread::sleep(Duration::from_millis(300));
            talk.say(HELLO);
        }
    });
    let server = proxy(format!("ProxyPass / http://{}/ {words}", backend.address));
    let mut statuses: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = (0..requests).map(|_| scope.spawn(|| get(&server, "/").status())).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    (statuses, backend.connections())
}

#[test]
fn max_limits_the_connections_and_acquire_the_wait() {
    assert_eq!(at_once("max=1", 3), (vec![200; 3], 1));
    assert_eq!(at_once("max=1 acquire=50", 3), (vec![200, 503, 503], 1));
    assert_eq!(at_once("max=2 acquire=50", 3), (vec![200, 200, 503], 2));
}

#[test]
fn a_connection_that_is_free_again_is_not_one_more() {
    let backend = Backend::answering(HELLO);
    let server = proxy(format!("ProxyPass / http://{}/ max=1 acquire=5000", backend.address));
    for _ in 0..20 {
        assert_eq!(get(&server, "/").status(), 200);
    }
    assert_eq!(backend.connections(), 1, "one pool for all threads");
}

#[test]
fn a_failed_request_gives_its_place_back() {
    let backend = Backend::scripted(|talk| _ = talk.hear());
    let server = proxy(format!("ProxyPass / http://{}/ max=1 acquire=5000", backend.address));
    for _ in 0..5 {
        assert_eq!(get(&server, "/").status(), 502);
    }
}

#[test]
fn a_worker_that_is_off_is_not_asked() {
    let backend = Backend::answering(HELLO);
    let address = backend.address;
    let server = proxy(format!(
        "ProxyPass /d http://{address}/ status=+D\nProxyPass /s http://{address}/ status=+S\n\
         ProxyPass /n http://{address}/ status=+N"
    ));
    assert_eq!(["/d", "/s", "/n"].map(|path| get(&server, path).status()), [503, 503, 200]);
}
