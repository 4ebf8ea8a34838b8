//! What nobody may do: each attack by itself.

use serde_json::json;

use crate::{Answer, Book, ask, curl};

const STAGE: &str = r#"{"stem":"pass","state":"after"}"#;

/// Every address of the control interface.
const LIVE: [(&str, &str); 7] = [
    ("GET", "session"),
    ("GET", "events"),
    ("POST", "stage"),
    ("POST", "site"),
    ("POST", "run"),
    ("POST", "break"),
    ("POST", "check"),
];

/// A request that is right but for these header lines, to every address.
async fn everywhere(book: &Book, host: &str, headers: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (method, what) in LIVE {
        let head = format!(
            "{method} /live/{what} HTTP/1.1\r\nHost: {host}\r\nX-Hop-Token: {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n{headers}",
            book.token,
            STAGE.len()
        );
        answers.push(ask(book.port, head.trim_end(), STAGE).await);
    }
    answers
}

/// That all were refused, and that nothing has changed.
async fn all_refused(book: &Book, answers: &[Answer], attack: &str) {
    for answer in answers {
        assert_eq!(answer.status, 403, "{attack}: {}", answer.head);
        assert!(!answer.body.contains(&book.token), "{attack}");
        assert!(!answer.json()["remedy"].as_str().unwrap().is_empty(), "{attack}");
    }
    assert_eq!(book.session().await["stage"]["stem"], "modules", "{attack}");
}

#[tokio::test]
async fn a_name_that_was_pointed_here() {
    let book = Book::open().await;
    let port = book.port;
    for host in [
        "evil.test".to_owned(),
        format!("evil.test:{port}"),
        format!("127.0.0.1.evil.test:{port}"),
        format!("localhost.evil.test:{port}"),
        format!("127.0.0.1:{port}@evil.test"),
        format!("0.0.0.0:{port}"),
        format!("[::1]:{port}"),
        String::new(),
        format!("127.0.0.1:{port}\r\nHost: evil.test"),
    ] {
        all_refused(&book, &everywhere(&book, &host, "").await, &host).await;
        let page = ask(port, &format!("GET /index.html HTTP/1.1\r\nHost: {host}"), "").await;
        assert_eq!(page.status, 403, "{host}");
    }
    let whole =
        ask(port, &format!("GET http://evil.test/live/session HTTP/1.1\r\nHost: {}", book.host()), "").await;
    assert_eq!(whole.status, 403);
    assert_eq!(ask(port, "GET /live/session HTTP/1.0", "").await.status, 403);
}

#[tokio::test]
async fn a_page_of_another_origin() {
    let book = Book::open().await;
    let host = book.host();
    for origin in [
        "http://evil.test".to_owned(),
        "null".to_owned(),
        format!("https://{host}"),
        "http://127.0.0.1".to_owned(),
        format!("http://127.0.0.1:{}", book.port ^ 1),
        format!("http://localhost:{}", book.port),
        format!("http://{host}.evil.test"),
        format!("http://{host}\r\nOrigin: http://evil.test"),
    ] {
        all_refused(&book, &everywhere(&book, &host, &format!("Origin: {origin}")).await, &origin).await;
    }
    let own = format!("X-Hop-Token: {}\r\nOrigin: http://{host}\r\nSec-Fetch-Site: same-origin", book.token);
    assert_eq!(book.post_with("stage", STAGE, &own).await.status, 200);
}

#[tokio::test]
async fn a_request_across_sites() {
    let book = Book::open().await;
    let host = book.host();
    for site in ["cross-site", "same-site", "same-origin-not"] {
        let headers = format!("Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: navigate");
        all_refused(&book, &everywhere(&book, &host, &headers).await, site).await;
    }
    let page = async |headers: &str| {
        ask(book.port, &format!("GET /index.html HTTP/1.1\r\nHost: {host}\r\n{headers}"), "").await
    };
    // A link may lead here; a script, an image or a frame may not.
    let linked = page("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate").await;
    assert_eq!(linked.status, 200);
    assert!(linked.head.contains("frame-ancestors 'self'"), "{}", linked.head);
    assert_eq!(page("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors").await.status, 403);
}

