//! The proxy under faults: another site while it runs, a stop, slow clients, members that fail, no descriptors left.

mod descriptors;
mod interim;
mod log;
mod members;
#[path = "../ports/mod.rs"]
mod ports;
#[path = "../pty/mod.rs"]
#[allow(dead_code, reason = "the terminal's tests and the proxy's use the rest of it")]
mod pty;
mod reload;
mod resend;
mod served;
mod slow;
mod stop;
mod uploads;
#[path = "../proxy/wire.rs"]
#[allow(dead_code, reason = "the terminal's tests and the proxy's use the rest of it")]
mod wire;
