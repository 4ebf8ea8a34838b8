//! This program started again, as a member or as the forwarder: so each has a process of its own, and its own CPU time.

use std::{env, io, process, time::Duration};

use super::{forwarder, member};

/// What this program may be started as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A backend that says this name, and drops connections that are idle for so long.
    Member {
        name: &'static str,
        port: u16,
        idle: Option<Duration>,
    },
    Forwarder {
        port: u16,
        members: [u16; 2],
    },
}

impl Role {
    /// How it is told.
    pub fn arguments(&self) -> Vec<String> {
        match self {
            Self::Member { name, port, idle } => {
                let idle = idle.map_or(0, |idle| idle.as_millis());
                ["member", name, &port.to_string(), &idle.to_string()].map(str::to_owned).into()
            }
            Self::Forwarder { port, members: [one, two] } => {
                let ports = [port, one, two].map(u16::to_string);
                ["forwarder".to_owned()].into_iter().chain(ports).collect()
            }
        }
    }

    fn read(arguments: &[String]) -> Option<Self> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words[..] {
            ["member", name, port, idle] => Some(Self::Member {
                name: member::NAMES.into_iter().find(|known| *known == name)?,
                port: port.parse().ok()?,
                idle: Some(idle.parse().ok()?).filter(|idle| *idle != 0).map(Duration::from_millis),
            }),
            ["forwarder", port, one, two] => Some(Self::Forwarder {
                port: port.parse().ok()?,
                members: [one.parse().ok()?, two.parse().ok()?],
            }),
            _ => None,
        }
    }
}

/// If this program was started with a role, plays it until whoever started it has gone.
pub fn play() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some(role) = Role::read(&arguments) else { return };
    let started = match role {
        Role::Member { name, port, idle } => member::run(name, port, idle),
        Role::Forwarder { port, members } => forwarder::run(port, members),
    };
    if let Err(error) = started {
        eprintln!("{arguments:?}: {error}");
        process::exit(1);
    }
    // Its end is the end of the bench that holds the other side.
    _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(0);
}
