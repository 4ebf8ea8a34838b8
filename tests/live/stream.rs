//! What open pages see, how soon, and that none of them holds up the proxy.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::{Book, PATIENCE, curl};

#[tokio::test]
async fn a_readers_own_curl_is_on_the_page_at_once() {
    let book = Book::open().await;
    book.stage("preserve_host", "after").await;
    let mut page = book.page().await;
    let mut worst = Duration::ZERO;
    for _ in 0..20 {
        let asked = Instant::now();
        let (answer, told) = tokio::join!(curl(book.ports.front, "/received"), page.next_of("exchange"));
        worst = worst.max(asked.elapsed());
        assert_eq!(answer.status, 200);
        assert_eq!(told["backend"], format!("127.0.0.1:{}", book.ports.one));
        assert_eq!(told["client_sent"]["start"], "GET /received HTTP/1.1");
        assert_eq!(told["backend_answered"]["start"], "HTTP/1.1 200 OK");
        let lines = told["request"].as_array().unwrap();
        let added = json!({ "text": "X-Forwarded-For: 127.0.0.1", "mark": "added", "was": null });
        assert!(lines.contains(&added), "{told}");
    }
    println!("request to trace on the page: {worst:?} at worst of 20");
    assert!(worst < Duration::from_millis(50), "{worst:?}");
}

#[tokio::test]
async fn an_answer_of_the_proxys_own_is_told_with_its_error() {
    let book = Book::open().await;
    book.stage("pass", "before").await;
    let mut page = book.page().await;
    curl(book.ports.front, "/").await;
    let told = page.next_of("exchange").await;
    assert_eq!((&told["backend"], &told["backend_received"]), (&json!(null), &json!(null)));
    assert_eq!((&told["request"], &told["answer"]), (&json!([]), &json!([])));
    assert!(told["error"].is_string());
    assert_eq!(told["client_got"]["start"], "HTTP/1.1 404 Not Found");
}

#[tokio::test]
async fn no_control_character_from_outside_reaches_the_page() {
    let book = Book::open().await;
    let site =
        format!("Listen 127.0.0.1:{}\nProxyPass / http://127.0.0.1:{}\n", book.ports.front, book.ports.one);
    let (status, _) = book.post("site", &json!({ "stem": "pass", "text": site })).await;
    assert_eq!(status, 200);
    let mut page = book.page().await;
    let head = "GET /x%1b[2J%0Aforged%7f HTTP/1.1\r\nHost: a\r\nX-One: \u{9b}2J";
    crate::ask(book.ports.front, head, "").await;
    let told = page.next_of("exchange").await;
    assert!(told["error"].as_str().unwrap().contains("\\x1b[2J\\nforged\\x7f"), "{told}");
    let bad = json!({ "stem": "pass", "text": "Listen 8000\nProxy\u{1b}[2JPas / \u{9b}x\n" });
    let (status, refused) = book.post("site", &bad).await;
    assert_eq!(status, 422);
    for shown in [told, refused] {
        // In JSON these stand as escapes, or as they are.
        let controls = (0..0x20).chain([0x7f]).chain(0x80..0xa0).filter_map(char::from_u32);
        let text = shown.to_string();
        for c in controls {
            assert!(!text.contains(c) && !text.contains(&format!("\\u{:04x}", u32::from(c))), "{text}");
        }
    }
}

#[tokio::test]
async fn two_pages_agree() {
    let book = Book::open().await;
    let (mut one, mut two) = (book.page().await, book.page().await);
    book.stage("balancer", "after").await;
    for _ in 0..4 {
        curl(book.ports.front, "/").await;
    }
    book.post("check", &json!({ "stem": "balancer" })).await;
    book.stage("balancer", "before").await;
    loop {
        let (seen, too) = (one.next().await, two.next().await);
        assert_eq!(seen, too);
        if seen.0 == "stage" && seen.1["state"] == "before" {
            break;
        }
    }
}

/// How long many requests over one connection take.
async fn requests(front: u16, count: usize) -> Duration {
    let mut client = TcpStream::connect(("127.0.0.1", front)).await.unwrap();
    // Long ones, so that no buffer between the book and a page holds all that is told of them.
    let request = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(6000));
    let began = Instant::now();
    let mut answer = [0; 4096];
    for _ in 0..count {
        client.write_all(request.as_bytes()).await.unwrap();
        let read = client.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
    }
    began.elapsed()
}

#[tokio::test]
async fn a_page_that_never_reads_holds_nobody_up() {
    let book = Book::open().await;
    book.stage("pass", "after").await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut lazy = socket.connect(([127, 0, 0, 1], book.port).into()).await.unwrap();
    let asks = format!("GET /live/events?key={} HTTP/1.1\r\nHost: {}\r\n\r\n", book.token, book.host());
    lazy.write_all(asks.as_bytes()).await.unwrap();
    lazy.readable().await.unwrap();

    let mut slowest = Duration::ZERO;
    for _ in 0..10 {
        slowest = slowest.max(requests(book.ports.front, 200).await);
    }
    println!("200 requests while a page does not read: {slowest:?} at worst of 10");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    // Other pages are as they were.
    let mut page = book.page().await;
    curl(book.ports.front, "/").await;
    page.next_of("exchange").await;

    // When it reads again, it is told what it missed, and how things stand.
    let caught_up = async {
        let (mut seen, mut part) = (String::new(), vec![0; 1 << 16]);
        while !seen.contains("event: missed")
            || !seen.rsplit_once("event: missed").unwrap().1.contains("event: progress")
        {
            let read = lazy.read(&mut part).await.unwrap();
            assert!(read > 0);
            seen += &String::from_utf8_lossy(&part[..read]);
        }
        seen.rsplit_once("event: missed").unwrap().1.to_owned()
    };
    let after = tokio::time::timeout(PATIENCE, caught_up).await.unwrap();
    assert!(after.contains("event: stage"), "{after}");
}