#[tokio::test]
async fn no_token_or_a_wrong_one() {
    let book = Book::open().await;
    let other = Book::open().await;
    assert_ne!(book.token, other.token);
    for token in [
        String::new(),
        "X-Hop-Token:".to_owned(),
        format!("X-Hop-Token: {}", other.token),
        format!("X-Hop-Token: {}", &book.token[..31]),
        format!("X-Hop-Token: {}0", book.token),
        format!("X-Hop-Token: {}", book.token.to_uppercase()),
        format!("Cookie: X-Hop-Token={}", book.token),
        format!("X-Hop-Token: {}\r\nX-Hop-Token: {}", other.token, book.token),
    ] {
        for (method, what) in LIVE {
            let answer = match method {
                "POST" => book.post_with(what, STAGE, &token).await,
                _ => {
                    let head = format!("{method} /live/{what} HTTP/1.1\r\nHost: {}\r\n{token}", book.host());
                    ask(book.port, head.trim_end(), "").await
                }
            };
            all_refused(&book, &[answer], &token).await;
        }
    }
    for name in ["token", "key"] {
        let in_the_address = book.post_with(&format!("stage?{name}={}", book.token), STAGE, "").await;
        assert_eq!(in_the_address.status, 403);
        let of_session = curl(book.port, &format!("/live/session?{name}={}", book.token)).await;
        assert_eq!(of_session.status, 403);
    }
    for wrong in [other.token.as_str(), "", &format!("{}0", book.token)] {
        assert_eq!(curl(book.port, &format!("/live/events?key={wrong}")).await.status, 403, "{wrong}");
    }
}

/// Another user of the machine can connect, and read what is served; no page tells the key, nor any refusal.
#[tokio::test]
async fn nobody_is_told_the_key() {
    let book = Book::open().await;
    let mut answers = vec![curl(book.port, "/").await, curl(book.port, "/nothing").await];
    for (method, what) in LIVE {
        let head = format!("{method} /live/{what} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0", book.host());
        answers.push(ask(book.port, &head, "").await);
        assert_eq!(answers.last().unwrap().status, 403, "{what}");
    }
    for answer in answers {
        assert!(!answer.head.contains(&book.token) && !answer.body.contains(&book.token), "{}", answer.head);
    }
    assert!(!book.session().await.to_string().contains(&book.token));
}

#[tokio::test]
async fn another_method() {
    let book = Book::open().await;
    for (right, what) in LIVE {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            if method == right {
                continue;
            }
            let head = format!(
                "{method} /live/{what}?stem=pass&state=after HTTP/1.1\r\nHost: {}\r\nX-Hop-Token: {}",
                book.host(),
                book.token
            );
            assert_eq!(ask(book.port, &head, "").await.status, 405, "{method} {what}");
        }
    }
    assert_eq!(book.session().await["stage"]["stem"], "modules");
}

#[tokio::test]
async fn a_form_of_another_page() {
    let book = Book::open().await;
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonx"]
    {
        let head = format!(
            "POST /live/stage HTTP/1.1\r\nHost: {}\r\nX-Hop-Token: {}\r\nContent-Type: {kind}\r\nContent-Length: {}",
            book.host(),
            book.token,
            STAGE.len()
        );
        assert_eq!(ask(book.port, &head, STAGE).await.status, 415, "{kind}");
    }
    let token = format!("X-Hop-Token: {}", book.token);
    for wrong in ["", "{", "[]", r#"{"stem":"pass"}"#, r#"{"stem":1,"state":"after"}"#] {
        assert_eq!(book.post_with("stage", wrong, &token).await.status, 400, "{wrong}");
    }
    assert_eq!(book.session().await["stage"]["stem"], "modules");
}

