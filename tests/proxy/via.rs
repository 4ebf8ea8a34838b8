//! `ProxyVia` and `ProxyAddHeaders` on the wire (apache-facts §11).

use crate::wire::{Backend, ask, get, proxy};

const ANSWER: &str = "HTTP/1.1 200 OK\r\nVia: 1.1 be\r\nSet-Cookie: a=b\r\nContent-Length: 1\r\n\r\nA";

#[test]
fn via_names_the_proxy_in_both_directions() {
    let backend = Backend::answering(ANSWER);
    let server = proxy(format!("ProxyVia On\nProxyPass / http://{}/", backend.address));
    let answer = ask(&server, "GET /x HTTP/1.1\r\nHost: front.test:18000\r\nVia: 1.0 cl\r\nX-A: 1\r\n\r\n");
    assert_eq!(
        answer.steady_head(),
        "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nVia: 1.1 be\r\nContent-Length: 1\r\nSet-Cookie: a=b\r\n\
         Via: 1.1 localhost:18000\r\n\r\n"
    );
    assert_eq!(
        backend.only().head,
        format!(
            "GET /x HTTP/1.1\r\nHost: {}\r\nVia: 1.0 cl, 1.1 localhost:18000\r\nX-A: 1\r\n\
             X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: front.test:18000\r\nX-Forwarded-Server: localhost\r\n\
             Connection: Keep-Alive\r\n\r\n",
            backend.address
        )
    );
}

#[test]
fn block_takes_it_from_the_request_only() {
    let backend = Backend::answering(ANSWER);
    let server = proxy(format!("ProxyVia Block\nProxyPass / http://{}/", backend.address));
    let answer = ask(&server, "GET / HTTP/1.1\r\nHost: f\r\nVia: 1.0 cl\r\n\r\n");
    assert_eq!(answer.header("via"), Some("1.1 be"));
    assert_eq!(backend.only().header("via"), None);
}

#[test]
fn nothing_is_added_where_that_is_off() {
    let backend = Backend::answering(ANSWER);
    let server = proxy(format!("ProxyAddHeaders Off\nProxyPass / http://{}/", backend.address));
    ask(&server, "GET / HTTP/1.1\r\nHost: f\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n");
    assert_eq!(backend.only().header("x-forwarded-for"), Some("1.2.3.4"));
    assert_eq!(backend.only().header("x-forwarded-host"), None);
}

#[test]
fn a_virtual_host_inherits_both() {
    let backend = Backend::answering(ANSWER);
    let server = proxy(format!(
        "ProxyVia On\nProxyAddHeaders Off\n<VirtualHost *>\nProxyPass / http://{}/\n</VirtualHost>",
        backend.address
    ));
    get(&server, "/");
    assert_eq!(backend.only().header("via"), Some("1.1 localhost"));
    assert_eq!(backend.only().header("x-forwarded-for"), None);
}
