//! What the backend sees of a request (apache-facts §4).

use std::net::{SocketAddr, TcpListener};

use hop_by_hop::proxy::{Server, Site};

use crate::wire::{Backend, Client, HELLO, ask, get, proxy, proxy_to};

/// Sends the request through a proxy without further directives; the head that the backend received.
fn seen(request: &str) -> String {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let answer = ask(&server, request);
    assert_eq!(answer.status(), 200, "{}", answer.head);
    backend.only().head.replace(&backend.address.to_string(), "BACKEND")
}

#[test]
fn a_get_byte_for_byte() {
    assert_eq!(
        seen("GET /a/b?x=1&y=2 HTTP/1.1\r\nHost: front.test:18000\r\n\r\n"),
        "GET /a/b?x=1&y=2 HTTP/1.1\r\n\
         Host: BACKEND\r\n\
         X-Forwarded-For: 127.0.0.1\r\n\
         X-Forwarded-Host: front.test:18000\r\n\
         X-Forwarded-Server: localhost\r\n\
         Connection: Keep-Alive\r\n\r\n"
    );
}

#[test]
fn the_client_s_headers_stand_between_host_and_x_forwarded() {
    assert_eq!(
        seen("GET / HTTP/1.1\r\nX-B: 2\r\nAccept: */*\r\nHost: front.test\r\nX-A: 1\r\n\r\n"),
        "GET / HTTP/1.1\r\n\
         Host: BACKEND\r\n\
         X-B: 2\r\n\
         Accept: */*\r\n\
         X-A: 1\r\n\
         X-Forwarded-For: 127.0.0.1\r\n\
         X-Forwarded-Host: front.test\r\n\
         X-Forwarded-Server: localhost\r\n\
         Connection: Keep-Alive\r\n\r\n"
    );
}

#[test]
fn preserve_host_changes_the_host_line_only() {
    let backend = Backend::answering(HELLO);
    let passed = format!("ProxyPass / http://{}/", backend.address);
    get(&proxy(&passed), "/");
    get(&proxy(format!("ProxyPreserveHost On\n{passed}")), "/");
    let heard = backend.heard();
    assert_eq!(heard[1].header("host"), Some("front.test"));
    let host = format!("Host: {}", backend.address);
    assert_eq!(heard[0].head.replace(&host, "Host: front.test"), heard[1].head);
}

#[test]
fn x_forwarded_headers_of_the_client_are_extended_in_place() {
    let head = seen(
        "GET / HTTP/1.1\r\nHost: f\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Server: s\r\nA: 1\r\n\
         X-Forwarded-Host: h\r\n\r\n",
    );
    let expected = "Host: BACKEND\r\nX-Forwarded-For: 1.2.3.4, 127.0.0.1\r\nX-Forwarded-Server: s, localhost\r\n\
                    A: 1\r\nX-Forwarded-Host: h, f\r\nConnection: Keep-Alive\r\n\r\n";
    assert!(head.ends_with(expected), "{head}");
}

#[test]
fn an_absolute_target_names_the_host_and_becomes_a_path() {
    let head = seen("GET http://Other.test/abs?q HTTP/1.1\r\nHost: front.test\r\n\r\n");
    assert!(head.starts_with("GET /abs?q HTTP/1.1\r\nHost: BACKEND\r\n"), "{head}");
    assert!(head.contains("\r\nX-Forwarded-Host: other.test\r\n"), "{head}");
}

#[test]
fn an_http_1_0_client_needs_no_host_and_the_backend_gets_http_1_1() {
    assert_eq!(
        seen("GET / HTTP/1.0\r\n\r\n"),
        "GET / HTTP/1.1\r\n\
         Host: BACKEND\r\n\
         X-Forwarded-For: 127.0.0.1\r\n\
         X-Forwarded-Server: localhost\r\n\
         Connection: Keep-Alive\r\n\r\n"
    );
    let backend = Backend::answering(HELLO);
    let server = proxy(format!(
        "ServerName named.test:81\nProxyPreserveHost On\nProxyPass / http://{}/",
        backend.address
    ));
    ask(&server, "GET / HTTP/1.0\r\n\r\n");
    assert_eq!(backend.only().header("host"), Some("named.test"));
    assert_eq!(backend.only().header("x-forwarded-server"), Some("named.test"));
}

