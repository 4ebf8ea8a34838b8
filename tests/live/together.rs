//! One lab for the book and the terminal, as processes of their own.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use hop_by_hop::course::Ports;
use serde_json::{Value, json};

use crate::{Book, ask, curl, key, listens, ports};

fn lesson(arguments: &[&str], ports: &Ports, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lesson"));
    command.args(arguments).env_remove("CARGO").stdin(Stdio::null());
    command.args(["--ports", &ports::list(ports)]);
    command.args(["--dir", folder.join("my").to_str().unwrap()]);
    command
}

/// A process that is ended when the test ends, however it ends.
struct Running(Child);

impl Running {
    fn start(mut command: Command) -> Self {
        Self(command.stdout(Stdio::piped()).spawn().unwrap())
    }

    fn line_with(&mut self, part: &str) -> String {
        // Byte by byte, so that nothing is lost between two calls.
        let mut lines =
            BufReader::with_capacity(1, self.0.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        lines.find(|line| line.contains(part)).unwrap_or_else(|| panic!("no line with {part}"))
    }

    fn interrupt(mut self) -> (Option<i32>, Duration) {
        let told = Instant::now();
        assert!(Command::new("kill").args(["-INT", &self.0.id().to_string()]).status().unwrap().success());
        (self.0.wait().unwrap().code(), told.elapsed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// The real command, and its book as a page sees it.
async fn open(ports: &Ports, folder: &Path) -> (Running, Book) {
    let mut running = Running::start(lesson(&["book", "--no-open", "--port", "0"], ports, folder));
    let line = running.line_with("The book is at http://127.0.0.1:");
    let port = line.split("http://127.0.0.1:").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
    let mut book = Book::elsewhere(port, key(&line));
    let session = book.session().await;
    assert_eq!(session["trouble"], Value::Null);
    book.ports = serde_json::from_value(session["ports"].clone()).unwrap();
    (running, book)
}

#[tokio::test]
async fn a_lesson_in_the_terminal_is_seen_on_the_page() {
    let (ports, folder) = (ports::free(), tempfile::tempdir().unwrap());
    let (_running, book) = open(&ports, folder.path()).await;
    assert_eq!(book.ports, ports);
    let mut page = book.page().await;
    let mut command = lesson(&["4"], &ports, folder.path());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains(&format!("The book is open at http://127.0.0.1:{}/", book.port)), "{text}");
    let (red, green) = text.split_once("\nAfter, ").unwrap();
    assert!(red.contains("✗ failed") && !green.contains("✗ failed"), "{text}");
    assert_eq!(text.matches(" received of the client's request").count(), 6, "{text}");
    for state in ["before", "after"] {
        let stage = page.next_of("stage").await;
        assert_eq!((&stage["stem"], &stage["state"]), (&json!("preserve_host"), &json!(state)));
        for _ in 0..3 {
            page.next_of("exchange").await;
        }
    }
}

#[tokio::test]
async fn a_practice_in_the_terminal_runs_its_file_in_the_books_lab() {
    let (ports, folder) = (ports::free(), tempfile::tempdir().unwrap());
    let (_running, book) = open(&ports, folder.path()).await;
    let mut page = book.page().await;
    let text = format!("Listen 127.0.0.1:{}\nProxyPass / http://127.0.0.1:{}/\n", ports.front, ports.one);
    std::fs::write(folder.path().join("my/pass.conf"), &text).unwrap();
    let mut command = lesson(&["practice", "3"], &ports, folder.path());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("All green"), "{printed}");
    let stage = page.next_of("stage").await;
    assert_eq!((&stage["state"], &stage["site"]), (&json!("mine"), &json!(text)));
    assert_eq!(page.next_of("progress").await, json!({ "done": ["pass"] }));
}

#[tokio::test]
async fn the_pages_requests_are_seen_in_the_terminal() {
    let (ports, folder) = (ports::free(), tempfile::tempdir().unwrap());
    let (running, book) = open(&ports, folder.path()).await;
    let mut terminal = Running::start(lesson(&["4", "--solved"], &ports, folder.path()));
    terminal.line_with("Ctrl-C stops");
    let (status, _) = book.post("run", &json!({ "stem": "preserve_host", "step": 2 })).await;
    assert_eq!(status, 200);
    assert!(terminal.line_with("GET ").contains("GET /received HTTP/1.1"));
    assert_eq!(running.interrupt().0, Some(0));
    terminal.line_with("The book was closed");
    assert_eq!(terminal.0.wait().unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_book_that_is_gone_says_nothing() {
    let (ports, folder) = (ports::free(), tempfile::tempdir().unwrap());
    let (running, book) = open(&ports, folder.path()).await;
    let note = folder.path().join("my/.book");
    let stale = std::fs::read_to_string(&note).unwrap();
    assert!(stale.contains(&book.token));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&note).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(running.interrupt().0, Some(0));
    assert!(!note.exists());
    let other = Book::open().await;
    for text in [
        stale.clone(),
        stale.replace(&book.port.to_string(), &other.port.to_string()),
        "{}".to_owned(),
        "x".to_owned(),
    ] {
        std::fs::write(&note, text).unwrap();
        let mut command = lesson(&["3"], &ports, folder.path());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && !printed.contains("The book is open"), "{printed}");
    }
}

#[tokio::test]
async fn a_book_and_a_lesson_of_other_folders_each_say_what_is_taken() {
    let (ports, folder, other) = (ports::free(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (running, _) = open(&ports, folder.path()).await;
    let mut command = lesson(&["3"], &ports, other.path());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains(&format!("port {}", ports.front)), "{error}");
    drop(running);
    let mut terminal = Running::start(lesson(&["3", "--solved"], &ports, other.path()));
    terminal.line_with("Ctrl-C stops");
    let mut book = Running::start(lesson(&["book", "--no-open", "--port", "0"], &ports, folder.path()));
    book.line_with("perhaps by a lesson in a terminal");
}

#[tokio::test]
async fn ctrl_c_stops_the_book_at_once_though_a_page_is_open() {
    let (ports, folder) = (ports::free(), tempfile::tempdir().unwrap());
    let (running, book) = open(&ports, folder.path()).await;
    let _page = book.page().await;
    book.stage("pass", "after").await;
    let (code, took) = running.interrupt();
    println!("Ctrl-C to the end with a page open: {took:?}");
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert!(!listens(book.port).await && !listens(ports.front).await);
}

#[tokio::test]
async fn the_first_page_and_every_other() {
    let (ports, folder) = (ports::free(), tempfile::tempdir().unwrap());
    let (_running, book) = open(&ports, folder.path()).await;
    for path in ["/", "/pass.html"] {
        let page = curl(book.port, path).await;
        assert!(page.status == 200 && page.body.contains("<title>"), "{path}: {}", page.head);
    }
    let foreign = ask(book.port, "GET / HTTP/1.1\r\nHost: evil.test", "").await;
    assert_eq!(foreign.status, 403);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nothing_listens_anywhere_but_on_loopback() {
    let (ports, folder) = (ports::free(), tempfile::tempdir().unwrap());
    let (running, book) = open(&ports, folder.path()).await;
    book.stage("balancer", "after").await;
    let process = format!("/proc/{}", running.0.id());
    let sockets: Vec<String> = std::fs::read_dir(format!("{process}/fd"))
        .unwrap()
        .filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let mut listening = 0;
    for table in ["tcp", "tcp6"] {
        for line in std::fs::read_to_string(format!("{process}/net/{table}")).unwrap().lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // 0A is LISTEN, 0100007F is 127.0.0.1.
            if fields[3] == "0A" && sockets.iter().any(|socket| socket == fields[9]) {
                assert!(fields[1].starts_with("0100007F:"), "{line}");
                listening += 1;
            }
        }
    }
    assert_eq!(listening, 4, "the book, the proxy, two backends");
}
