//! `lesson serve` as a process that gets signals, and whose words are read.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};
use tempfile::TempDir;

use crate::ports;

const PATIENCE: Duration = Duration::from_secs(20);

/// A running `lesson serve`, ended with the value.
pub struct Served {
    child: Child,
    folder: TempDir,
    pub address: SocketAddr,
    out: Receiver<String>,
    err: Receiver<String>,
}

impl Served {
    /// Serves these lines, below a `Listen` line for a free port.
    pub fn start(lines: &str) -> Self {
        Self::start_by(&[], lines)
    }

    /// The same, started by a command that ends with `lesson serve SITE`.
    pub fn start_by(starter: &[&str], lines: &str) -> Self {
        Self::try_start_by(starter, lines).unwrap_or_else(|said| panic!("it does not start: {said}"))
    }

    /// The same, or what it says when it ends instead.
    pub fn try_start_by(starter: &[&str], lines: &str) -> Result<Self, String> {
        Self::spawn(starter, Stdio::piped(), lines)
    }

    /// Serves these lines, and writes what it complains of there.
    pub fn start_saying_to(errors: Stdio, lines: &str) -> Self {
        Self::spawn(&[], errors, lines).unwrap()
    }

    fn spawn(starter: &[&str], errors: Stdio, lines: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], ports::free().front));
        let site = folder.path().join("site.conf");
        fs::write(&site, format!("Listen {address}\n{lines}\n")).unwrap();
        let words = [starter, &[env!("CARGO_BIN_EXE_lesson"), "serve"]].concat();
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .arg(&site)
            .env_remove("CARGO")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let out = lines_of(child.stdout.take().unwrap());
        let err = child.stderr.take().map_or_else(|| channel().1, lines_of);
        let mut served = Self { child, folder, address, out, err };
        // Its output ends with it.
        match served.out.recv_timeout(PATIENCE) {
            Ok(line) if line == format!("listening on http://{address}") => Ok(served),
            Ok(line) => Err(line),
            Err(RecvTimeoutError::Disconnected) => {
                served.end();
                Err(served.err.iter().collect::<Vec<_>>().join("\n"))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// The site file's path, as it was named.
    pub fn site(&self) -> PathBuf {
        self.folder.path().join("site.conf")
    }

    /// Writes the whole site file anew.
    pub fn write(&self, text: &str) {
        fs::write(self.site(), text).unwrap();
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Serves these lines from now on, on the same address.
    pub fn reload(&self, lines: &str) {
        self.write(&format!("Listen {}\n{lines}\n", self.address));
        self.signal(Signal::HUP);
        self.says("reloaded ");
    }

    /// Waits for a line of its output that has this.
    pub fn says(&self, part: &str) -> String {
        line_with(&self.out, part)
    }

    /// Waits for a line of its error output that has this.
    pub fn complains(&self, part: &str) -> String {
        line_with(&self.err, part)
    }

    /// Every line of its error output so far.
    pub fn complaints(&self) -> Vec<String> {
        self.err.try_iter().collect()
    }

    /// The time its threads have computed, from the kernel's accounting.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }

    /// Waits for its end.
    pub fn end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            _ = send.send(line);
        }
    });
    lines
}

fn line_with(lines: &Receiver<String>, part: &str) -> String {
    let end = Instant::now() + PATIENCE;
    let mut seen = Vec::new();
    loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) if line.contains(part) => return line,
            Ok(line) => seen.push(line),
            Err(error) => panic!("no line with {part} ({error}) among {seen:?}"),
        }
    }
}
