//! A server that is measured: how it is configured, started, reloaded and stopped.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use rustix::process::Signal;

/// What every server is told: where it listens, and between which members it takes turns.
pub struct Site {
    pub front: u16,
    pub members: [u16; 2],
    /// For a server that takes its orders over a port.
    pub admin: u16,
    /// For whatever it writes; its configuration is there too.
    pub folder: PathBuf,
    /// As many threads or processes as there are cores.
    pub cores: usize,
}

impl Site {
    /// The file with the server's configuration.
    pub fn file(&self) -> String {
        self.folder.join("site").display().to_string()
    }
}

/// How a server is told to read its configuration again.
#[derive(Clone, Copy)]
pub enum Reload {
    Signal(Signal),
    /// By its own program, with these arguments.
    Arguments(fn(&Site) -> Vec<String>),
    /// It cannot.
    No,
}

/// A server.
#[derive(Clone)]
pub struct Peer {
    /// As `--only` knows it.
    pub key: &'static str,
    /// As the tables call it.
    pub name: String,
    pub program: PathBuf,
    /// With these arguments it says its version.
    pub version: &'static [&'static str],
    /// Its configuration for a site.
    pub configuration: fn(&Site) -> String,
    /// What it is started with, in the foreground.
    pub arguments: fn(&Site) -> Vec<String>,
    pub reload: Reload,
    /// Asks it to finish what it has begun, and to end.
    pub graceful: Signal,
}

impl Peer {
    /// Whether it does less than a proxy must, and is there to measure the others by.
    pub fn is_yardstick(&self) -> bool {
        matches!(self.key, "floor" | "bare")
    }

    /// The number of its version; empty if it has none.
    pub fn version(&self) -> String {
        if self.version.is_empty() {
            return String::new();
        }
        let output = Command::new(&self.program).args(self.version).output();
        let said = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let number = |word: &&str| {
            word.trim_start_matches(['v', '(']).starts_with(|first: char| first.is_ascii_digit())
        };
        let words = said.split(|at: char| at.is_whitespace() || at == '/');
        words.into_iter().find(number).unwrap_or_default().to_owned()
    }
}

/// Where a program is: on the path, or where Debian keeps what only root starts.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(program)).find(|file| Path::is_file(file))
}
