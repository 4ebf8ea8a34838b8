//! The proxy beside nginx, HAProxy, Apache and Caddy, in one run: what a request costs, and what a client.

mod calls;
mod case;
mod cost;
mod memory;
#[allow(dead_code, reason = "the other bench uses the rest of it")]
#[path = "../rig/mod.rs"]
mod rig;
mod wrk;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use rig::{
    backend::{self, Backend},
    check::check,
    machine::{self, cores},
    peer::Peer,
    peers::{self, Missing},
    play,
    running::Running,
    save::Said,
};

use self::case::CASES;

/// Where `--save` puts it; the book shows it.
const FILE: &str = "benches/peers.txt";

/// Compares the CPU time that each server needs for a request, and the memory it needs for a client.
#[derive(Parser)]
#[command(name = "cargo bench --bench peers --")]
struct Options {
    /// How often each server is driven, in turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long it is driven each time, in seconds
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// Only these cases
    #[arg(long, value_parser = cases())]
    case: Vec<String>,
    /// Only these servers
    #[arg(long, value_parser = peers::KEYS)]
    only: Vec<String>,
    /// Another build of `lesson`, to compare with this one
    #[arg(long, value_name = "PATH")]
    serve: Vec<PathBuf>,
    /// Keeps the tables for the book, in benches/peers.txt
    #[arg(long, conflicts_with_all = ["case", "only", "serve"])]
    save: bool,
    /// What cargo says to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    play::role();
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> rig::Result<()> {
    machine::raise_descriptors();
    let (mut peers, missing) = peers::all(&options.serve);
    for Missing(what) in &missing {
        println!("skipped: {what}");
    }
    peers.retain(|peer| {
        options.only.is_empty() || peer.key == "serve" || options.only.iter().any(|key| key == peer.key)
    });
    let wanted = |name: &str| options.case.is_empty() || options.case.iter().any(|case| case == name);
    let runtime = cores::runtime()?;

    let mut said = Said::default();
    let how = format!("{} rounds of {} s each", options.rounds, options.seconds);
    said.say("machine", "", format!("{}; {how}.\n", machine::line(&peers)));
    for case in CASES.iter().filter(|case| wanted(case.name)) {
        let (members, servers) = started(&peers)?;
        for server in &servers {
            runtime.block_on(check(server, &members))?;
        }
        let samples = cost::measure(case, &servers, (options.rounds, options.seconds))?;
        said.say(case.name, case.title, cost::table(&servers, &samples).to_string());
    }
    if wanted(memory::NAME) {
        let (_members, servers) = started(&peers)?;
        let busy = CASES.iter().find(|case| case.name == memory::BUSY).ok_or("no such case")?;
        let held: Result<Vec<_>, String> = servers
            .iter()
            .map(|server| Ok((server.peer.name.clone(), runtime.block_on(memory::measure(server, busy))?)))
            .collect();
        said.say(memory::NAME, memory::TITLE, memory::table(&held?).to_string());
    }
    if wanted(calls::NAME) && calls::can() {
        let (_members, servers) = started(&peers)?;
        let counted: Result<Vec<_>, String> =
            servers.iter().map(|server| Ok((server.peer.name.clone(), calls::measure(server)?))).collect();
        said.say(calls::NAME, calls::TITLE, calls::table(&counted?).to_string());
    } else if wanted(calls::NAME) {
        println!("skipped: strace is not installed; on Debian: apt install strace");
        said.say(calls::NAME, calls::TITLE, "Not counted: strace was not installed.".to_owned());
    }
    if options.save {
        said.save(FILE).map_err(|error| format!("{FILE} cannot be written: {error}"))?;
    }
    Ok(())
}

/// Two members, and every server in front of them.
fn started(peers: &[Peer]) -> rig::Result<([Backend; 2], Vec<Running>)> {
    let members = backend::both(None)?;
    let ports = [members[0].port, members[1].port];
    let servers: Result<_, String> = peers.iter().map(|peer| Running::start(peer, ports, None)).collect();
    Ok((members, servers?))
}

/// What `--case` takes.
fn cases() -> Vec<&'static str> {
    CASES.iter().map(|case| case.name).chain([memory::NAME, calls::NAME]).collect()
}
