//! What the client sees of an answer (apache-facts §5).

use crate::wire::{Backend, Client, HELLO, Message, ask, proxy, proxy_to};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";
const GET_KEEP: &str = "GET / HTTP/1.1\r\nHost: f\r\nConnection: keep-alive\r\n\r\n";
const GET_CLOSE: &str = "GET / HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n";
const GET_1_0: &str = "GET / HTTP/1.0\r\n\r\n";
const GET_1_0_KEEP: &str = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: 1\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n";

/// What the client gets for this request if the backend says this; and whether the connection then stays open.
fn got(request: &str, backend_says: &'static str) -> (Message, bool) {
    let backend = Backend::answering(backend_says);
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, request);
    let answer = client.answer();
    client.say(GET);
    let stays = !client.head_or_end().is_empty();
    (answer, stays)
}

#[track_caller]
fn assert_got(request: &str, backend_says: &'static str, head: &str, body: &str, stays: bool) {
    let (answer, stayed) = got(request, backend_says);
    assert_eq!(answer.steady_head(), head);
    assert_eq!((str::from_utf8(&answer.body).unwrap(), stayed), (body, stays), "{head}");
}

#[test]
fn date_and_server_come_first_and_cookies_last() {
    assert_got(
        GET,
        "HTTP/1.1 404 NOT FOUND\r\nX-A: 1\r\nSet-Cookie: a=b\r\nServer: be\r\nX-B: 2\r\nDate: d\r\n\
         Set-Cookie: c=d\r\nVia: x\r\nContent-Length: 2\r\nX-C: 4\r\n\r\nok",
        "HTTP/1.1 404 NOT FOUND\r\nDate: *\r\nServer: *\r\nX-A: 1\r\nX-B: 2\r\nVia: x\r\nContent-Length: 2\r\n\
         X-C: 4\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n",
        "ok",
        true,
    );
}

#[test]
fn date_and_server_are_the_backend_s_if_it_has_them() {
    let (answer, _) = got(GET, "HTTP/1.1 200 OK\r\nServer: be\r\nDate: then\r\nContent-Length: 0\r\n\r\n");
    assert_eq!((answer.header("server"), answer.header("date")), (Some("be"), Some("then")));
    let (answer, _) = got(GET, HELLO);
    assert!(answer.header("server").unwrap().starts_with("Hop-by-Hop/"));
    assert!(answer.header("date").unwrap().ends_with(" GMT"));
}

