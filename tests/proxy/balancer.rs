//! Several backends under one name: whose turn it is, and what happens when one is dead (apache-facts §8).

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use hop_by_hop::proxy::Server;

use crate::wire::{Backend, Client, Reserved, Talk, ask, get, proxy};

/// Answers with the letter.
pub fn lettered(letter: char) -> impl Fn(&mut Talk) + Send + Sync + 'static {
    move |talk| {
        while talk.hear().is_some() {
            talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{letter}"));
        }
    }
}

/// A balancer with these members, each an address with its parameters.
fn balancer(members: &[(SocketAddr, &str)]) -> Server {
    let members: String = (members.iter())
        .map(|(address, parameters)| format!("BalancerMember http://{address} {parameters}\n"))
        .collect();
    proxy(format!("<Proxy balancer://c>\n{members}</Proxy>\nProxyPass / balancer://c/"))
}

/// Who answers this many requests: a letter each, or `5` for a 503.
fn sequence(server: &Server, requests: usize) -> String {
    (0..requests)
        .map(|_| {
            let answer = get(server, "/");
            if answer.status() == 200 {
                char::from(answer.body[0])
            } else {
                answer.head.chars().nth(9).unwrap()
            }
        })
        .collect()
}

#[test]
fn every_sequence_of_apache() {
    let [a, b, c] = ['A', 'B', 'C'].map(|letter| Backend::scripted(lettered(letter)).address);
    for (factors, expected) in [
        (vec![1.0, 1.0], "ABABAB"),
        (vec![1.0, 1.0, 1.0], "ABCABC"),
        (vec![3.0, 1.0], "AABAAABA"),
        (vec![1.0, 3.0], "BABBBABB"),
        (vec![5.0, 1.0, 1.0], "AABACAAAABACAA"),
        (vec![1.0, 2.0, 3.0], "CBACBCCBACBC"),
        (vec![1.5, 1.0], "ABABAABABA"),
    ] {
        let parameters: Vec<_> = factors.iter().map(|factor| format!("loadfactor={factor}")).collect();
        let members: Vec<_> = [a, b, c].into_iter().zip(parameters.iter().map(String::as_str)).collect();
        let server = balancer(&members);
        assert_eq!(sequence(&server, expected.len()), expected, "{factors:?}");
    }
}

#[test]
fn the_order_is_the_same_on_one_connection_and_on_many() {
    let [a, b] = ['A', 'B'].map(|letter| Backend::scripted(lettered(letter)).address);
    let server = balancer(&[(a, ""), (b, "")]);
    let mut client = Client::to(&server);
    for number in 0..20 {
        let expected = ["A", "B"][number % 2];
        if number % 3 == 0 {
            assert_eq!(get(&server, "/").body, expected.as_bytes());
        } else {
            client.say("GET / HTTP/1.1\r\nHost: f\r\n\r\n");
            assert_eq!(client.answer().body, expected.as_bytes());
        }
    }
}

#[test]
fn shares_are_exact_with_many_clients_at_once() {
    let backends = ['A', 'B', 'C'].map(|letter| Backend::scripted(lettered(letter)));
    let [a, b, c] = backends.each_ref().map(|backend| backend.address);
    let server = balancer(&[(a, "loadfactor=3"), (b, "loadfactor=2"), (c, "")]);
    let start = Barrier::new(12);
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let mut client = Client::to(&server);
                start.wait();
                for _ in 0..50 {
                    client.say("GET / HTTP/1.1\r\nHost: f\r\n\r\n");
                    assert_eq!(client.answer().status(), 200);
                }
            });
        }
    });
    assert_eq!(backends.each_ref().map(|backend| backend.heard().len()), [300, 200, 100]);
}

#[test]
fn the_host_is_the_member_s() {
    let backends = ['A', 'B'].map(|letter| Backend::scripted(lettered(letter)));
    let server = balancer(&[(backends[0].address, ""), (backends[1].address, "")]);
    sequence(&server, 2);
    for backend in &backends {
        assert_eq!(backend.only().header("host"), Some(&*backend.address.to_string()));
    }
}

#[test]
fn a_dead_member_is_passed_over_within_the_request() {
    let [a, c] = ['A', 'C'].map(|letter| Backend::scripted(lettered(letter)).address);
    let dead = Reserved::new();
    let server = balancer(&[(a, ""), (dead.address, ""), (c, "")]);
    assert_eq!(sequence(&server, 8), "ACCACACA");
}

