//! Names become addresses, by a few threads of their own: the system's resolver blocks whoever asks it, for as long as
//! the name's server is silent.
//!
//! Where we differ: Apache keeps a worker's address for as long as it runs; here each new connection asks again, so that
//! a name may move.

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::{
    runtime,
    sync::watch,
    time::{Instant, timeout_at},
};

/// How many names are looked up at once.
const THREADS: usize = 4;
/// How many more names may wait; a request for one beyond fails at once.
const QUEUE: usize = 256;
/// How long a thread without work stays.
const IDLE: Duration = Duration::from_secs(10);

/// What a name stands for, or what the system says of it; shared by all who wait for it.
type Answer = Result<Arc<[IpAddr]>, Arc<str>>;

/// Tells those who wait; `None` is not yet.
type Tell = watch::Sender<Option<Answer>>;

/// The addresses of a host, each with the port. A literal address costs nothing; requests that ask for the same name
/// share one look-up.
///
/// # Errors
/// `TimedOut` if it takes longer than `limit`; else what the system says, such as that nobody knows the name.
pub(crate) async fn resolve(host: &str, port: u16, limit: Duration) -> io::Result<Vec<SocketAddr>> {
    let ips = answer(ask(host)?, Instant::now() + limit).await?;
    Ok(ips.iter().map(|ip| SocketAddr::new(*ip, port)).collect())
}

/// The addresses of all these hosts at once, for whoever is no task and may wait.
pub(crate) fn resolve_now(hosts: &[&str], limit: Duration) -> Vec<io::Result<Arc<[IpAddr]>>> {
    let asked: Vec<_> = hosts.iter().map(|host| ask(host)).collect();
    let all = async move {
        let until = Instant::now() + limit;
        let mut found = Vec::new();
        for asked in asked {
            found.push(match asked {
                Ok(asked) => answer(asked, until).await,
                Err(error) => Err(error),
            });
        }
        found
    };
    // On a thread of its own: the caller's may have a runtime, which cannot wait for another.
    let waited = thread::scope(|scope| {
        let wait = || Ok(runtime::Builder::new_current_thread().enable_time().build()?.block_on(all));
        let waiting = thread::Builder::new().name("resolve".to_owned()).spawn_scoped(scope, wait)?;
        waiting.join().unwrap_or_else(|_| Err(given_up()))
    });
    waited.unwrap_or_else(|error| {
        hosts.iter().map(|_| Err(io::Error::new(error.kind(), error.to_string()))).collect()
    })
}

/// What is known of a host at once, or where it will be told.
enum Asked {
    Known(IpAddr),
    Told(watch::Receiver<Option<Answer>>),
}

fn ask(host: &str) -> io::Result<Asked> {
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match host.parse() {
        Ok(ip) => Ok(Asked::Known(ip)),
        Err(_) => RESOLVER.ask(host).map(Asked::Told),
    }
}

async fn answer(asked: Asked, until: Instant) -> io::Result<Arc<[IpAddr]>> {
    let mut told = match asked {
        Asked::Known(ip) => return Ok(Arc::from([ip])),
        Asked::Told(told) => told,
    };
    let known = timeout_at(until, told.wait_for(Option::is_some)).await.map_err(|_| late())?;
    let answer = known.ok().and_then(|answer| answer.clone());
    answer.ok_or_else(given_up)?.map_err(|why| io::Error::other(&*why))
}

fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the timeout specified has expired")
}

fn given_up() -> io::Error {
    io::Error::other("the look-up was given up")
}

/// Asks the system, which may take long.
fn look_up(host: &str) -> Answer {
    let found = (host, 0).to_socket_addrs().map_err(|error| Arc::from(error.to_string()))?;
    Ok(found.map(|address| address.ip()).collect())
}

static RESOLVER: LazyLock<Resolver> = LazyLock::new(|| Resolver::new(look_up));

/// The names that are asked for, and the threads that look them up.
struct Resolver {
    names: Mutex<Names>,
    more: Condvar,
    look_up: fn(&str) -> Answer,
}

#[derive(Default)]
struct Names {
    /// Who waits for a name, whether it waits itself or is being looked up.
    tell: HashMap<String, Tell>,
    waiting: VecDeque<String>,
    threads: usize,
    idle: usize,
}

