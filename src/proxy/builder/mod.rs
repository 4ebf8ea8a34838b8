//! A proxy said in Rust, where a method is a line of the site file; each value can be printed as one, and read back.

mod core;
mod mod_proxy;
mod mod_reqtimeout;
