//! What goes wrong, one kind of it.

use std::time::Duration;

use crate::rig::{self, backend::Backend, peer::Peer, running::Running};

/// A cell for each row, or why there is none.
pub type Measured = rig::Result<Vec<String>>;

/// One kind of fault.
pub struct Fault {
    /// As `--fault` knows it.
    pub name: &'static str,
    /// What is measured: a row of the table for each.
    pub rows: &'static [&'static str],
    /// Measures one server, with a load that lasts so long.
    pub measure: fn(&Peer, Duration) -> Measured,
    /// Whether it takes long and asks so little that the servers can be measured at the same time.
    pub together: bool,
}

/// A server in front of two members.
pub fn start(peer: &Peer, members: &[Backend; 2]) -> rig::Result<Running> {
    Ok(Running::start(peer, [members[0].port, members[1].port], None)?)
}

/// Milliseconds, in a cell: figures and their units stay on one line.
pub fn milliseconds(time: Duration) -> String {
    match time {
        Duration::MAX => "–".to_owned(),
        time if time < Duration::from_millis(10) => format!("{:.1}\u{a0}ms", time.as_secs_f64() * 1e3),
        time => format!("{:.0}\u{a0}ms", time.as_secs_f64() * 1e3),
    }
}
