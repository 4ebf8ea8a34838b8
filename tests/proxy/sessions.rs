//! What a balancer is told besides its members: sessions, failures, methods, and the page that shows it (apache-facts §8).

use std::{net::SocketAddr, thread, time::Duration};

use hop_by_hop::proxy::Server;

use crate::{
    balancer::lettered,
    wire::{Backend, Client, Reserved, Talk, ask, get, proxy},
};

fn balancer(members: &[(SocketAddr, &str)], set: &str) -> Server {
    let members: String = (members.iter())
        .map(|(address, parameters)| format!("BalancerMember http://{address} {parameters}\n"))
        .collect();
    let set = if set.is_empty() { String::new() } else { format!("ProxySet {set}\n") };
    proxy(format!(
        "<Location /balancer-manager>\nSetHandler balancer-manager\n</Location>\nProxyPass /balancer-manager !\n\
         <Proxy balancer://c>\n{members}{set}</Proxy>\nProxyPass / balancer://c/"
    ))
}

/// Who answers: a letter each, or the first digit of the status.
fn sequence(server: &Server, target: &str, cookie: &str, requests: usize) -> String {
    (0..requests)
        .map(|_| {
            let answer = ask(server, format!("GET {target} HTTP/1.1\r\nHost: f\r\nCookie: {cookie}\r\n\r\n"));
            match answer.status() {
                200 => char::from(answer.body[0]),
                _ => answer.head.chars().nth(9).unwrap(),
            }
        })
        .collect()
}

#[test]
fn a_session_stays_with_its_member() {
    let [a, b] = ['A', 'B'].map(|letter| Backend::scripted(lettered(letter)).address);
    let server = balancer(&[(a, "route=a"), (b, "route=b")], "stickysession=SID|sid");
    assert_eq!(sequence(&server, "/", "SID=x.b", 5), "BBBBB");
    assert_eq!(sequence(&server, "/p;sid=x.a", "SID=x.b", 3), "AAA");
    assert_eq!(sequence(&server, "/?q=1&sid=x.b", "SID=x.a", 3), "BBB");
}

#[test]
fn a_session_whose_member_is_dead_moves_or_fails() {
    let [a, c] = ['A', 'C'].map(|letter| Backend::scripted(lettered(letter)).address);
    let dead = Reserved::new();
    let members = [(a, "route=a"), (dead.address, "route=b"), (c, "route=c")];
    assert_eq!(sequence(&balancer(&members, "stickysession=SID"), "/", "SID=x.b", 6), "ACACAC");
    let strict = balancer(&members, "stickysession=SID nofailover=On");
    assert_eq!(sequence(&strict, "/", "SID=x.b", 3), "555");
    assert_eq!(sequence(&strict, "/", "SID=x.c", 3), "CCC");
}

