//! `lesson serve` and `lesson configtest`: the proxy on any site file.

use std::{
    error::Error,
    io::{ErrorKind, Write, stderr, stdout},
    net::SocketAddr,
    path::Path,
    pin::pin,
    process::ExitCode,
    thread,
};

use hop_by_hop::{
    course::{Terminal, one_line, read_regular, stopped},
    proxy::{ServeError, Server, Site},
};
use log::{LevelFilter, Log, Metadata, Record};
use tokio::sync::oneshot;

use super::hangup::{Asked, Hangup};

/// The longest site file that is read, in bytes: far more than anybody writes.
const LONGEST: u64 = 64 << 20;

/// Runs the proxy until Ctrl-C or SIGTERM; SIGHUP lets it read its site file again.
pub async fn serve(path: &Path) -> Result<ExitCode, Box<dyn Error>> {
    static LOG: ErrorLog = ErrorLog;
    log::set_logger(&LOG)?;
    log::set_max_level(LevelFilter::Warn);

    let mut hangup = Hangup::new();
    let mut stopped = pin!(stopped());
    let site = read(path)?;
    let listeners = Server::bind(&site).map_err(with_remedy)?;
    let mut server = Server::start(&site, listeners, None).map_err(with_remedy)?;
    listening(&server, &[]);
    loop {
        tokio::select! {
            () = stopped.as_mut() => break,
            asked = hangup.next() => match asked {
                Asked::Reload => reload(path, &mut server),
                Asked::Stop => break,
            }
        }
    }
    stop(server).await;
    Ok(ExitCode::SUCCESS)
}

/// Lets requests in flight finish; a second signal cuts them off.
async fn stop(server: Server) {
    let again = stopped();
    let (tell, answered) = oneshot::channel();
    // Not a task: the end of the program would wait for it.
    thread::spawn(move || tell.send(server.stop()));
    let cut_off = tokio::select! {
        answered = answered => answered == Ok(false),
        () = again => true,
    };
    if cut_off {
        Terminal::complain(
            "stopped; requests that were not answered yet have been cut off (GracefulShutdownTimeout gives them longer)",
        );
    }
}

/// Serves what the site file says now; if it cannot be served, what it said before, and says why.
fn reload(path: &Path, server: &mut Server) {
    let file = path.display();
    let before = server.addresses().to_vec();
    match read(path).and_then(|site| server.reload(&site).map_err(with_remedy)) {
        Ok(()) => {
            // Nobody may read it any more; that is no reason to end.
            _ = writeln!(stdout(), "reloaded {file}");
            listening(server, &before);
        }
        Err(why) => Terminal::complain(&format!(
            "{why}\n{file} is not reloaded, and what it said before is still served; correct it and send SIGHUP again"
        )),
    }
}

/// Says where it listens that it did not listen before.
fn listening(server: &Server, before: &[SocketAddr]) {
    for address in server.addresses().iter().filter(|address| !before.contains(address)) {
        _ = writeln!(stdout(), "listening on http://{address}");
    }
}

/// Prints `Syntax OK`, or the first error.
pub fn configtest(path: &Path, terminal: &Terminal) -> Result<ExitCode, Box<dyn Error>> {
    read(path)?;
    terminal.say("Syntax OK")?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Site, String> {
    let file = path.display().to_string();
    let text = read_regular(path, LONGEST).map_err(|error| match error.kind() {
        ErrorKind::InvalidInput => format!(
            "AH00554: Access to file {file} denied by server: not a regular file\n\
             what to do: write the lines into a file, and name that"
        ),
        _ => format!("{file} cannot be read: {error}; check its name, and whether you may read it"),
    })?;
    let text = String::from_utf8(text).map_err(|_| format!("{file} is not text; write it in UTF-8"))?;
    Site::parse(&text, &file).map_err(|error| format!("{error}\nwhat to do: {}", error.remedy))
}

fn with_remedy(error: ServeError) -> String {
    format!("{error}\nwhat to do: {}", error.remedy())
}

/// Apache's error log, on standard error.
struct ErrorLog;

impl Log for ErrorLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= LevelFilter::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let level = record.level().as_str().to_ascii_lowercase();
            let said = record.args().to_string();
            _ = writeln!(stderr(), "[{}:{level}] {}", record.target(), one_line(&said));
        }
    }

    fn flush(&self) {}
}
