//! `lesson serve` and `lesson configtest`: the proxy on any site file.

use std::{
    env,
    error::Error,
    io::{ErrorKind, stderr, stdout},
    net::SocketAddr,
    path::Path,
    pin::pin,
    process::ExitCode,
    thread,
};

use hop_by_hop::{
    course::{Terminal, printable, read_regular, stopped},
    proxy::{ErrorLog, Lines, ServeError, Server, Site},
};
use log::LevelFilter;
use tokio::sync::oneshot;

use super::hangup::{Asked, Hangup};

/// The longest site file that is read, in bytes: far more than anybody writes.
const LONGEST: u64 = 64 << 20;

/// Runs the proxy until Ctrl-C or SIGTERM; SIGHUP lets it read its site file again.
pub async fn serve(path: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let told = Told { out: Lines::to(stdout())?, err: Lines::to(stderr())? };
    log::set_boxed_logger(Box::new(ErrorLog(told.err.clone())))?;
    log::set_max_level(LevelFilter::Warn);
    let served = serve_until_stopped(path, &told).await;
    told.out.flush();
    told.err.flush();
    served.map(|()| ExitCode::SUCCESS)
}

/// Where it says what: nobody may read that, and no request, nor a stop, waits for it.
struct Told {
    out: Lines,
    err: Lines,
}

async fn serve_until_stopped(path: &Path, told: &Told) -> Result<(), Box<dyn Error>> {
    let mut hangup = Hangup::new();
    let mut stopped = pin!(stopped());
    let site = read(path)?;
    let listeners = Server::bind(&site).map_err(with_remedy)?;
    let mut server = Server::start(&site, listeners, None).map_err(with_remedy)?;
    listening(&server, &[], told);
    loop {
        tokio::select! {
            () = stopped.as_mut() => break,
            asked = hangup.next() => match asked {
                Asked::Reload => reload(path, &mut server, told),
                Asked::Stop => break,
            }
        }
    }
    stop(server, told).await;
    Ok(())
}

/// Lets requests in flight finish; a second signal cuts them off.
async fn stop(server: Server, told: &Told) {
    let again = stopped();
    let (tell, answered) = oneshot::channel();
    // Not a task: the end of the program would wait for it.
    thread::spawn(move || tell.send(server.stop()));
    let cut_off = tokio::select! {
        answered = answered => answered == Ok(false),
        () = again => true,
    };
    if cut_off {
        let cut_off = "stopped; requests that were not answered yet have been cut off (GracefulShutdownTimeout gives them longer)";
        told.err.say(cut_off.to_owned());
    }
}

/// Serves what the site file says now; if it cannot be served, what it said before, and says why.
fn reload(path: &Path, server: &mut Server, told: &Told) {
    let file = path.display();
    let before = server.addresses().to_vec();
    match read(path).and_then(|site| server.reload(&site).map_err(with_remedy)) {
        Ok(()) => {
            told.out.say(printable(&format!("reloaded {file}")).into_owned());
            listening(server, &before, told);
        }
        Err(why) => {
            let why = format!(
                "{why}\n{file} is not reloaded, and what it said before is still served; correct it and send SIGHUP again"
            );
            told.err.say(printable(&why).into_owned());
        }
    }
}

/// Says where it listens that it did not listen before.
fn listening(server: &Server, before: &[SocketAddr], told: &Told) {
    for address in server.addresses().iter().filter(|address| !before.contains(address)) {
        told.out.say(format!("listening on http://{address}"));
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
    let variables = |name: &str| env::var(name).ok();
    Site::parse_with(&text, &file, variables)
        .map_err(|error| format!("{error}\nwhat to do: {}", error.remedy))
}

fn with_remedy(error: ServeError) -> String {
    format!("{error}\nwhat to do: {}", error.remedy())
}
