//! The book in a real browser: what a reader does on every page, with the lab behind it, without it, and without scripts.

mod book;
mod chrome;
mod page;
mod reader;
mod rules;
mod still;
#[path = "../tools/mod.rs"]
mod tools;
