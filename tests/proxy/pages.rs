//! Apache's error pages, byte for byte but for `Date` and `Server` (apache-facts §5).

use crate::wire::{Backend, Client, HELLO, Reserved, ask, get, proxy, proxy_to};

fn page(title: &str, explanation: &str) -> String {
    let heading = title.split_once(' ').unwrap().1;
    format!(
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n\
         <html><head>\n<title>{title}</title>\n</head><body>\n<h1>{heading}</h1>\n{explanation}</body></html>\n"
    )
}

#[track_caller]
fn assert_page(lines: &str, request: &str, title: &str, closes: bool, explanation: &str) {
    let server = proxy(lines);
    let answer = ask(&server, request);
    let page = page(title, explanation);
    let connection = if closes { "Connection: close\r\n" } else { "" };
    assert_eq!(
        answer.steady_head(),
        format!(
            "HTTP/1.1 {title}\r\nDate: *\r\nServer: *\r\nContent-Length: {}\r\n{connection}\
             Content-Type: text/html; charset=iso-8859-1\r\n\r\n",
            page.len()
        )
    );
    assert_eq!(String::from_utf8(answer.body).unwrap(), page);
}

const GET: &str = "GET /x HTTP/1.1\r\nHost: f\r\n\r\n";
const UNAVAILABLE: &str = "<p>The server is temporarily unable to service your\nrequest due to maintenance downtime or capacity\n\
                           problems. Please try again later.</p>\n";
const INTERNAL: &str = "<p>The server encountered an internal error or\nmisconfiguration and was unable to complete\n\
                        your request.</p>\n<p>Please contact the server administrator at \n [no address given] to inform them \
                        of the time this error occurred,\n and the actions you performed just before this error.</p>\n\
                        <p>More information about this error may be available\nin the server error log.</p>\n";

#[test]
fn bad_request_400() {
    let explanation = "<p>Your browser sent a request that this server could not understand.<br />\n</p>\n";
    assert_page("", "GET /.. HTTP/1.1\r\nHost: f\r\n\r\n", "400 Bad Request", true, explanation);
}

#[test]
fn max_forwards_400() {
    let explanation = "<p>Your browser sent a request that this server could not understand.<br />\n\
                       The proxy server could not handle the request<p>Reason: \
                       <strong>Max-Forwards has reached zero - proxy loop?</strong></p></p>\n";
    let request = "GET /x HTTP/1.1\r\nHost: f\r\nMax-Forwards: 0\r\n\r\n";
    assert_page("ProxyPass / http://127.0.0.1:1/", request, "400 Proxy Error", true, explanation);
}

#[test]
fn invalid_port_400() {
    let explanation = "<p>Your browser sent a request that this server could not understand.<br />\n</p>\n";
    assert_page("ProxyPass / http://127.0.0.1:99999/", GET, "400 Bad Request", true, explanation);
}

#[test]
fn not_found_404() {
    let explanation = "<p>The requested URL was not found on this server.</p>\n";
    assert_page("", GET, "404 Not Found", false, explanation);
    assert_page("ProxyPass /x !\nProxyPass / http://127.0.0.1:1/", GET, "404 Not Found", false, explanation);
}

#[test]
fn expectation_failed_417() {
    let explanation = "<p>The expectation given in the Expect request-header\nfield could not be met by this server.\n\
                       The client sent<pre>\n    Expect: &lt;b&gt;\n</pre>\n</p>\
                       <p>Only the 100-continue expectation is supported.</p>\n";
    let request = "GET / HTTP/1.1\r\nHost: f\r\nExpect: <b>\r\n\r\n";
    assert_page("", request, "417 Expectation Failed", false, explanation);
}

#[test]
fn no_protocol_handler_500() {
    for lines in [
        "LoadModule proxy_module x\nProxyPass / http://127.0.0.1:1/",
        "LoadModule proxy_module x\nProxyPass / balancer://c/",
        "ProxyPass / ajp://127.0.0.1:1/",
        "ProxyPass / https://127.0.0.1:1/",
        "<Proxy balancer://c>\nBalancerMember http://127.0.0.1:1\n</Proxy>\nProxyPass / balancer://c",
    ] {
        assert_page(lines, GET, "500 Internal Server Error", true, INTERNAL);
    }
}

