//! The proxy in a process of its own: this very program, started again.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    thread,
};

use crate::wire::proxy;

/// Tells this program, started again by itself, to be a proxy with this site.
const SITE: &str = "HOP_BY_HOP_TEST_SITE";

/// Not a test of its own: the proxy of the others, in a process whose memory can be measured.
#[test]
fn proxy_process() {
    if let Ok(site) = env::var(SITE) {
        let server = proxy(site);
        println!("listens {}", server.addresses()[0]);
        _ = std::io::stdin().read_line(&mut String::new());
    }
}

/// A proxy in a process of its own.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    pub fn start(site: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "--nocapture", "process::proxy_process"])
            .env(SITE, site)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.split_once("listens ")?.1.parse().ok()).unwrap();
        Self { child, address }
    }
}

impl Process {
    /// The most memory it ever had in use, in KiB.
    pub fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Process {
    /// Lets nothing in it run, until it is told to go on: what happens meanwhile reaches it all at once.
    pub fn hold(&self, hold: bool) {
        let signal = if hold { "STOP" } else { "CONT" };
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{signal} {}", self.child.id())).status();
        assert!(sent.unwrap().success());
        let tasks = format!("/proc/{}/task", self.child.id());
        let held = |task: fs::DirEntry| {
            fs::read_to_string(task.path().join("stat")).is_ok_and(|stat| stat.contains(") T "))
        };
        while hold && !fs::read_dir(&tasks).unwrap().flatten().all(held) {
            thread::yield_now();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
