//! Paths that are more than a prefix: expressions, sections, escapes (apache-facts §7), and cookies that have them (§6).

use hop_by_hop::proxy::Server;

use crate::wire::{Backend, HELLO, Message, get, proxy};

/// What the backend is asked for, or the status that the client gets without it.
fn asked(server: &Server, backend: &Backend, path: &str) -> String {
    let before = backend.heard().len();
    let status = get(server, path).status();
    match backend.heard().get(before) {
        Some(Message { head, .. }) => head.split(' ').nth(1).unwrap().to_owned(),
        None => status.to_string(),
    }
}

#[track_caller]
fn assert_asked(lines: &str, rows: &[(&str, &str)]) {
    let backend = Backend::answering(HELLO);
    let server = proxy(lines.replace("BACKEND", &backend.address.to_string()));
    for (path, expected) in rows {
        assert_eq!(asked(&server, &backend, path), *expected, "{path} with {lines}");
    }
}

#[test]
fn expressions_choose_and_make_the_path() {
    assert_asked(
        "ProxyPassMatch ^/.*\\.txt$ !\nProxyPassMatch ^/m/(.*)$ http://BACKEND/n/$1\nProxyPassMatch ^/k http://BACKEND\n\
         ProxyPassMatch ^/h(.*)$ http://BACKEND$1",
        &[
            ("/m/x?q=1", "/n/x?q=1"),
            ("/m/a%20b?", "/n/a%20b?"),
            ("/m/a.txt", "404"),
            ("/kx", "/kx"),
            ("/h/x", "/x"),
            ("/h.evil.test/", "500"),
            ("/other", "404"),
        ],
    );
}

#[test]
fn interpolated_connections_are_closed_unless_told_otherwise() {
    for (words, connection) in [("", "close"), ("enablereuse=on", "Keep-Alive")] {
        let backend = Backend::answering(HELLO);
        let server = proxy(format!("ProxyPassMatch ^/(.*) http://{}/$1 {words}", backend.address));
        get(&server, "/");
        assert_eq!(backend.only().header("connection"), Some(connection));
    }
}

#[test]
fn a_section_beats_the_server_and_the_last_one_wins() {
    assert_asked(
        "ProxyPass / http://BACKEND/server/\n<Location /a/>\nProxyPass http://BACKEND/a/\n</Location>\n\
         <Location /a/b/>\nProxyPass http://BACKEND/b/\n</Location>\n<Location /a/none>\nProxyPass !\n</Location>",
        &[
            ("/x", "/server/x"),
            ("/a", "/server/a"),
            ("/a/x", "/a/x"),
            ("/a//x", "/a/x"),
            ("/a/b/x", "/b/x"),
            ("/a/none/x", "404"),
        ],
    );
}

#[test]
fn what_a_section_says_holds_there_only() {
    let backend = Backend::answering(
        "HTTP/1.1 302 Found\r\nLocation: http://b.test/back/x\r\nContent-Length: 0\r\n\r\n",
    );
    let server = proxy(format!(
        "ProxyPass / http://{0}/\n<Location /app/>\nProxyPreserveHost On\nProxyPassReverse http://b.test/back/\n\
         </Location>\n<VirtualHost *>\n<Location /app/inner>\nProxyAddHeaders Off\n</Location>\n</VirtualHost>",
        backend.address
    ));
    let location = |path| get(&server, path).header("location").unwrap().to_owned();
    assert_eq!(location("/x"), "http://b.test/back/x");
    assert!(location("/app/x").ends_with("/app/x"));
    assert!(location("/app/inner").ends_with("/app/x"));
    let heard = backend.heard();
    let hosts: Vec<_> = heard.iter().map(|message| message.header("host").unwrap()).collect();
    assert_eq!(hosts, [&*backend.address.to_string(), "front.test", "front.test"]);
    let added: Vec<_> = heard.iter().map(|message| message.header("x-forwarded-for").is_some()).collect();
    assert_eq!(added, [true, true, false], "a virtual host inherits the sections too");
}

#[test]
fn nocanon_sends_the_path_as_it_was_written() {
    assert_asked(
        "ProxyPass /app/ http://BACKEND/back/ nocanon\nProxyPass /q http://BACKEND/q noquery",
        &[
            ("/app/a%41b?q=%41", "/back/a%41b?q=%41"),
            ("/app/./a/../b", "/back/./a/../b"),
            ("/%61pp/x%41", "/back/xA"),
            ("/app/../app/x", "/back/x"),
            ("/app/%2e%2e/x", "404"),
            ("/q/x?secret=1", "/q/x?secret=1"),
        ],
    );
}

#[test]
fn encoded_slashes_are_refused_decoded_or_kept() {
    let with = |word: &str| format!("AllowEncodedSlashes {word}\nProxyPass / http://BACKEND/");
    assert_asked(&with("Off"), &[("/a%2Fb", "404"), ("/a%252Fb", "/a%252Fb")]);
    assert_asked(&with("On"), &[("/a%2Fb", "/a/b"), ("/a%2F..%2Fb", "/b"), ("/..%2Fb", "400")]);
    assert_asked(&with("NoDecode"), &[("/a%2fb", "/a%2fb"), ("/a%252Fb", "/a%252Fb"), ("/a%25b", "/a%25b")]);
}

#[test]
fn cookies_get_the_proxy_s_domain_and_path() {
    let backend = Backend::answering(
        "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/back/x; Domain=b.test\r\nX-A: 1\r\nSet-Cookie: c=d; Path=/back-2\r\n\
         Content-Length: 0\r\n\r\n",
    );
    let server = proxy(format!(
        "ProxyPassReverseCookieDomain b.test front.test\nProxyPassReverseCookiePath /back /app\nProxyPass / http://{}/",
        backend.address
    ));
    let head = get(&server, "/").head;
    let cookies: Vec<_> = head.lines().filter(|line| line.starts_with("Set-Cookie")).collect();
    assert_eq!(cookies, ["Set-Cookie: a=b; Path=/app; Domain=front.test", "Set-Cookie: c=d; Path=/back-2"]);
}