#[test]
fn dns_failure_500() {
    for (url, host) in [("http://nosuch.invalid/", "nosuch.invalid"), ("http://127.0.0.1:1", "127.0.0.1:1x")]
    {
        let explanation = format!(
            "The proxy server could not handle the request<p>Reason: \
             <strong>DNS lookup failure for: {host}</strong></p><p />\n"
        );
        assert_page(&format!("ProxyPass / {url}"), GET, "500 Proxy Error", true, &explanation);
    }
}

#[test]
fn bad_gateway_502() {
    let backend = Backend::scripted(|talk| _ = talk.hear());
    let explanation = "<p>The proxy server received an invalid\r\nresponse from an upstream server.<br />\r\n\
                       The proxy server could not handle the request<p>Reason: \
                       <strong>Error reading from remote server</strong></p></p>\n";
    let lines = format!("ProxyPass / http://{}/", backend.address);
    assert_page(&lines, GET, "502 Proxy Error", false, explanation);
}

#[test]
fn bad_gateway_502_without_a_reason() {
    let backend = Backend::answering("HTTP/1.1 200 OK\r\nno colon\r\n\r\n");
    let explanation =
        "<p>The proxy server received an invalid\r\nresponse from an upstream server.<br />\r\n</p>\n";
    let lines = format!("ProxyPass / http://{}/", backend.address);
    assert_page(&lines, GET, "502 Bad Gateway", false, explanation);
}

#[test]
fn unexpected_upgrade_502() {
    for (header, name) in [("Upgrade: <foo>\r\n", "&lt;foo&gt;"), ("", "n/a")] {
        let backend = Backend::answering(format!("HTTP/1.1 101 Switching Protocols\r\n{header}\r\n"));
        let explanation = format!(
            "<p>The proxy server received an invalid\r\nresponse from an upstream server.<br />\r\n\
             The proxy server could not handle the request<p>Reason: \
             <strong>Unexpected Upgrade: {name} (expecting n/a)</strong></p></p>\n"
        );
        let lines = format!("ProxyPass / http://{}/", backend.address);
        assert_page(&lines, GET, "502 Proxy Error", false, &explanation);
    }
}

#[test]
fn service_unavailable_503() {
    let dead = Reserved::new();
    for lines in [
        format!("ProxyPass / http://{}/", dead.address),
        "ProxyPass / balancer://nowhere/".to_owned(),
        format!(
            "LoadModule proxy_module x\nLoadModule proxy_balancer_module x\nLoadModule slotmem_shm_module x\n\
             LoadModule lbmethod_byrequests_module x\n\
             <Proxy balancer://c>\nBalancerMember http://{}\n</Proxy>\nProxyPass / balancer://c/",
            dead.address
        ),
    ] {
        assert_page(&lines, GET, "503 Service Unavailable", true, UNAVAILABLE);
    }
}

#[test]
fn head_gets_the_head_of_a_page() {
    let server = proxy("");
    let mut client = Client::saying(&server, "HEAD /x HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n");
    assert_eq!(
        client.head().steady_head(),
        "HTTP/1.1 404 Not Found\r\nDate: *\r\nServer: *\r\nConnection: close\r\n\
         Content-Type: text/html; charset=iso-8859-1\r\n\r\n"
    );
    assert!(client.is_closed());
}

#[test]
fn after_a_page_the_next_request_is_served() {
    let backend = Backend::answering(HELLO);
    let server = proxy(format!("ProxyPass /a http://{}/", backend.address));
    let mut client = Client::to(&server);
    for (path, status) in [("/", 404), ("/a", 200), ("/x", 404), ("/a", 200)] {
        client.say(format!("GET {path} HTTP/1.1\r\nHost: f\r\n\r\n"));
        assert_eq!(client.answer().status(), status);
    }
    assert_eq!(get(&proxy_to(&backend), "/a%2Fb").status(), 404);
}