#[test]
fn failonstatus_puts_a_member_in_error_after_its_answer() {
    let busy = Backend::answering("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    let alive = Backend::scripted(lettered('B'));
    let members = [(busy.address, ""), (alive.address, "")];
    assert_eq!(sequence(&balancer(&members, "failonstatus=500,503"), "/", "", 5), "5BBBB");
    assert_eq!(sequence(&balancer(&members, "failonstatus=500"), "/", "", 4), "5B5B");
}

#[test]
fn failontimeout_puts_a_member_in_error_after_its_silence() {
    let silent = Backend::scripted(|talk| while talk.hear().is_some() {});
    let alive = Backend::scripted(lettered('B'));
    let members = [(silent.address, "timeout=100ms"), (alive.address, "")];
    assert_eq!(sequence(&balancer(&members, "failontimeout=On"), "/", "", 5), "5BBBB");
}

#[test]
fn ignored_errors_are_no_failover() {
    let (dead, alive) = (Reserved::new(), Backend::scripted(lettered('B')));
    let members = [(dead.address, "status=+I"), (alive.address, "")];
    assert_eq!(sequence(&balancer(&members, ""), "/", "", 6), "5B5B5B");
}

#[test]
fn a_name_without_an_address_is_answered_with_500_once() {
    let alive = Backend::scripted(lettered('B'));
    let server = proxy(format!(
        "<Proxy balancer://c>\nBalancerMember http://nosuch.invalid\nBalancerMember http://{}\n</Proxy>\n\
         ProxyPass / balancer://c/",
        alive.address
    ));
    assert_eq!(sequence(&server, "/", "", 4), "5BBB");
}

#[test]
fn the_other_methods_take_turns_when_nobody_is_busy() {
    let [a, b] = ['A', 'B'].map(|letter| Backend::scripted(lettered(letter)).address);
    for method in ["bytraffic", "bybusyness"] {
        let server = balancer(&[(a, ""), (b, "")], &format!("lbmethod={method}"));
        assert_eq!(sequence(&server, "/", "", 8), "ABABABAB", "{method}");
    }
}

#[test]
fn bytraffic_counts_what_is_uploaded_and_what_comes_back() {
    let big = |talk: &mut Talk| {
        while talk.hear().is_some() {
            talk.say(format!("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{}", "A".repeat(5000)));
        }
    };
    let [a, b] = [Backend::scripted(big).address, Backend::scripted(lettered('B')).address];
    let server = balancer(&[(a, ""), (b, "")], "lbmethod=bytraffic");
    assert_eq!(sequence(&server, "/", "", 12), "ABBBBBBBBBBB");
    let [a, b] = ['A', 'B'].map(|letter| Backend::scripted(lettered(letter)).address);
    let server = balancer(&[(a, ""), (b, "")], "lbmethod=bytraffic");
    let body = "x".repeat(5000);
    ask(&server, format!("POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 5000\r\n\r\n{body}"));
    assert_eq!(sequence(&server, "/", "", 10), "BBBBBBBBBB");
}

#[test]
fn bybusyness_leaves_the_busy_member_alone() {
    let slow = Backend::scripted(|talk| {
        while talk.hear().is_some() {
            thread::sleep(Duration::from_millis(500));
            talk.say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nA");
        }
    });
    let alive = Backend::scripted(lettered('B'));
    let server = balancer(&[(slow.address, ""), (alive.address, "")], "lbmethod=bybusyness");
    let mut waiting = Client::saying(&server, "GET / HTTP/1.1\r\nHost: f\r\n\r\n");
    while slow.heard().is_empty() {
        thread::yield_now();
    }
    assert_eq!(sequence(&server, "/", "", 5), "BBBBB");
    assert_eq!(waiting.answer().body, b"A");
    assert!(sequence(&server, "/", "", 1).contains('A'), "it is idle again, and behind");
}

#[test]
fn the_page_shows_and_changes_nothing() {
    let [a, b] = ['A', 'B'].map(|letter| Backend::scripted(lettered(letter)).address);
    let server = balancer(&[(a, "route=a loadfactor=2"), (b, "status=+D")], "");
    sequence(&server, "/", "", 3);
    let page = get(&server, "/balancer-manager?b=c&w=x&%3Cscript%3E");
    let body = String::from_utf8(page.body.clone()).unwrap();
    assert_eq!((page.status(), page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let row = format!(
        "<tr><td>http://{a}</td><td>a</td><td></td><td>2.00</td><td>0</td><td>Init Ok</td><td>3</td><td>0</td>"
    );
    assert!(body.contains(&row) && body.contains("<td>Init Dis</td>"), "{body}");
    assert!(!body.contains("script") && !body.contains("<a "), "{body}");
    let post = ask(&server, "POST /balancer-manager HTTP/1.1\r\nHost: f\r\nContent-Length: 0\r\n\r\n");
    assert_eq!((post.status(), post.header("allow")), (405, Some("HEAD,GET")));
    let mut head = Client::saying(&server, "HEAD /balancer-manager HTTP/1.1\r\nHost: f\r\n\r\n");
    assert_eq!(head.head().status(), 200);
}

#[test]
fn without_its_exclusion_the_page_is_proxied() {
    let backend = Backend::scripted(lettered('A'));
    let server = proxy(format!(
        "<Location /balancer-manager>\nSetHandler balancer-manager\n</Location>\nProxyPass / http://{}/",
        backend.address
    ));
    assert_eq!(get(&server, "/balancer-manager").body, b"A");
}
