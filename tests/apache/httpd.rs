//! Real Apache, as an ordinary process: its own configuration, loopback ports, and an end when the value is dropped.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Where Debian keeps it; elsewhere the tests say that they are skipped.
const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";

/// What the site files need, and what Debian loads that has a say in a proxied request.
const LOADED: [&str; 12] = [
    "mpm_event",
    "authz_core",
    "reqtimeout",
    "proxy",
    "proxy_http",
    "slotmem_shm",
    "proxy_balancer",
    "lbmethod_byrequests",
    "lbmethod_bytraffic",
    "lbmethod_bybusyness",
    "headers",
    "mime",
];

pub fn is_installed() -> bool {
    Path::new(PROGRAM).exists() && Path::new(MODULES).join("mod_proxy.so").exists()
}

fn load_module(name: &str) -> String {
    format!("LoadModule {name}_module {MODULES}/mod_{name}.so")
}

/// An Apache that serves one site file.
pub struct Httpd {
    process: Child,
    pub address: SocketAddr,
    folder: TempDir,
}

impl Httpd {
    /// Starts it, and waits until it takes connections.
    ///
    /// # Errors
    /// What it says when it does not start.
    pub fn start(site: &str) -> Result<Self, String> {
        // Between the choice of a port and Apache's start somebody else may take it.
        let again =
            |error: String| if error.contains("AH00072") { Self::start_once(site) } else { Err(error) };
        Self::start_once(site).or_else(again).or_else(again)
    }

    fn start_once(site: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let port = free_port();
        fs::create_dir(folder.path().join("empty")).map_err(|error| error.to_string())?;
        let site = site.replace("{FRONT}", &port.to_string());
        fs::write(folder.path().join("site.conf"), site).map_err(|error| error.to_string())?;
        fs::write(folder.path().join("httpd.conf"), configuration(folder.path(), port))
            .map_err(|error| error.to_string())?;
        let process = Command::new(PROGRAM)
            .args(["-DFOREGROUND", "-f"])
            .arg(folder.path().join("httpd.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("stderr")).map_err(|error| error.to_string())?)
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut httpd = Self { process, address: SocketAddr::from(([127, 0, 0, 1], port)), folder };
        let start = Instant::now();
        while !httpd.log().contains("resuming normal operations")
            || TcpStream::connect(httpd.address).is_err()
        {
            let ended = httpd.process.try_wait().ok().flatten().is_some();
            if ended || start.elapsed() > Duration::from_secs(20) {
                return Err(httpd.log());
            }
            // It tells nobody when it is ready; to connect is to ask.
            thread::sleep(Duration::from_millis(2));
        }
        Ok(httpd)
    }

    /// What it has said and logged.
    pub fn log(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        read("stderr") + &read("error.log")
    }
}

/// A port that nobody is given by chance: below those that the system hands out.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let number =
            process::id().wrapping_mul(97).wrapping_add(u32::from(NEXT.fetch_add(1, Ordering::Relaxed)));
        let port = 12_000 + (number % 18_000) as u16;
        // Five digits, as the other ports have: a length must not depend on them.
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Drop for Httpd {
    fn drop(&mut self) {
        if let Some(id) = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw) {
            // It ends its children and gives its shared memory back.
            _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
        _ = self.process.wait();
    }
}

fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    let modules: String = LOADED.iter().map(|name| load_module(name) + "\n").collect();
    format!(
        "ServerRoot {folder}\nPidFile {folder}/pid\nErrorLog {folder}/error.log\nDefaultRuntimeDir {folder}\n{modules}\
         User www-data\nGroup www-data\nServerName localhost\nServerTokens Prod\nLogLevel notice\nTypesConfig /dev/null\n\
         Listen 127.0.0.1:{port}\nDocumentRoot {folder}/empty\n\
         StartServers 1\nServerLimit 1\nThreadsPerChild 16\nMaxRequestWorkers 16\n\
         RequestReadTimeout header=20-40,minrate=500\nRequestReadTimeout body=10,minrate=500\n\
         Include {folder}/site.conf\n"
    )
}

/// What `apache2 -t` says of a site file that is named `F`, without the program's name.
pub fn configtest(site: &str, modules: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("F");
    fs::write(&file, site).unwrap();
    let mut command = Command::new(PROGRAM);
    command.arg("-t").arg("-f").arg(&file).args(["-C", "ServerName localhost", "-C", "ErrorLog /dev/null"]);
    for module in ["mpm_event", "authz_core"].iter().chain(modules) {
        command.arg("-C").arg(load_module(module));
    }
    let said = command.stdin(Stdio::null()).output().unwrap().stderr;
    // Its log writes a line end and a backslash as two characters.
    let said = String::from_utf8_lossy(&said).replace(&file.display().to_string(), "F");
    let said = said.replace("\\n", "\n").replace("\\\\", "\\");
    said.strip_prefix("apache2: ").unwrap_or(&said).trim_end().to_owned()
}
