//! A steady load: so many requests a second, whatever becomes of them.

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::rig::{
    client::{Connection, get},
    machine::cores,
};

/// How many requests a second.
pub const RATE: u32 = 500;
/// How long a client waits for an answer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// What became of the requests.
#[derive(Default)]
pub struct Report {
    pub sent: usize,
    /// How many were not answered, and how.
    pub lost: BTreeMap<String, usize>,
    /// When answers came, and how long each took.
    answers: Vec<(Instant, Duration)>,
}

/// The clients' connections that wait for the next request, and what has become of all requests so far.
#[derive(Default)]
struct Clients {
    idle: Mutex<Vec<Connection>>,
    report: Mutex<Report>,
}

/// A load that is under way.
pub struct Load(JoinHandle<io::Result<Report>>);

/// Begins to ask, on a thread of its own.
pub fn start(port: u16, lasts: Duration) -> Load {
    Load(thread::spawn(move || Ok(cores::runtime()?.block_on(run(port, lasts)))))
}

impl Load {
    /// Waits for its end.
    ///
    /// # Errors
    /// It could not be made.
    pub fn join(self) -> io::Result<Report> {
        self.0.join().map_err(|_| io::Error::other("the load broke off"))?
    }
}

async fn run(port: u16, lasts: Duration) -> Report {
    let clients = Arc::new(Clients::default());
    let mut clock = interval(Duration::from_secs(1) / RATE);
    clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut requests = Vec::new();
    for _ in 0..(lasts.as_secs_f64() * f64::from(RATE)) as usize {
        clock.tick().await;
        let clients = clients.clone();
        requests.push(tokio::spawn(async move { clients.ask(port).await }));
    }
    for request in requests {
        _ = request.await;
    }
    std::mem::take(&mut clients.report.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Clients {
    async fn ask(&self, port: u16) {
        let start = Instant::now();
        let outcome = timeout(PATIENCE, self.answer(port)).await.unwrap_or(Err("late".to_owned()));
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.sent += 1;
        match outcome {
            Ok(()) => report.answers.push((Instant::now(), start.elapsed())),
            Err(how) => *report.lost.entry(how).or_default() += 1,
        }
    }

    async fn answer(&self, port: u16) -> Result<(), String> {
        let mut connection = match self.idle() {
            Some(connection) => connection,
            None => Connection::open(port).await.map_err(|_| "refused")?,
        };
        let answer = connection.ask(&get("/small")).await.map_err(|_| "cut off")?;
        if !answer.close {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
        if answer.status == 200 { Ok(()) } else { Err(format!("answered {}", answer.status)) }
    }

    /// A connection that the server has not closed, as far as the client can know.
    fn idle(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| idle.pop()).find(Connection::is_open)
    }
}

impl Report {
    /// How long nothing was answered, at worst.
    pub fn gap(&self) -> Duration {
        let mut times: Vec<_> = self.answers.iter().map(|(at, _)| *at).collect();
        times.sort();
        times.windows(2).map(|two| two[1] - two[0]).max().unwrap_or(Duration::MAX)
    }

    /// How long an answer takes, at this quantile of all answers.
    pub fn latency(&self, of: f64) -> Duration {
        let mut took: Vec<_> = self.answers.iter().map(|(_, took)| *took).collect();
        took.sort();
        let at = (took.len() as f64 * of) as usize;
        took.get(at).copied().unwrap_or(Duration::MAX)
    }

    /// The requests that were lost.
    pub fn lost(&self) -> Lost<'_> {
        Lost(&self.lost)
    }
}

/// How many, and how.
pub struct Lost<'a>(&'a BTreeMap<String, usize>);

impl fmt::Display for Lost<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<_> = self.0.iter().map(|(how, count)| format!("{count} {how}")).collect();
        f.write_str(&if kinds.is_empty() { "0".to_owned() } else { kinds.join(", ") })
    }
}
