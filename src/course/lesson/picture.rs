//! The picture of a stage: client → proxy → backends, with their ports.

use std::fmt::Write;

use super::{
    GREETINGS, Stage,
    ports::{Hop, Ports},
};
use crate::proxy::Site;

/// Who talks to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `host:port` of the proxy, if the stage has one.
    pub proxy: Option<String>,
    /// Whether the proxy runs: not with a site file that it refuses.
    pub proxy_runs: bool,
    /// The backends that run, or that the proxy asks.
    pub backends: Vec<Seen>,
}

/// A backend in the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// `host:port`.
    pub address: String,
    /// What it says at `/`.
    pub greeting: &'static str,
    /// Whether it runs.
    pub runs: bool,
    /// Whether the client's requests can reach it.
    pub reached: bool,
}

impl Picture {
    /// The picture of a stage in a lab with these ports.
    pub fn of(stage: &Stage, ports: &Ports) -> Self {
        let site = stage.site.as_deref();
        let seen = [Hop::One, Hop::Two].into_iter().zip(GREETINGS).zip(stage.backends.each());
        let backends = seen.map(|((hop, greeting), runs)| {
            let address = ports.address(hop);
            let reached = site.is_none_or(|site| site.contains(&address));
            Seen { address, greeting, runs, reached }
        });
        Self {
            proxy: site.map(|_| ports.address(Hop::Front)),
            proxy_runs: site.is_some_and(|site| site.parse::<Site>().is_ok()),
            backends: backends.filter(|seen| seen.runs || site.is_some() && seen.reached).collect(),
        }
    }

    /// A drawing for a terminal: one line for each backend.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let start = match &self.proxy {
            Some(proxy) if self.proxy_runs => format!("client → proxy {proxy}"),
            Some(proxy) => {
                _ = writeln!(text, "client ✗ proxy {proxy} (does not start)");
                "proxy".to_owned()
            }
            None => "client".to_owned(),
        };
        for (at, backend) in self.backends.iter().enumerate() {
            let from = if at == 0 { start.clone() } else { " ".repeat(start.chars().count()) };
            let arrow = if backend.reached { "→" } else { "✗" };
            let state = match (backend.runs, backend.reached) {
                (false, _) => "not running".to_owned(),
                (true, false) => format!("“{}”, not asked", backend.greeting),
                (true, true) => format!("“{}”", backend.greeting),
            };
            _ = writeln!(text, "{from} {arrow} backend {}  {state}", backend.address);
        }
        if self.backends.is_empty() {
            _ = writeln!(text, "{start} ✗ nobody is there yet");
        }
        text
    }
}
