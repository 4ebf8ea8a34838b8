//! What comes from outside and means no good, and what is not there when it is needed: for the lesson command.
#![cfg(unix)]

#[cfg(target_os = "linux")]
mod crowds;
mod output;
mod pipes;
#[path = "../ports/mod.rs"]
mod ports;
mod shown;
mod strangers;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

fn lesson(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lesson"));
    // As installed, not as started by Cargo.
    command.args(arguments).env_remove("CARGO").stdin(Stdio::null());
    command
}

/// A process that is ended when the test ends, however it ends.
struct Running(Child);

impl Running {
    fn start(mut command: Command) -> Self {
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    fn line_with(&mut self, part: &str) -> String {
        // Byte by byte, so that nothing is lost between two calls.
        let lines = BufReader::with_capacity(1, self.0.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let mut seen = lines.filter(|line| line.contains(part));
        seen.next().unwrap_or_else(|| panic!("no line with {part}"))
    }

    /// Sends a signal to this very process and waits for its end; what it complained of.
    fn signal(self, signal: &str) -> (Option<i32>, String) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        self.ends()
    }

    /// Waits for its end, which comes soon; its exit code, and what it complained of.
    fn ends(mut self) -> (Option<i32>, String) {
        let start = Instant::now();
        while self.0.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
        let mut complaints = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
        (self.0.wait().unwrap().code(), complaints)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// Sends a request as it is written, and reads the whole answer.
fn ask(port: u16, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn site_file(folder: &Path, text: &str) -> String {
    let path = folder.join("site.conf");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}
