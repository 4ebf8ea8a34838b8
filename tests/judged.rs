//! Proxies that are wrong in one way each, judged through `lesson check --target`: each verdict names the fault.

mod ports;
mod wrong;

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use hop_by_hop::{
    course::Ports,
    proxy::{Proxy, Server, Site, Url, Worker},
};
use wrong::Wrong;

/// What `lesson check LESSON --target` prints of the proxy on `ports.front`, and its exit code.
fn verdict(lesson: &str, ports: &Ports) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_lesson"))
        .args(["check", lesson, "--target", &format!("http://127.0.0.1:{}", ports.front)])
        .args(["--ports", &ports::list(&Ports { front: 0, ..*ports })])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (ports.as_in_the_guide(&String::from_utf8(output.stdout).unwrap()), output.status.code())
}

/// Judges one of our own proxies with a site that is wrong.
fn site(name: &str, lesson: &str, proxy: impl Fn(&Ports) -> Proxy) {
    let ports = ports::free();
    let site = ports.site(proxy(&ports));
    let server = Server::start(&site, Server::bind(&site).unwrap(), None).unwrap();
    let (text, code) = verdict(lesson, &ports);
    assert_eq!(code, Some(1), "{text}");
    ports::snapshot(&format!("judged_{name}"), &text);
    server.stop();
}

/// Judges a server that is no proxy at all; the verdict comes within five seconds.
fn server(name: &str, lesson: &str, wrong: Wrong) {
    let mut ports = ports::free();
    let server = wrong::start(wrong, ports.one);
    ports.front = server.port;
    let start = Instant::now();
    let (text, code) = verdict(lesson, &ports);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(code, Some(1), "{text}");
    ports::snapshot(&format!("judged_{name}"), &text);
}

#[test]
fn a_dead_proxy() {
    let ports = ports::free();
    let (text, code) = verdict("pass", &ports);
    assert_eq!(code, Some(1));
    ports::snapshot("judged_dead", &text);
}

#[test]
fn a_proxy_that_hangs() {
    server("hung", "pass", Wrong::Hangs);
}

#[test]
fn a_proxy_that_closes_early() {
    server("closes", "pass", Wrong::Says(b""));
}

#[test]
fn a_proxy_that_answers_garbage() {
    server("garbage", "pass", Wrong::Says(b"SSH-2.0-OpenSSH_9.2\r\n"));
}

#[test]
fn a_proxy_that_breaks_off() {
    server("truncated", "pass", Wrong::Says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHello world!"));
}

#[test]
fn a_proxy_that_copies_bytes() {
    server("copies_bytes", "pass", Wrong::CopiesBytes);
}

#[test]
fn a_proxy_without_a_slash() {
    site("slash", "pass_reverse", |ports| {
        Proxy::new().preserve_host().pass("/", ports.one("")).pass_reverse("/", ports.one("/"))
    });
}

#[test]
fn a_proxy_of_the_wrong_backend() {
    site("wrong_backend", "pass", |ports| Proxy::new().pass("/", ports.two("/")));
}

#[test]
fn a_host_that_is_not_preserved() {
    site("host", "preserve_host", |ports| Proxy::new().pass("/", ports.one("/")));
}

#[test]
fn a_redirect_that_leaks() {
    site("leak", "pass_reverse", |ports| Proxy::new().preserve_host().pass("/", ports.one("/")));
}

#[test]
fn a_redirect_with_a_slash_too_many() {
    site("two_slashes", "pass_reverse", |ports| {
        Proxy::new().preserve_host().pass("/", ports.one("/")).pass_reverse("/", ports.one(""))
    });
}

#[test]
fn a_redirect_that_always_names_one_host() {
    site("one_name", "pass_reverse", |ports| {
        let front = format!("http://127.0.0.1:{}/", ports.front);
        Proxy::new().preserve_host().pass("/", ports.one("/")).pass_reverse(&front, ports.one("/"))
    });
}

fn cluster() -> Url {
    "balancer://mycluster/".parse().unwrap()
}

#[test]
fn a_balancer_with_unequal_shares() {
    site("rotation", "balancer", |ports| {
        let members = [Worker::new(ports.one("")).loadfactor(3), Worker::new(ports.two(""))];
        Proxy::new().balancer("mycluster", members).pass("/", cluster()).pass_reverse("/", cluster())
    });
}

#[test]
fn a_balancer_whose_second_member_leaks() {
    site("member_leaks", "balancer", |ports| {
        let members = [Worker::new(ports.one("")), Worker::new(ports.two(""))];
        Proxy::new().balancer("mycluster", members).pass("/", cluster()).pass_reverse("/", ports.one("/"))
    });
}

#[test]
fn a_right_proxy_at_any_turn() {
    let ports = ports::free();
    let members = [Worker::new(ports.one("")), Worker::new(ports.two(""))];
    let proxy = Proxy::new().server_name("localhost").preserve_host().balancer("mycluster", members);
    let site: Site = ports.site(proxy.pass("/", cluster()).pass_reverse("/", cluster()));
    let server = Server::start(&site, Server::bind(&site).unwrap(), None).unwrap();
    for round in 0..2 {
        let (text, code) = verdict("balancer", &ports);
        assert_eq!(code, Some(0), "round {round}: {text}");
        // One request more, so that the next round begins at the other turn.
        std::io::Write::write_all(
            &mut std::net::TcpStream::connect(("127.0.0.1", ports.front)).unwrap(),
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        )
        .unwrap();
    }
    server.stop();
}