#[test]
fn repeated_headers_become_one() {
    let head = seen("GET / HTTP/1.1\r\nHost: f\r\nCookie: a=b\r\nX: 1\r\nCookie: c=d\r\nx: \r\n\r\n");
    assert!(head.contains("Host: BACKEND\r\nCookie: a=b, c=d\r\nX: 1, \r\nX-Forwarded-For"), "{head}");
}

#[test]
fn what_is_hop_by_hop_stays_here() {
    let head = seen(
        "GET / HTTP/1.1\r\nHost: f\r\nConnection: close, X-Secret, Host\r\nConnection: x-other\r\nX-Secret: s\r\n\
         X-Other: o\r\nKeep-Alive: 1\r\nTE: trailers\r\nTrailer: X\r\nUpgrade: h2c\r\nProxy-Connection: x\r\n\
         Proxy-Authorization: y\r\nProxy: z\r\nAuthorization: a\r\nVia: 1.1 v\r\nRange: lines=0-1\r\nX_y: 1\r\n\
         Empty:\r\n\r\n",
    );
    let kept = "GET / HTTP/1.1\r\nHost: BACKEND\r\nProxy-Authorization: y\r\nProxy: z\r\nAuthorization: a\r\n\
                Via: 1.1 v\r\nRange: lines=0-1\r\nX_y: 1\r\nEmpty: \r\nX-Forwarded-For: 127.0.0.1\r\n";
    assert!(head.starts_with(kept), "{head}");
}

#[test]
fn a_client_cannot_hide_behind_connection() {
    let head =
        seen("GET / HTTP/1.1\r\nHost: f\r\nX-Forwarded-For: 9.9.9.9\r\nConnection: X-Forwarded-For\r\n\r\n");
    assert!(head.contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"), "{head}");
}

#[test]
fn bytes_of_a_header_that_are_no_ascii_pass_as_they_are() {
    let backend = Backend::answering(HELLO);
    ask(&proxy_to(&backend), b"GET / HTTP/1.1\r\nHost: f\r\nX: a\xe9b\r\n\r\n");
    let head = backend.only().head;
    assert!(head.contains("\r\nX: a\u{e9}b\r\n"), "{head}");
}

#[test]
fn max_forwards_is_counted_down_for_every_method() {
    for method in ["GET", "POST", "OPTIONS", "TRACE", "FOO"] {
        let head = seen(&format!("{method} / HTTP/1.1\r\nHost: f\r\nMax-Forwards: 5\r\n\r\n"));
        assert!(head.starts_with(method) && head.contains("\r\nMax-Forwards: 4\r\n"), "{head}");
    }
}

#[test]
fn at_zero_options_and_trace_are_answered_here() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let options = ask(&server, "OPTIONS / HTTP/1.1\r\nHost: f\r\nMax-Forwards: 0\r\n\r\n");
    assert_eq!(
        options.steady_head(),
        "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nAllow: TRACE\r\nContent-Length: 0\r\n\r\n"
    );
    let request = "TRACE /x HTTP/1.1\r\nHost: f\r\nMax-Forwards: 0\r\nX-A: 1\r\n\r\n";
    let trace = ask(&server, request);
    assert_eq!(trace.header("content-type"), Some("message/http"));
    assert_eq!(String::from_utf8(trace.body).unwrap(), request);
    assert!(backend.heard().is_empty());
}

