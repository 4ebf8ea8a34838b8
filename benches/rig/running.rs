//! A server that runs, in a folder of its own, until the value is dropped.

use std::{
    fs, io,
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::{
    machine::{cores, ports, processes::Processes},
    peer::{Peer, Reload, Site},
};

/// How long a server may take to start, and to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that takes connections.
pub struct Running {
    pub peer: Peer,
    pub site: Site,
    child: Child,
    _folder: TempDir,
}

impl Running {
    /// Starts it in front of two members; `descriptors` is how many files it may have open, if not as many as we.
    ///
    /// # Errors
    /// What it says when it does not start.
    pub fn start(peer: &Peer, members: [u16; 2], descriptors: Option<u32>) -> Result<Self, String> {
        Self::try_start(peer, members, descriptors)
            .map_err(|error| format!("{} does not start: {error}", peer.name))
    }

    fn try_start(peer: &Peer, members: [u16; 2], descriptors: Option<u32>) -> io::Result<Self> {
        // Servers that root starts become somebody else, who must be able to enter.
        let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir()?;
        let site = Site {
            front: ports::free(),
            members,
            admin: ports::free(),
            folder: folder.path().to_owned(),
            cores: cores::count(),
        };
        fs::write(site.file(), (peer.configuration)(&site))?;
        let mut command = match descriptors {
            None => Command::new(&peer.program),
            Some(most) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit -n {most}; exec \"$0\" \"$@\"")]).arg(&peer.program);
                shell
            }
        };
        let log = fs::File::create(folder.path().join("said"))?;
        let child = environment(&mut command, &site)
            .args((peer.arguments)(&site))
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut running = Self { peer: peer.clone(), site, child, _folder: folder };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", running.site.front)).is_err() {
            if running.child.try_wait()?.is_some() || start.elapsed() > PATIENCE {
                return Err(io::Error::other(running.said()));
            }
            // It tells nobody when it is ready; to connect is to ask.
            thread::sleep(Duration::from_millis(2));
        }
        Ok(running)
    }

    /// What it has said and logged.
    fn said(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.site.folder.join(name)).unwrap_or_default();
        read("said") + &read("errors")
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its processes, as they are now.
    pub fn processes(&self) -> Processes {
        Processes::of(self.pid())
    }

    /// Sends its first process a signal.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid().cast_signed()) {
            _ = kill_process(pid, signal);
        }
    }

    /// Writes a configuration with other members, and tells it to read it; false if it cannot.
    pub fn reload(&mut self, members: [u16; 2]) -> bool {
        self.site.members = members;
        if fs::write(self.site.file(), (self.peer.configuration)(&self.site)).is_err() {
            return false;
        }
        match self.peer.reload {
            Reload::Signal(signal) => self.signal(signal),
            Reload::Arguments(arguments) => {
                let mut command = Command::new(&self.peer.program);
                let command = environment(&mut command, &self.site).args(arguments(&self.site));
                return command.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
            }
            Reload::No => return false,
        }
        true
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

/// What a server finds in its environment: so many cores, and a home of its own.
fn environment<'a>(command: &'a mut Command, site: &Site) -> &'a mut Command {
    let homes = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"].map(|name| (name, &site.folder));
    command.env("GOMAXPROCS", site.cores.to_string()).envs(homes).current_dir(&site.folder)
}

impl Drop for Running {
    fn drop(&mut self) {
        let processes = self.processes();
        // It ends its children and gives its shared memory back.
        self.signal(Signal::TERM);
        let start = Instant::now();
        while self.ended().is_none() && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        if self.ended().is_none() {
            processes.kill();
            _ = self.child.wait();
        }
    }
}
