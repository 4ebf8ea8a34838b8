//! Flask in a virtual environment of the tests' own, and servers that stop with their test.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread,
};

use crate::tools::skip;

/// An environment in which Flask is installed.
pub struct Flask {
    python: PathBuf,
}

/// A Flask server on a free port; it stops when it is dropped.
pub struct Server {
    /// Its port.
    pub port: u16,
    child: Child,
}

impl Flask {
    /// The environment for the requirements in `folder`, or none if it cannot be made here.
    pub fn installed(folder: &str) -> Option<Self> {
        static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
        match MADE.get_or_init(|| environment(&Path::new(folder).join("requirements.txt"))) {
            Ok(python) => Some(Self { python: python.clone() }),
            Err(missing) => {
                skip(&format!("Flask cannot be installed: {missing}"));
                None
            }
        }
    }

    /// Starts an app as the guide does, on a free port, and waits until it listens.
    pub fn run(&self, app: &Path) -> Server {
        let mut child = Command::new(&self.python)
            .args(["-m", "flask", "run", "--host=127.0.0.1", "--port=0"])
            .env("FLASK_APP", app)
            .env("FLASK_DEBUG", "0")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut server = Server { port: 0, child };
        // It names its port once it listens there.
        let (mut all, mut line) = (String::new(), String::new());
        while server.port == 0 {
            line.clear();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "{} does not start:\n{all}", app.display());
            all.push_str(&line);
            let port = line.split_once("http://127.0.0.1:").map(|(_, port)| port.trim_end());
            server.port = port.and_then(|port| port.parse().ok()).unwrap_or(0);
        }
        thread::spawn(move || io::copy(&mut said, &mut io::sink()));
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// The Python of an environment that has the requirements: made on first use, and kept in the target folder.
fn environment(requirements: &Path) -> Result<PathBuf, String> {
    let mut key = DefaultHasher::new();
    fs::read(requirements).map_err(|error| error.to_string())?.hash(&mut key);
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("flask-venv-{:016x}", key.finish()));
    let runs = || run(Command::new(python(&kept)).args(["-c", "import flask"])).is_ok();
    if !runs() {
        // Under another name until it is whole: another process may be at the same, and either may be cut short.
        let fresh = kept.with_extension(std::process::id().to_string());
        let made = make(&fresh, requirements);
        if made.is_ok() && fs::rename(&fresh, &kept).is_err() && !runs() {
            fs::remove_dir_all(&kept).and_then(|()| fs::rename(&fresh, &kept)).map_err(|e| e.to_string())?;
        }
        _ = fs::remove_dir_all(&fresh);
        made?;
    }
    Ok(python(&kept))
}

fn python(venv: &Path) -> PathBuf {
    venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

fn make(venv: &Path, requirements: &Path) -> Result<(), String> {
    let system = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(system).args(["-m", "venv"]).arg(venv))?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries=1", "--requirement"];
    run(Command::new(python(venv)).args(pip).arg(requirements))
}

/// Runs a command to its end; what it said if it fails.
fn run(command: &mut Command) -> Result<(), String> {
    match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&said).trim()))
        }
        Err(error) => Err(format!("{command:?} does not run: {error}")),
    }
}