#[test]
fn options_star_asks_the_proxy_itself() {
    let backend = Backend::answering(HELLO);
    let server = proxy_to(&backend);
    let answer = ask(&server, "OPTIONS * HTTP/1.1\r\nHost: f\r\n\r\n");
    assert_eq!(answer.steady_head(), "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(ask(&server, "OPTIONS * HTTP/1.1\r\n\r\n").status(), 400);
    assert!(backend.heard().is_empty());
}

#[test]
fn head_stays_head() {
    let backend = Backend::answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, "HEAD / HTTP/1.1\r\nHost: f\r\n\r\n".repeat(2));
    for _ in 0..2 {
        assert_eq!(client.head().header("content-length"), Some("9"));
    }
    assert!(backend.heard().iter().all(|request| request.head.starts_with("HEAD / HTTP/1.1\r\n")));
}

#[test]
fn methods_pass_as_they_are() {
    for method in ["FOO", "get", "PATCH", "M-SEARCH"] {
        let head = seen(&format!("{method} / HTTP/1.1\r\nHost: f\r\n\r\n"));
        assert!(head.starts_with(&format!("{method} / HTTP/1.1\r\n")), "{head}");
    }
}

#[test]
fn paths_are_made_canonical_and_queries_stay_if_they_are_any() {
    for (asked, expected) in [
        ("/a%41b/../%c3%a9?%41??", "/%C3%A9?%41??"),
        ("/?%zz&{x}=\u{e9}", "/?%25zz&%7Bx%7D=%C3%A9"),
        ("//a/./b%20c?", "/a/b%20c?"),
        ("/;:@&~!$'()*,=+", "/;:@&~!$'()*,=+"),
        ("/\u{e9}", "/%C3%A9"),
        ("http://h", "/"),
        ("http://h?q", "/?q"),
    ] {
        let head = seen(&format!("GET {asked} HTTP/1.1\r\nHost: f\r\n\r\n"));
        assert!(head.starts_with(&format!("GET {expected} HTTP/1.1\r\n")), "{asked}: {head}");
    }
}

#[test]
fn virtual_hosts_are_chosen_by_name_whatever_its_case_port_or_final_dot() {
    let [first, second] = [0, 1].map(|_| Backend::answering(HELLO));
    let server = proxy(format!(
        "<VirtualHost *>\nServerName first.test\nProxyPass / http://{}/\n</VirtualHost>\n\
         <VirtualHost *>\nServerName second.test\nServerAlias *.second.test\nProxyPass / http://{}/\n</VirtualHost>",
        first.address, second.address
    ));
    for host in [
        "second.test",
        "SECOND.test:99",
        "second.test.",
        "second.test.:80",
        "a.second.test",
        "first.test",
        "x",
    ] {
        ask(&server, format!("GET /{host} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    }
    ask(&server, "GET http://second.test/absolute HTTP/1.1\r\nHost: first.test\r\n\r\n");
    assert_eq!((first.heard().len(), second.heard().len()), (2, 6));
}

/// A listener on all addresses is none of theirs: the system says which one a client has connected to.
#[test]
fn a_virtual_host_of_one_address_is_found_behind_a_listener_on_all() {
    let (one, any) = (Backend::answering(HELLO), Backend::answering(HELLO));
    let site = format!(
        "<VirtualHost *>\nProxyPass / http://{}/\n</VirtualHost>\n\
         <VirtualHost 127.0.0.1>\nProxyPass / http://{}/\n</VirtualHost>",
        any.address, one.address
    );
    let site = Site::parse(&site, "test.conf").unwrap();
    let all = ["127.0.0.1:0", "0.0.0.0:0", "[::ffff:0.0.0.0]:0"].map(TcpListener::bind);
    // Not every machine has the last one.
    let listeners: Vec<_> = all.into_iter().flatten().collect();
    let server = Server::start(&site, listeners, None).unwrap();
    for address in server.addresses() {
        let mut client = Client::at(SocketAddr::from(([127, 0, 0, 1], address.port())));
        client.say("GET / HTTP/1.1\r\nHost: f\r\n\r\n");
        assert_eq!(client.answer().status(), 200);
    }
    assert_eq!((one.heard().len(), any.heard().len()), (server.addresses().len(), 0));
}
