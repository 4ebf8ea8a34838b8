//! The rows of the table, fault by fault.

pub const KILLED: &[&str] =
    &["a member is killed, and later started again: requests lost", "… the longest time without an answer"];
pub const RELOADED: &[&str] = &[
    "three graceful reloads, each with other members: requests lost",
    "… the longest time without an answer",
];
pub const STALLED: &[&str] =
    &["a member stands still for a third of the time: requests lost", "… the longest time without an answer"];
pub const DROPPED: &[&str] =
    &["members close idle connections just as they are used again: GETs lost of 600", "… POSTs lost of 600"];
pub const STOPPED: &[&str] =
    &["stopped with 20 requests of 1 s under way: answered", "… how it ended, and when"];
pub const SLOW: &[&str] = &[
    "a head comes a byte each second: how it ends, and when",
    "a body comes a byte each second",
    "a head never comes",
];
pub const CROWD: &[&str] = &[
    "500 requests a second, nothing wrong: p50 / p99",
    "… beside 1,000 slow clients: p50 / p99",
    "… beside 1,000 slow clients: requests lost",
];
pub const DESCRIPTORS: &[&str] =
    &["256 descriptors, 1,500 clients: CPU time used in 3 s", "… serves again, once they have left"];
