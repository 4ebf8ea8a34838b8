//! This program started again, as a member or as a yardstick: so each has a process of its own, and its own CPU time.

use std::time::Duration;

use super::member;

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
    BareHyper {
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
            Self::Forwarder { port, members } => ports("forwarder", *port, *members),
            Self::BareHyper { port, members } => ports("bare-hyper", *port, *members),
        }
    }

    /// What is told so.
    pub fn read(arguments: &[String]) -> Option<Self> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words[..] {
            ["member", name, port, idle] => Some(Self::Member {
                name: member::NAMES.into_iter().find(|known| *known == name)?,
                port: port.parse().ok()?,
                idle: Some(idle.parse().ok()?).filter(|idle| *idle != 0).map(Duration::from_millis),
            }),
            [name, port, one, two] => {
                let (port, members) = (port.parse().ok()?, [one.parse().ok()?, two.parse().ok()?]);
                match name {
                    "forwarder" => Some(Self::Forwarder { port, members }),
                    "bare-hyper" => Some(Self::BareHyper { port, members }),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn ports(name: &str, port: u16, [one, two]: [u16; 2]) -> Vec<String> {
    [name.to_owned()].into_iter().chain([port, one, two].map(|port| port.to_string())).collect()
}
