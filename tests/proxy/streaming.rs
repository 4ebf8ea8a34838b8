//! Bodies of any size pass through a few kilobytes of memory.

use std::{
    env,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
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
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(site: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "--nocapture", "streaming::proxy_process"])
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

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