#[test]
fn an_upload_fails_over_too() {
    let body = "x".repeat(100_000);
    let chunks: String = body
        .as_bytes()
        .chunks(10_000)
        .map(|chunk| format!("2710\r\n{}\r\n", str::from_utf8(chunk).unwrap()))
        .collect();
    for request in [
        "POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 2\r\n\r\nhi".to_owned(),
        format!("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
        format!("POST / HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n"),
    ] {
        let dead = Reserved::new();
        let alive = Backend::scripted(lettered('B'));
        let server = balancer(&[(dead.address, ""), (alive.address, "")]);
        let answer = ask(&server, &request);
        assert_eq!((answer.status(), &*answer.body), (200, b"B".as_slice()));
        assert!([2, 100_000].contains(&alive.only().body.len()));
    }
}

#[test]
fn when_all_are_dead_each_request_tries_them_all_again() {
    let [one, other] = [Reserved::new(), Reserved::new()];
    let server = balancer(&[(one.address, ""), (other.address, "")]);
    assert_eq!(sequence(&server, 4), "5555");
    let _one = one.start(lettered('A'));
    assert_eq!(sequence(&server, 3), "AAA");
    let _other = other.start(lettered('B'));
    // It is in error for a minute more.
    assert_eq!(sequence(&server, 3), "AAA");
}

#[test]
fn a_member_is_tried_again_after_its_retry_time() {
    let (dead, alive) = (Reserved::new(), Backend::scripted(lettered('B')));
    let server = balancer(&[(dead.address, "retry=1"), (alive.address, "")]);
    assert_eq!(sequence(&server, 2), "BB");
    let _back = dead.start(lettered('A'));
    assert_eq!(sequence(&server, 2), "BB");
    let start = Instant::now();
    while !sequence(&server, 1).contains('A') {
        assert!(start.elapsed() < Duration::from_secs(5));
        thread::sleep(Duration::from_millis(20));
    }
    assert!(start.elapsed() > Duration::from_millis(500), "{:?}", start.elapsed());
}

#[test]
fn with_retry_0_a_member_is_tried_whenever_its_turn_comes() {
    let (dead, alive) = (Reserved::new(), Backend::scripted(lettered('B')));
    let server = balancer(&[(dead.address, "retry=0"), (alive.address, "")]);
    assert_eq!(sequence(&server, 3), "BBB");
    let _back = dead.start(lettered('A'));
    assert!(sequence(&server, 2).contains('A'));
}

/// Only a connection that fails is passed over: what a member does with a request is the client's to see.
#[test]
fn a_member_that_gives_no_answer_stays_in_use() {
    let closing = Backend::scripted(|talk| _ = talk.hear());
    let unavailable = Backend::answering("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    let alive = Backend::scripted(lettered('B'));
    for backend in [&closing, &unavailable] {
        let server = balancer(&[(backend.address, ""), (alive.address, "")]);
        assert_eq!(sequence(&server, 6), "5B5B5B");
    }
}

#[test]
fn a_member_named_twice_counts_once() {
    let [a, b] = ['A', 'B'].map(|letter| Backend::scripted(lettered(letter)).address);
    assert_eq!(sequence(&balancer(&[(a, ""), (b, ""), (a, "")]), 4), "ABAB");
}

#[test]
fn a_name_that_no_balancer_has_is_no_part_of_one_that_is_there() {
    let [a, b] = ['A', 'B'].map(|letter| Backend::scripted(lettered(letter)).address);
    let server = proxy(format!(
        "<Proxy balancer://c>\nBalancerMember http://{a}\nBalancerMember http://{b}\n</Proxy>\n\
         ProxyPass /q balancer://c?x/\nProxyPass / balancer://c/"
    ));
    assert_eq!(get(&server, "/q").status(), 503);
    assert_eq!(get(&server, "/").body, b"A", "nobody's turn was used up");
}

#[test]
fn two_virtual_hosts_share_a_balancer_of_the_main_server_and_its_counters() {
    let [a, b] = ['A', 'B'].map(|letter| Backend::scripted(lettered(letter)).address);
    let server = proxy(format!(
        "<Proxy balancer://c>\nBalancerMember http://{a}\nBalancerMember http://{b}\n</Proxy>\n\
         <VirtualHost *>\nServerName one\nProxyPass / balancer://C/\n</VirtualHost>\n\
         <VirtualHost *>\nServerName two\nProxyPass / balancer://c/\n</VirtualHost>"
    ));
    let mut counts = BTreeMap::new();
    for host in ["one", "two", "one", "two"] {
        let body = ask(&server, format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).body;
        *counts.entry(format!("{host} {}", char::from(body[0]))).or_insert(0) += 1;
    }
    assert_eq!(counts, BTreeMap::from([("one A".to_owned(), 2), ("two B".to_owned(), 2)]));
}