#[test]
fn statuses_and_reason_phrases_are_kept() {
    for line in ["200 Fine", "299 So so", "600 Six", "418 I'm a teapot", "200 "] {
        let backend = Backend::answering(format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n"));
        let server = proxy_to(&backend);
        let answer = ask(&server, GET);
        assert!(answer.head.starts_with(&format!("HTTP/1.1 {line}\r\n")), "{}", answer.head);
    }
}

#[test]
fn connection_is_what_the_client_asked_for() {
    let start = "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nContent-Length: 5\r\n";
    let kept = format!("{start}Keep-Alive: timeout=5, max=100\r\nConnection: Keep-Alive\r\n\r\n");
    let closed = format!("{start}Connection: close\r\n\r\n");
    assert_got(GET, HELLO, &format!("{start}\r\n"), "hello", true);
    assert_got(GET_KEEP, HELLO, &kept, "hello", true);
    assert_got(GET_CLOSE, HELLO, &closed, "hello", false);
    // hyper answers HTTP/1.0 clients with HTTP/1.0, Apache with HTTP/1.1.
    let old = |head: &str| head.replace("HTTP/1.1", "HTTP/1.0");
    assert_got(GET_1_0, HELLO, &old(&closed), "hello", false);
    assert_got(GET_1_0_KEEP, HELLO, &old(&kept), "hello", true);
}

#[test]
fn after_some_statuses_the_connection_closes() {
    for status in [400, 401, 404, 408, 411, 413, 414, 500, 501, 502, 503, 504] {
        let backend = Backend::answering(format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nok"));
        let server = proxy_to(&backend);
        let answer = ask(&server, GET);
        let closes = [400, 408, 411, 413, 414, 500, 501, 503].contains(&status);
        assert_eq!(answer.header("connection"), closes.then_some("close"), "{status}");
    }
}

#[test]
fn what_is_hop_by_hop_stays_here() {
    assert_got(
        GET,
        "HTTP/1.1 407 X\r\nConnection: X-Foo, keep-alive\r\nX-Foo: 1\r\nKeep-Alive: 1\r\nProxy-Authenticate: Basic\r\n\
         Proxy-Connection: x\r\nTE: x\r\nTrailer: x\r\nUpgrade: foo\r\nWww-Authenticate: Basic\r\n\
         Content-Length: 2\r\n\r\nok",
        "HTTP/1.1 407 X\r\nDate: *\r\nServer: *\r\nWww-Authenticate: Basic\r\nContent-Length: 2\r\n\r\n",
        "ok",
        true,
    );
}

#[test]
fn a_body_of_unknown_length_is_chunked() {
    let head = "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nX: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_got(GET, CHUNKED, head, "ok!", true);
    let kept =
        head.replace("Transfer", "Keep-Alive: timeout=5, max=100\r\nConnection: Keep-Alive\r\nTransfer");
    assert_got(GET_KEEP, CHUNKED, &kept, "ok!", true);
    let old = "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nX: 1\r\nConnection: close\r\n\r\n";
    assert_got(GET_1_0, CHUNKED, old, "ok!", false);
    assert_got(GET_1_0_KEEP, CHUNKED, old, "ok!", false);
}

#[test]
fn a_body_that_ends_with_the_connection_is_chunked_too() {
    for version in ["1.0", "1.1"] {
        let backend = Backend::scripted(move |talk| {
            talk.hear();
            talk.say(format!("HTTP/{version} 200 OK\r\nX: 1\r\n\r\nok"));
        });
        let server = proxy_to(&backend);
        let answer = ask(&server, GET);
        let head = "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nX: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!((answer.steady_head().as_str(), &*answer.body), (head, b"ok".as_slice()));
    }
}

/// The guide's own Flask 1.1.4 speaks HTTP/1.0.
#[test]
fn an_http_1_0_backend_does_not_make_the_client_s_connection_old() {
    let backend = Backend::scripted(|talk| {
        talk.hear();
        talk.say("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    });
    let server = proxy_to(&backend);
    let mut client = Client::to(&server);
    for _ in 0..3 {
        client.say(GET);
        let answer = client.answer();
        assert_eq!(
            answer.steady_head(),
            "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nContent-Length: 5\r\n\r\n"
        );
    }
}

#[test]
fn trailers_end_here() {
    let says =
        "HTTP/1.1 200 OK\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n";
    let backend = Backend::answering(says);
    let server = proxy_to(&backend);
    let raw = Client::saying(&server, GET_CLOSE).rest();
    let raw = String::from_utf8(raw).unwrap();
    assert!(raw.ends_with("\r\n\r\n2\r\nok\r\n0\r\n\r\n"), "{raw}");
}

#[test]
fn of_two_framings_chunked_wins() {
    for says in [
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ] {
        let head = "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_got(GET, says, head, "ok", true);
    }
}

#[test]
fn answers_without_a_body() {
    for (says, head) in [
        (
            "HTTP/1.1 304 Not Modified\r\nX: \"a\"\r\nContent-Length: 9\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nDate: *\r\nServer: *\r\nX: \"a\"\r\n\r\n",
        ),
        (
            "HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nDate: *\r\nServer: *\r\nX: 1\r\n\r\n",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nContent-Length: 0\r\n\r\n",
        ),
    ] {
        assert_got(GET, says, head, "", true);
    }
    let backend = Backend::answering("HTTP/1.1 200 OK\r\nX: 1\r\nContent-Length: 9\r\n\r\n");
    let server = proxy_to(&backend);
    let mut client = Client::saying(&server, GET_CLOSE.replace("GET", "HEAD"));
    let head =
        "HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\nX: 1\r\nContent-Length: 9\r\nConnection: close\r\n\r\n";
    assert_eq!(client.head().steady_head(), head);
    assert!(client.is_closed());
}

#[test]
fn what_else_a_backend_may_say() {
    for (says, line) in [
        ("HTTP/1.1 200 OK\nX: 1\nContent-Length: 5\n\nhello", "X: 1"),
        ("HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\nContent-Length: 5\r\n\r\nhello", "X: 1 2"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: 1\r\nContent-Length: 5\r\n\r\nhello", "X: 1"),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\nDate: *\r\nServer: *\r\n{line}\r\nContent-Length: 5\r\n\r\n");
        assert_got(GET, says, &head, "hello", true);
    }
}

#[test]
fn redirects_are_rewritten_where_pass_reverse_says_so() {
    let backend = Backend::scripted(|talk| {
        while talk.hear().is_some() {
            let here = talk.stream.get_ref().local_addr().unwrap();
            talk.say(format!(
                "HTTP/1.1 302 Found\r\nLocation: http://{here}/x?q=1#f\r\nContent-Location: HTTP://{here}/y\r\n\
                 Link: <http://{here}/z>\r\nContent-Length: 0\r\n\r\n"
            ));
        }
    });
    let lines = format!("ProxyPass / http://{0}/\nProxyPassReverse / http://{0}/", backend.address);
    let server = proxy(lines);
    let answer = ask(&server, "GET / HTTP/1.1\r\nHost: Front.Test:18000\r\n\r\n");
    assert_eq!(answer.header("location"), Some("http://front.test:18000/x?q=1#f"));
    assert_eq!(answer.header("content-location"), Some("http://front.test:18000/y"));
    assert_eq!(answer.header("link"), Some(&*format!("<http://{}/z>", backend.address)));
    let answer = ask(&server, "GET / HTTP/1.1\r\nHost: plain.test\r\n\r\n");
    assert_eq!(answer.header("location"), Some("http://plain.test/x?q=1#f"));
    let server = proxy_to(&backend);
    let answer = ask(&server, "GET / HTTP/1.1\r\nHost: plain.test\r\n\r\n");
    assert!(answer.header("location").unwrap().contains(&backend.address.to_string()));
}

#[test]
fn without_a_keep_alive_timeout_the_end_is_announced() {
    let backend = Backend::answering(HELLO);
    let server = proxy(format!("KeepAliveTimeout 0\nProxyPass / http://{}/", backend.address));
    for says in ["", "Connection: keep-alive\r\n"] {
        let mut client = Client::saying(&server, format!("GET / HTTP/1.1\r\nHost: f\r\n{says}\r\n"));
        let answer = client.answer();
        assert_eq!((answer.header("connection"), answer.header("keep-alive")), (Some("close"), None));
        assert!(client.is_closed());
    }
}