impl Resolver {
    fn new(look_up: fn(&str) -> Answer) -> Self {
        Self { names: Mutex::default(), more: Condvar::new(), look_up }
    }

    fn lock(&self) -> MutexGuard<'_, Names> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the answer will be told.
    ///
    /// # Errors
    /// Too many names wait already, or the system gives no thread.
    fn ask(&'static self, host: &str) -> io::Result<watch::Receiver<Option<Answer>>> {
        let mut names = self.lock();
        if let Some(tell) = names.tell.get(host) {
            return Ok(tell.subscribe());
        }
        if names.waiting.len() >= QUEUE {
            return Err(io::Error::other("too many names are being looked up"));
        }
        if names.idle <= names.waiting.len() && names.threads < THREADS {
            let spawned = thread::Builder::new().name("resolve".to_owned()).spawn(|| self.work());
            match spawned {
                Ok(_) => names.threads += 1,
                Err(error) if names.threads == 0 => return Err(error),
                // Those that are there will come to it.
                Err(_) => {}
            }
        }
        let (tell, told) = watch::channel(None);
        names.tell.insert(host.to_owned(), tell);
        names.waiting.push_back(host.to_owned());
        self.more.notify_one();
        Ok(told)
    }

    /// One thread: looks names up until there have been none for a while.
    fn work(&self) {
        let mut names = self.lock();
        loop {
            if let Some(host) = names.waiting.pop_front() {
                // Nobody may wait for it any more.
                if names.tell.get(&host).is_none_or(Tell::is_closed) {
                    names.tell.remove(&host);
                    continue;
                }
                drop(names);
                let answer = (self.look_up)(&host);
                names = self.lock();
                if let Some(tell) = names.tell.remove(&host) {
                    tell.send_replace(Some(answer));
                }
                continue;
            }
            names.idle += 1;
            let (woken, waited) = self.more.wait_timeout(names, IDLE).unwrap_or_else(PoisonError::into_inner);
            names = woken;
            names.idle -= 1;
            if waited.timed_out() && names.waiting.is_empty() {
                names.threads -= 1;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn a_literal_address_needs_no_look_up() {
        for (host, address) in [("127.0.0.1", "127.0.0.1:80"), ("[::1]", "[::1]:80"), ("::1", "[::1]:80")] {
            assert_eq!(resolve(host, 80, Duration::ZERO).await.unwrap(), [address.parse().unwrap()]);
        }
        assert!(resolve("localhost", 80, SECOND * 20).await.unwrap().iter().all(|at| at.ip().is_loopback()));
    }

    #[test]
    fn a_site_waits_for_all_its_names_at_once() {
        let found = resolve_now(&["127.0.0.2", "localhost"], SECOND * 20);
        assert!(found.iter().all(|ips| ips.as_ref().unwrap().iter().all(IpAddr::is_loopback)), "{found:?}");
    }

    /// Nobody answers in time, and yet there are few threads, and the queue has an end.
    #[tokio::test]
    async fn a_silent_name_server_holds_few_threads_and_no_caller() {
        static LOOKED_UP: AtomicUsize = AtomicUsize::new(0);
        let silent = |_: &str| -> Answer {
            LOOKED_UP.fetch_add(1, Ordering::SeqCst);
            thread::sleep(SECOND);
            Ok(Arc::from([]))
        };
        let resolver: &'static Resolver = Box::leak(Box::new(Resolver::new(silent)));
        let mut told = Vec::new();
        for request in 0..700 {
            told.push(resolver.ask(&format!("{}.test", request % 50)).unwrap());
        }
        assert_eq!(resolver.lock().threads, THREADS);
        assert_eq!(resolver.lock().tell.len(), 50);
        let late = answer(Asked::Told(told.remove(0)), Instant::now()).await.unwrap_err();
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        let beyond = (50..50 + QUEUE + THREADS).find_map(|n| resolver.ask(&format!("{n}.test")).err());
        assert!(beyond.unwrap().to_string().contains("too many names"));
        // Who waits no more need not be served.
        drop(told);
        while !resolver.lock().tell.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(LOOKED_UP.load(Ordering::SeqCst) <= THREADS);
    }
}
