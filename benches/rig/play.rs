//! A role is played: this program as a member or as a yardstick.

use std::{env, io, process};

use super::{bare_hyper, forwarder, member, role::Role};

/// If this program was started with a role, plays it until whoever started it has gone.
pub fn role() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some(role) = Role::read(&arguments) else { return };
    let started = match role {
        Role::Member { name, port, idle } => member::run(name, port, idle),
        Role::Forwarder { port, members } => forwarder::run(port, members),
        Role::BareHyper { port, members } => bare_hyper::run(port, members),
    };
    if let Err(error) = started {
        eprintln!("{arguments:?}: {error}");
        process::exit(1);
    }
    // Its end is the end of the bench that holds the other side.
    _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(0);
}
