//! The two members as processes: so that one can be killed, started again, or held.

use std::{
    env, io,
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{
    client::{Connection, get},
    machine::ports,
    member::NAMES,
    role::Role,
};

/// One member.
pub struct Backend {
    role: Role,
    pub port: u16,
    child: Child,
}

/// Both, on any free ports; they drop connections that are idle for so long.
///
/// # Errors
/// One of them does not start.
pub fn both(idle: Option<Duration>) -> io::Result<[Backend; 2]> {
    let [one, two] = NAMES.map(|name| {
        let port = ports::free();
        Backend::start(Role::Member { name, port, idle }, port)
    });
    Ok([one?, two?])
}

impl Backend {
    fn start(role: Role, port: u16) -> io::Result<Self> {
        let child = Command::new(env::current_exe()?).args(role.arguments()).stdin(Stdio::piped()).spawn()?;
        let backend = Self { role, port, child };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if start.elapsed() > Duration::from_secs(5) {
                return Err(io::Error::other("a backend does not start"));
            }
            // It tells nobody when it is ready; to connect is to ask.
            thread::sleep(Duration::from_millis(2));
        }
        Ok(backend)
    }

    /// Ends it at once, with every connection.
    pub fn kill(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }

    /// Starts it again where it was.
    ///
    /// # Errors
    /// It does not start.
    pub fn restart(&mut self) -> io::Result<()> {
        self.kill();
        *self = Self::start(self.role.clone(), self.port)?;
        Ok(())
    }

    /// Holds it, so that it takes connections and says nothing; or lets it go on.
    pub fn hold(&self, hold: bool) {
        if let Some(pid) = Pid::from_raw(self.child.id().cast_signed()) {
            _ = kill_process(pid, if hold { Signal::STOP } else { Signal::CONT });
        }
    }

    /// How many requests it has answered, and on how many connections.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn counts(&self) -> io::Result<[u64; 2]> {
        let answer = Connection::open(self.port).await?.ask(&get("/count")).await?;
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        let mut counts = said.split(' ').filter_map(|count| count.parse().ok());
        match [counts.next(), counts.next()] {
            [Some(requests), Some(connections)] => Ok([requests, connections]),
            _ => Err(io::Error::other(format!("a backend counts: {said}"))),
        }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.kill();
    }
}
