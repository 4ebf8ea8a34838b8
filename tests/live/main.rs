//! The live book over real sockets: what pages can do, what nobody else can, and that all who look see the same.

mod attacks;
mod endpoints;
#[path = "../ports/mod.rs"]
mod ports;
mod stream;
mod together;

use std::{sync::Arc, time::Duration};

use hop_by_hop::{
    course::{Folder, Live, Ports, book},
    lessons::LESSONS,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    time::timeout,
};

/// Longer than anything here takes; whoever waits so long waits in vain.
const PATIENCE: Duration = Duration::from_secs(10);

/// A book with few pages and a lab of its own, served until it is dropped.
struct Book {
    port: u16,
    token: String,
    ports: Ports,
    folder: Folder,
    files: tempfile::TempDir,
    _stop: oneshot::Sender<()>,
}

/// The key in the address of a book.
fn key(address: &str) -> String {
    address.split_once("/#key=").unwrap().1.split_whitespace().next().unwrap().to_owned()
}

/// An answer as it came.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Book {
    async fn open() -> Self {
        Self::on(Ports::ANY).await
    }

    async fn on(ports: Ports) -> Self {
        let files = tempfile::tempdir().unwrap();
        let pages = files.path().join("pages");
        std::fs::create_dir_all(&pages).unwrap();
        std::fs::write(files.path().join("secret.txt"), "secret").unwrap();
        for page in ["index.html", "404.html"] {
            std::fs::write(pages.join(page), format!("<title>{page}</title>")).unwrap();
        }
        let folder = Folder::new(files.path().join("my"));
        let live = Live::start(&LESSONS, ports, folder.clone()).unwrap();
        let listener = book::listen(0).unwrap();
        let here = listener.local_addr().unwrap();
        let (port, token) = (here.port(), key(&live.address(here)));
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&live);
        tokio::spawn(
            async move { book::serve(&pages, serving, listener, async { _ = stopped.await }).await },
        );
        let mut book = Self { port, token, ports, folder, files, _stop: stop };
        let session = book.session().await;
        book.ports = serde_json::from_value(session["ports"].clone()).unwrap();
        book
    }

    /// A book that another process serves.
    fn elsewhere(port: u16, token: String) -> Self {
        let files = tempfile::tempdir().unwrap();
        let folder = Folder::new(files.path());
        Self { port, token, ports: Ports::ANY, folder, files, _stop: oneshot::channel().0 }
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    async fn session(&self) -> Value {
        let (host, token) = (self.host(), &self.token);
        let head = format!("GET /live/session HTTP/1.1\r\nHost: {host}\r\nX-Hop-Token: {token}");
        let answer = ask(self.port, &head, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// What a page of the book sends.
    async fn post(&self, what: &str, wanted: &Value) -> (u16, Value) {
        let answer = self.post_with(what, &wanted.to_string(), &format!("X-Hop-Token: {}", self.token)).await;
        (answer.status, answer.json())
    }

    /// The same with other header lines in the token's place.
    async fn post_with(&self, what: &str, body: &str, headers: &str) -> Answer {
        let host = self.host();
        let head = format!(
            "POST /live/{what} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{headers}",
            body.len()
        );
        ask(self.port, head.trim_end(), body).await
    }

    /// A stage that must be reached.
    async fn stage(&self, stem: &str, state: &str) -> Value {
        let (status, stage) = self.post("stage", &json!({ "stem": stem, "state": state })).await;
        assert_eq!(status, 200, "{stage}");
        stage
    }

    /// A page that listens.
    async fn page(&self) -> Page {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let events = client
            .get(format!("http://{}/live/events?key={}", self.host(), self.token))
            .send()
            .await
            .unwrap();
        assert_eq!(events.status(), 200);
        assert_eq!(events.headers()["content-type"], "text/event-stream");
        let mut page = Page { events, read: Vec::new() };
        assert_eq!(page.next().await.0, "stage");
        assert_eq!(page.next().await.0, "progress");
        page
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}{}", self.head, self.body))
    }
}

/// An open page.
struct Page {
    events: reqwest::Response,
    read: Vec<u8>,
}

impl Page {
    async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some(end) = self.read.windows(2).position(|two| two == b"\n\n") {
                let event: Vec<u8> = self.read.drain(..end + 2).collect();
                let event = String::from_utf8(event).unwrap();
                let Some((name, data)) = event.split_once("\ndata: ") else { continue };
                let name = name.strip_prefix("event: ").unwrap().to_owned();
                return (name, serde_json::from_str(data).unwrap());
            }
            let chunk = timeout(PATIENCE, self.events.chunk()).await.expect("an event in time").unwrap();
            self.read.extend_from_slice(&chunk.expect("a stream without end"));
        }
    }

    async fn next_of(&mut self, wanted: &str) -> Value {
        loop {
            let (name, data) = self.next().await;
            if name == wanted {
                return data;
            }
        }
    }
}

/// Sends a request as it is written and reads to the end of the connection.
async fn ask(port: u16, head: &str, body: &str) -> Answer {
    let asked = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        // A server that refuses may close before it has read all.
        _ = stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n{body}").as_bytes()).await;
        let mut answer = Vec::new();
        _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    let answer = timeout(PATIENCE, asked).await.expect("an answer in time");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"));
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// What a reader's own `curl` gets.
async fn curl(port: u16, path: &str) -> Answer {
    ask(port, &format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}"), "").await
}

async fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).await.is_ok()
}
