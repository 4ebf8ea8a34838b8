//! `lesson serve` and `lesson configtest`: the proxy on any site file.

use std::{error::Error, fs, path::Path, process::ExitCode};

use hop_by_hop::{
    course::stopped,
    proxy::{ServeError, Server, Site},
};
use log::{LevelFilter, Log, Metadata, Record};

/// Runs the proxy until Ctrl-C or SIGTERM; requests in flight are finished.
pub async fn serve(path: &Path) -> Result<ExitCode, Box<dyn Error>> {
    static LOG: ErrorLog = ErrorLog;
    log::set_logger(&LOG)?;
    log::set_max_level(LevelFilter::Warn);

    let stopped = stopped();
    let site = read(path)?;
    let listeners = Server::bind(&site).map_err(with_remedy)?;
    let server = Server::start(&site, listeners, None).map_err(with_remedy)?;
    for address in server.addresses() {
        println!("listening on http://{address}");
    }
    stopped.await;
    server.stop();
    Ok(ExitCode::SUCCESS)
}

/// Prints `Syntax OK`, or the first error.
pub fn configtest(path: &Path) -> Result<ExitCode, Box<dyn Error>> {
    read(path)?;
    println!("Syntax OK");
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Site, String> {
    let file = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| {
        format!("{file} cannot be read: {error}; name a file that holds a site, as practice writes them")
    })?;
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
            eprintln!("[{}:{level}] {}", record.target(), record.args());
        }
    }

    fn flush(&self) {}
}
