//! The command line, run as a reader runs it without a terminal: what it prints, how it ends, what it leaves.

mod ports;
mod shown;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use hop_by_hop::lessons::LESSONS;

fn lesson(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lesson"));
    // As installed, not as started by Cargo.
    command.args(arguments).env_remove("CARGO").stdin(Stdio::null());
    command
}

fn output(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = lesson(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// A process that is ended when the test ends, however it ends.
struct Running(Child);

impl Running {
    fn start(mut command: Command) -> Self {
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Sends a signal to this very process and waits for its exit code.
    fn signal(mut self, signal: &str) -> Option<i32> {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        self.0.wait().unwrap().code()
    }

    fn line_with(&mut self, part: &str) -> String {
        let lines = BufReader::new(self.0.stdout.as_mut().unwrap()).lines();
        let mut seen = lines.map(Result::unwrap).filter(|line| line.contains(part));
        seen.next().unwrap_or_else(|| panic!("no line with {part}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn site_file(folder: &Path, text: &str) -> String {
    let path = folder.join("site.conf");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn list_is_what_no_argument_prints_without_a_terminal() {
    let (code, listed, _) = output(&["list", "--dir", "nowhere"]);
    assert_eq!(code, Some(0));
    shown::snapshot("cli_list", &listed);
    assert_eq!(output(&["--dir", "nowhere"]).1, listed);
}

#[test]
fn each_lesson_runs_red_then_green_and_exits() {
    for (at, lesson) in LESSONS.iter().enumerate() {
        let ports = ports::free();
        let wanted = ports::list(&ports);
        let (code, text, error) = output(&[lesson.stem, "--ports", &wanted]);
        assert_eq!(code, Some(0), "{}: {error}", lesson.stem);
        assert!(!text.contains('\u{1b}'), "{}: colour in a pipe", lesson.stem);
        let (red, green) = text.split_once("\nAfter, ").unwrap();
        assert!(red.contains("✗ failed") && !green.contains("✗ failed"), "{}", lesson.stem);
        let timeless = |line: &str| {
            line.split_once("Date: ").map_or(line.to_owned(), |(at, _)| format!("{at}Date: (now)"))
        };
        let text: Vec<_> = text.lines().map(timeless).collect();
        shown::snapshot(&format!("cli_lesson_{}", lesson.stem), &ports.as_in_the_guide(&text.join("\n")));
        let by_number = output(&[&(at + 1).to_string(), "--ports", "0,0,0"]);
        assert_eq!(by_number.0, Some(0), "{}", by_number.2);
        assert!(
            [ports.front, ports.one, ports.two].into_iter().all(is_free),
            "{}: a port is held",
            lesson.stem
        );
    }
}

#[test]
fn check_says_how_every_step_went() {
    let (code, text, _) = output(&["check"]);
    assert_eq!(code, Some(0));
    shown::snapshot("cli_check", &text);
    let (code, one, _) = output(&["check", "4"]);
    assert_eq!(code, Some(0));
    assert!(one.contains("Lesson 4: preserve_host") && !one.contains("Lesson 3"));
}

#[test]
fn check_prints_one_json_document() {
    let (code, text, _) = output(&["check", "--json"]);
    assert_eq!(code, Some(0));
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["passed"], true);
    let lessons = report["lessons"].as_array().unwrap();
    assert_eq!(lessons.len(), LESSONS.len());
    assert_eq!((&lessons[2]["number"], &lessons[2]["stem"]), (&3.into(), &"pass".into()));
    for step in lessons.iter().flat_map(|lesson| lesson["steps"].as_array().unwrap()) {
        assert_eq!(step["passed"], true);
        assert_eq!(step["expected"], step["actual"]);
        assert!(step["curl"].as_str().unwrap().starts_with("curl -i "));
    }
}

#[test]
fn a_wrong_word_is_answered_with_the_right_one() {
    for (arguments, expected) in [
        (vec!["pas"], "there is no lesson 'pas'; did you mean: lesson pass"),
        (vec!["check", "77"], "to see what there is: lesson list"),
        (vec!["3", "--ports", "1,2"], "write three ports, as in 8000,8080,8081"),
        (vec!["3", "--ports", "1,2,99999"], "write three ports, as in 8000,8080,8081"),
    ] {
        let (code, _, error) = output(&arguments);
        assert!(code != Some(0) && error.contains(expected), "{arguments:?}: {error}");
    }
}

#[test]
fn a_taken_port_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (code, _, error) = output(&["3", "--ports", &format!("{port},0,0")]);
    assert_eq!(code, Some(1));
    assert!(error.contains(&format!("port {port}, where the proxy was to run, is taken")), "{error}");
    assert!(error.contains("--ports 0,0,0"), "{error}");
}

#[test]
fn solved_starts_finished_and_stops_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let ports = ports::free();
        let wanted = ports::list(&ports);
        let mut running = Running::start(lesson(&["6", "--solved", "--ports", &wanted]));
        running.line_with("Your turn");
        let front = format!("127.0.0.1:{}", ports.front);
        let bodies = ["Hello world!", "Howdy world!", "Hello world!"];
        assert!(bodies.into_iter().all(|body| get(&front, "/").ends_with(body)));
        assert_eq!(running.signal(signal), Some(0));
        assert!([ports.front, ports.one, ports.two].into_iter().all(is_free));
    }
}

#[test]
fn serve_runs_any_site_until_it_is_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    let site = site_file(folder.path(), &format!("Listen 127.0.0.1:{}\nProxyPass /x !\n", ports.front));
    for signal in ["-INT", "-TERM"] {
        let mut running = Running::start(lesson(&["serve", &site]));
        running.line_with("listening on http://127.0.0.1:");
        assert!(get(&format!("127.0.0.1:{}", ports.front), "/").starts_with("HTTP/1.1 404 Not Found\r\n"));
        assert_eq!(running.signal(signal), Some(0));
        assert!(is_free(ports.front));
    }
}

#[test]
fn serve_says_why_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken_site = format!("Listen {}\n", taken.local_addr().unwrap());
    for (site, expected) in [
        (taken_site.as_str(), "AH00072: make_sock: could not bind to address 127.0.0.1:"),
        ("ProxyPass / http://127.0.0.1:8080/\n", "AH00451: no listening sockets available"),
        (
            "Listen 127.0.0.1:1\nLoadModule proxy_module m\nLoadModule proxy_balancer_module m\n<Proxy balancer://c>\n</Proxy>\n",
            "AH0",
        ),
    ] {
        let (code, _, error) = output(&["serve", &site_file(folder.path(), site)]);
        assert_eq!(code, Some(1), "{site}");
        assert!(error.contains(expected) && error.contains("\nwhat to do: "), "{error}");
    }
}

#[test]
fn configtest_is_ok_or_says_where_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let good = site_file(folder.path(), "Listen 8000\nproxypass / http://127.0.0.1:8080/\n");
    assert_eq!(output(&["configtest", &good]), (Some(0), "Syntax OK\n".to_owned(), String::new()));
    let bad = site_file(folder.path(), "Listen 8000\n\nProxyPas / http://127.0.0.1:8080/\n");
    let (code, printed, error) = output(&["configtest", &bad]);
    assert_eq!((code, printed.as_str()), (Some(1), ""));
    let wrong = format!("AH00526: Syntax error on line 3 of {bad}:\nInvalid command 'ProxyPas', ");
    assert!(error.contains(&wrong), "{error}");
    assert!(error.ends_with("\nwhat to do: did you mean ProxyPass?\n"), "{error}");
    let (code, _, error) = output(&["configtest", "no/such/file"]);
    assert!(code == Some(1) && error.contains("no/such/file cannot be read"), "{error}");
}

