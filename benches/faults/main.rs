//! The proxy beside nginx, HAProxy, Apache and Caddy when something goes wrong: what is lost, and for how long.

mod crowd;
mod descriptors;
mod dropped;
mod fault;
mod killed;
mod reloaded;
#[allow(dead_code, reason = "the other bench uses the rest of it")]
#[path = "../rig/mod.rs"]
mod rig;
mod rows;
mod slow;
mod stalled;
mod steady;
mod stopped;

use std::{path::PathBuf, process::ExitCode, thread, time::Duration};

use clap::Parser;
use rig::{
    machine,
    peer::Peer,
    peers::{self, Missing},
    play,
    save::Said,
    table::Table,
};

use self::fault::Fault;

/// All of them, in the order of the table.
const FAULTS: [Fault; 8] = [
    killed::FAULT,
    reloaded::FAULT,
    stalled::FAULT,
    dropped::FAULT,
    stopped::FAULT,
    slow::FAULT,
    crowd::FAULT,
    descriptors::FAULT,
];

/// Where `--save` puts it; the book shows it.
const FILE: &str = "benches/faults.txt";

/// Compares what each server loses when something goes wrong.
#[derive(Parser)]
#[command(name = "cargo bench --bench faults --")]
struct Options {
    /// How long the load of 500 requests a second lasts, in seconds
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Only these faults
    #[arg(long, value_parser = FAULTS.map(|fault| fault.name))]
    fault: Vec<String>,
    /// Only these servers
    #[arg(long, value_parser = peers::KEYS)]
    only: Vec<String>,
    /// Another build of `lesson`, to compare with this one
    #[arg(long, value_name = "PATH")]
    serve: Vec<PathBuf>,
    /// Keeps the table for the book, in benches/faults.txt
    #[arg(long, conflicts_with_all = ["fault", "only", "serve"])]
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
            eprintln!("faults: {error}");
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
    let wanted = |peer: &Peer| options.only.is_empty() || options.only.iter().any(|key| key == peer.key);
    peers.retain(|peer| !peer.is_yardstick() && (peer.key == "serve" || wanted(peer)));
    let lasts = Duration::from_secs(options.seconds);

    let mut said = Said::default();
    let how = format!("{} requests a second for {} s", steady::RATE, options.seconds);
    said.say("machine", "", format!("{}; {how}.\n", machine::line(&peers)));
    let head = ["what happens"].into_iter().map(str::to_owned);
    let mut table = Table::new(head.chain(peers.iter().map(|peer| peer.name.clone())));
    for fault in FAULTS
        .iter()
        .filter(|fault| options.fault.is_empty() || options.fault.iter().any(|name| name == fault.name))
    {
        eprintln!("{} …", fault.name);
        let cells = measure(fault, &peers, lasts)?;
        for (at, row) in fault.rows.iter().enumerate() {
            table.row([(*row).to_owned()].into_iter().chain(cells.iter().map(|of_peer| of_peer[at].clone())));
        }
    }
    said.say("faults", "", table.to_string());
    if options.save {
        said.save(FILE).map_err(|error| format!("{FILE} cannot be written: {error}"))?;
    }
    Ok(())
}

/// The cells of each server.
fn measure(fault: &Fault, peers: &[Peer], lasts: Duration) -> rig::Result<Vec<Vec<String>>> {
    if fault.together {
        thread::scope(|scope| {
            let measure = |peer| scope.spawn(move || (fault.measure)(peer, lasts));
            let begun: Vec<_> = peers.iter().map(measure).collect();
            begun.into_iter().map(|thread| thread.join().map_err(|_| "a measurement broke off")?).collect()
        })
    } else {
        peers.iter().map(|peer| (fault.measure)(peer, lasts)).collect()
    }
}
