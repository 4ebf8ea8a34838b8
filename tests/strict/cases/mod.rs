//! The cases, section by section.

mod answers;
mod body;
mod chunked;
mod connection;
mod fields;
mod hosts;
mod lengths_of_answers;
mod lines;
mod semantics;
mod targets;

use crate::case::{Case, Verdict};

pub fn all() -> Vec<Case> {
    [
        lines::cases(),
        targets::cases(),
        hosts::cases(),
        fields::cases(),
        body::cases(),
        chunked::cases(),
        connection::cases(),
        semantics::cases(),
        answers::cases(),
        lengths_of_answers::cases(),
    ]
    .concat()
}

/// Cases of one section that differ in one part of a request.
fn each<const N: usize>(
    section: &'static str,
    cases: [(&'static str, Verdict, &'static str); N],
    request: impl Fn(&str) -> String,
) -> Vec<Case> {
    cases.map(|(name, verdict, part)| Case::new(section, name, verdict, request(part))).to_vec()
}