#[tokio::test]
async fn a_body_that_is_too_large() {
    let book = Book::open().await;
    let token = format!("X-Hop-Token: {}", book.token);
    let body = |length: usize| json!({ "stem": "pass", "text": "#".repeat(length) }).to_string();
    assert_eq!(book.post_with("site", &body((64 << 10) + 1), &token).await.status, 413);
    assert_eq!(book.post_with("site", &body((64 << 10) - 100), &token).await.status, 422);
    // One that does not say how long it is.
    let chunk = "#".repeat(70 << 10);
    let head = format!(
        "POST /live/site HTTP/1.1\r\nHost: {}\r\n{token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked",
        book.host()
    );
    let endless = ask(book.port, &head, &format!("{:x}\r\n{chunk}\r\n0\r\n\r\n", chunk.len())).await;
    assert_eq!(endless.status, 413);
}

#[tokio::test]
async fn names_that_are_not_there() {
    let book = Book::open().await;
    for (what, wanted) in [
        ("stage", json!({ "stem": "../pass", "state": "after" })),
        ("stage", json!({ "stem": "pass", "state": "AFTER" })),
        ("stage", json!({ "stem": "pass", "state": "mine" })),
        ("stage", json!({ "stem": "pass", "state": "break:" })),
        ("stage", json!({ "stem": "pass", "state": "break:../slash" })),
        ("site", json!({ "stem": "/etc/passwd", "text": "" })),
        ("run", json!({ "stem": "pass", "step": 0 })),
        ("run", json!({ "stem": "pass", "step": 4 })),
        ("run", json!({ "stem": "nothing", "step": 1 })),
        ("break", json!({ "stem": "pass", "name": "nothing" })),
        ("break", json!({ "stem": "nothing", "name": "slash" })),
        ("check", json!({ "stem": "" })),
    ] {
        let (status, error) = book.post(what, &wanted).await;
        assert_eq!(status, 404, "{wanted}");
        assert!(error["text"].as_str().unwrap().starts_with("there is no such "), "{error}");
    }
    let (status, _) = book.post("run", &json!({ "stem": "pass", "step": -1 })).await;
    assert_eq!(status, 400);
    assert_eq!(book.session().await["stage"]["stem"], "modules");
}

#[tokio::test]
async fn a_site_that_leaves_the_lab() {
    let book = Book::open().await;
    book.stage("pass", "after").await;
    // Whoever is asked in vain would notice.
    let victim = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = victim.local_addr().unwrap().port();
    let (front, one) = (book.ports.front, book.ports.one);
    let listen = format!("Listen 127.0.0.1:{front}\n");
    let mut sites = Vec::new();
    for url in [
        format!("http://127.0.0.1:{elsewhere}/"),
        format!("http://localhost:{elsewhere}/"),
        format!("HTTP://LOCALHOST:{elsewhere}/"),
        format!("http://127.0.0.1:{one}@127.0.0.1:{elsewhere}/"),
        format!("http://127.0.0.1.evil.test:{one}/"),
        format!("http://[::1]:{one}/"),
        format!("http://[::ffff:127.0.0.1]:{elsewhere}/"),
        format!("http://127.1:{elsewhere}/"),
        format!("http://127.0.0.1:{front}/"),
        format!("http://127.0.0.1:{}/", book.port),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ] {
        sites.push(format!("{listen}ProxyPass / {url}\n"));
        sites.push(format!(
            "{listen}<VirtualHost *:{front}>\nProxyPass /x !\nProxyPass / {url}\n</VirtualHost>\n"
        ));
        sites.push(format!(
            "{listen}<Proxy balancer://c>\nBalancerMember {url}\n</Proxy>\nProxyPass / balancer://c/\n"
        ));
    }
    for name in ["evil.test", "localhost.evil.test"] {
        sites.push(format!(
            "{listen}<VirtualHost {name}:{front}>\nProxyPass / http://127.0.0.1:{one}/\n</VirtualHost>\n"
        ));
    }
    sites.push(format!(
        "{listen}<Proxy balancer://c>\nBalancerMember balancer://127.0.0.1:{elsewhere}\n</Proxy>\n"
    ));
    let right = format!("ProxyPass / http://127.0.0.1:{one}/\n");
    for wrong in
        [format!("Listen {elsewhere}"), "Listen 0.0.0.0:8".to_owned(), format!("Listen [::]:{front}")]
    {
        sites.push(format!("{wrong}\n{right}"));
        sites.push(format!("{listen}{wrong}\n{right}"));
    }
    for text in sites {
        let (status, error) = book.post("site", &json!({ "stem": "pass", "text": text })).await;
        assert_eq!(status, 422, "{text}");
        assert!(!error["remedy"].as_str().unwrap().is_empty(), "{text}");
        assert!(curl(front, "/").await.body.ends_with("Hello world!"), "{text}");
    }
    let asked = tokio::time::timeout(std::time::Duration::ZERO, victim.accept()).await;
    assert!(asked.is_err(), "somebody else was asked");
}