/// An undefined one stands for itself, as in Apache.
#[test]
fn a_site_file_may_have_variables_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let site = site_file(folder.path(), "Listen 127.0.0.1:${HOP_PORT}\nProxyPass ${HOP_PASS}\n");
    let mut command = lesson(&["configtest", &site]);
    command.env("HOP_PORT", "8000").env("HOP_PASS", "/ http://127.0.0.1:8080/ timeout=5");
    assert!(command.output().unwrap().status.success());
    command.env_remove("HOP_PORT");
    let said = String::from_utf8(command.output().unwrap().stderr).unwrap();
    assert!(said.contains("line 1 of") && said.contains("Port must be specified"), "{said}");
}

#[test]
fn book_serves_the_book_until_it_is_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let my = folder.path().join("my");
    let place = ["--ports", "0,0,0", "--dir", my.to_str().unwrap()];
    let mut running = Running::start(lesson(&[&["book", "--no-open", "--port", "0"][..], &place].concat()));
    let line = running.line_with("The book is at http://127.0.0.1:");
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    for (page, content) in [("/", "<title>"), ("/pass.html", "ProxyPass"), ("/nothing.html", "HTTP/1.1 404")]
    {
        assert!(get(&address, page).contains(content), "{page}");
    }
    assert_eq!(running.signal("-INT"), Some(0));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut running = Running::start(lesson(&["check"]));
    drop(running.0.stdout.take());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    let mut error = String::new();
    running.0.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    assert_eq!(error, "");
}
