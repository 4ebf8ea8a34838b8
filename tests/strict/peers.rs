//! The proxies that the cases are sent through: ours, and those of others where they are installed. Each is one process
//! with a front for every lane, in its plainest configuration.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use hop_by_hop::proxy::{Server, Site};
use tempfile::TempDir;

use crate::{
    ask::Lane,
    case::Case,
    httpd::Httpd,
    judge::{Outcome, outcome},
    ports,
    recorder::Recorder,
};

/// How many cases are under way at a time.
const LANES: usize = 12;

/// The proxies of others, as the table names them.
pub const PEERS: [&str; 3] = ["Apache", "nginx", "HAProxy"];

/// A proxy that runs until it is dropped.
pub struct Peer {
    lanes: Vec<Lane>,
    _running: Running,
}

/// What keeps a proxy running.
#[expect(dead_code, reason = "held for their drop")]
enum Running {
    Ours(Server),
    Apache(Httpd),
    Other(Process),
}

/// A program that is ended when this is dropped.
struct Process {
    child: Child,
    _folder: TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Peer {
    /// Ours.
    pub fn ours() -> Self {
        let listeners: Vec<_> = (0..LANES).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let fronts = listeners.iter().map(|listener| listener.local_addr().unwrap()).collect();
        let lanes = lanes(fronts);
        let site = Site::parse(&site(&lanes), "site.conf").unwrap();
        Self { _running: Running::Ours(Server::start(&site, listeners, None).unwrap()), lanes }
    }

    /// One of `PEERS`; `None` if it is not installed.
    pub fn start(name: &str) -> Option<Self> {
        version(name)?;
        let fronts = std::iter::repeat_with(|| ports::free().front).take(LANES);
        let lanes = lanes(fronts.map(|port| SocketAddr::from(([127, 0, 0, 1], port))).collect());
        let running = match name {
            "Apache" => Running::Apache(Httpd::start(&site(&lanes)).unwrap()),
            "nginx" => Running::Other(process("nginx", &["-e", "stderr", "-c"], &nginx(&lanes))),
            _ => Running::Other(process("haproxy", &["-db", "-f"], &haproxy(&lanes))),
        };
        let start = Instant::now();
        while !lanes.iter().all(|lane| TcpStream::connect(lane.front).is_ok()) {
            assert!(start.elapsed() < Duration::from_secs(20), "{name} does not listen");
            thread::sleep(Duration::from_millis(2));
        }
        Some(Self { lanes, _running: running })
    }

    /// What it does with each case.
    pub fn judge(&self, cases: &[Case]) -> Vec<Outcome> {
        let next = AtomicUsize::new(0);
        let work = |lane: &Lane| {
            let mut judged = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(case) = cases.get(number) else { return judged };
                let mut seen = lane.run(case);
                // A proxy may send what is left of the case before; what is of this one, it does again.
                if seen.heard.len() > case.requests {
                    seen = lane.run(case);
                }
                let outcome = outcome(case, &seen);
                if std::env::var_os("HOP_CASE").is_some() {
                    eprintln!("{}: {outcome}\n{seen:#?}", case.name);
                }
                judged.push((number, outcome));
            }
        };
        let mut judged: Vec<_> = thread::scope(|scope| {
            let lanes: Vec<_> = self.lanes.iter().map(|lane| scope.spawn(|| work(lane))).collect();
            lanes.into_iter().flat_map(|lane| lane.join().unwrap()).collect()
        });
        judged.sort_by_key(|(number, _)| *number);
        judged.into_iter().map(|(_, outcome)| outcome).collect()
    }
}

/// What the program says of its version; `None` if it is not installed.
pub fn version(name: &str) -> Option<String> {
    let (program, flag) = match name {
        "Apache" => ("/usr/sbin/apache2", "-v"),
        "nginx" => ("nginx", "-v"),
        _ => ("haproxy", "-v"),
    };
    let said = Command::new(program).arg(flag).output().ok()?;
    let said = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    let number = said.split(['/', ' ', '-']).find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    number.map(|number| number.trim().to_owned())
}

fn lanes(fronts: Vec<SocketAddr>) -> Vec<Lane> {
    fronts.into_iter().map(|front| Lane { front, backend: Recorder::start() }).collect()
}

/// The site file, for Apache and for us.
fn site(lanes: &[Lane]) -> String {
    let lane = |Lane { front, backend }: &Lane| {
        let backend = backend.address;
        format!(
            "Listen {front}\n<VirtualHost {front}>\nProxyPreserveHost On\nProxyPass / http://{backend}/\n</VirtualHost>\n"
        )
    };
    lanes.iter().map(lane).collect()
}

fn nginx(lanes: &[Lane]) -> String {
    let lane = |(number, Lane { front, backend }): (usize, &Lane)| {
        let backend = backend.address;
        format!(
            "upstream b{number} {{ server {backend}; keepalive 4; }}\nserver {{ listen {front}; location / {{\n\
             proxy_pass http://b{number}; proxy_http_version 1.1; proxy_set_header Connection \"\";\n\
             proxy_set_header Host $http_host; }} }}\n"
        )
    };
    let lanes: String = lanes.iter().enumerate().map(lane).collect();
    let kept: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {{folder}}/{name};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid {{folder}}/pid;\nerror_log {{folder}}/error.log;\nevents {{}}\n\
         http {{ access_log off;\n{kept}{lanes}}}\n"
    )
}

fn haproxy(lanes: &[Lane]) -> String {
    let lane = |(number, Lane { front, backend }): (usize, &Lane)| {
        format!(
            "frontend f{number}\n bind {front}\n default_backend b{number}\nbackend b{number}\n server s {}\n",
            backend.address
        )
    };
    let lanes: String = lanes.iter().enumerate().map(lane).collect();
    format!("defaults\n mode http\n timeout connect 5s\n timeout client 20s\n timeout server 20s\n{lanes}")
}

/// Starts a program with this configuration, in which `{folder}` is a folder of its own.
fn process(program: &str, arguments: &[&str], configuration: &str) -> Process {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conf");
    fs::write(&file, configuration.replace("{folder}", &folder.path().display().to_string())).unwrap();
    let child = Command::new(program)
        .args(arguments)
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Process { child, _folder: folder }
}
