//! The grammar of a site file: lines, sections, words, times, and what to do about an error; it knows no directive.

pub(crate) mod directive;
pub(crate) mod duration;
pub(crate) mod grammar;
pub(crate) mod loaded;
pub(crate) mod log_item;
pub(crate) mod module;
pub(crate) mod number;
pub(crate) mod remedy;
pub(crate) mod variables;
pub(crate) mod words;