#[cfg(unix)]
#[tokio::test]
async fn a_module_from_any_path_is_not_opened() {
    let book = Book::open().await;
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    // Whoever opens it for reading waits for ever.
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let modules: String =
        ["proxy", "proxy_http"].map(|m| format!("LoadModule {m}_module {}\n", pipe.display())).concat();
    let (front, one) = (book.ports.front, book.ports.one);
    let text = format!("{modules}Listen 127.0.0.1:{front}\nProxyPass / http://127.0.0.1:{one}/\n");
    assert_eq!(book.post("site", &json!({ "stem": "pass", "text": text })).await.0, 200);
    for other in
        ["Include /etc/passwd", "LoadFile /etc/passwd", "CustomLog /x y", "DocumentRoot /", "ErrorLog |sh"]
    {
        let text = format!("Listen 127.0.0.1:{front}\n{other}\n");
        assert_eq!(book.post("site", &json!({ "stem": "pass", "text": text })).await.0, 422, "{other}");
    }
}

#[tokio::test]
async fn files_beside_the_pages() {
    let book = Book::open().await;
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/./../secret.txt",
        "//../secret.txt",
        "/live/../../secret.txt",
        "/index.html/../../secret.txt",
        "/..%252fsecret.txt",
        "/%00/../secret.txt",
        "/..%c0%afsecret.txt",
        "/../my/.book",
        "/../my/progress",
    ] {
        let answer = curl(book.port, path).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.body.contains("secret"), "{path}");
    }
    let absolute = book.files.path().join("secret.txt");
    assert_ne!(curl(book.port, &format!("/{}", absolute.display())).await.status, 200);
}

#[tokio::test]
async fn no_answer_lets_another_origin_read_it() {
    let book = Book::open().await;
    let asks = format!("Origin: http://{}\r\nAccess-Control-Request-Method: POST", book.host());
    let mut answers = Vec::new();
    for (method, what) in LIVE {
        for method in [method, "OPTIONS"] {
            if what == "events" && method == "GET" {
                continue;
            }
            let head = format!("{method} /live/{what} HTTP/1.1\r\nHost: {}\r\n{asks}", book.host());
            answers.push(ask(book.port, &head, "").await);
        }
    }
    answers.extend([curl(book.port, "/").await, curl(book.port, "/nothing").await]);
    answers.push(book.post_with("stage", STAGE, &format!("X-Hop-Token: {}", book.token)).await);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let events =
        client.get(format!("http://{}/live/events?key={}", book.host(), book.token)).send().await.unwrap();
    assert!(events.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
    for answer in answers {
        assert!(!answer.head.contains("access-control"), "{}", answer.head);
        assert!(answer.head.contains("cross-origin-resource-policy: same-origin"), "{}", answer.head);
        assert!(answer.head.contains("x-content-type-options: nosniff"), "{}", answer.head);
    }
}
