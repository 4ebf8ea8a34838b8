//! Hop by Hop: a real reverse proxy with Apache's directives, and the course that builds it up.
//!
//! Dependencies point one way: book → snapshots → lessons → course → proxy.

#![warn(missing_docs, clippy::unwrap_used)]

pub mod course;
pub mod proxy;

#[path = "../lessons/mod.rs"]
pub mod lessons;

/// The program in the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
