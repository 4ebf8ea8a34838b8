//! The proxy of the package beside this one, built without the course: it needs nothing of it.

#![allow(dead_code)]

#[path = "../src/proxy/mod.rs"]
pub mod proxy;
