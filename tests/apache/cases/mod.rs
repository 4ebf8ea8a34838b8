//! The cases, one file for each part of what Apache does.

mod balancer;
mod bodies;
mod cookies;
mod differ;
mod failures;
mod grammar;
mod headers;
mod hosts;
mod interim;
mod lengths;
mod locations;
mod paths;
mod ranges;
mod requests;
mod responses;
mod reverse;
mod spelling;
mod unsupported;

use crate::case::Case;

pub fn all() -> Vec<Case> {
    let mut cases = [
        requests::cases(),
        bodies::cases(),
        grammar::cases(),
        responses::cases(),
        ranges::cases(),
        spelling::cases(),
        interim::cases(),
        lengths::cases(),
        paths::cases(),
        hosts::cases(),
        reverse::cases(),
        balancer::cases(),
        failures::cases(),
        headers::cases(),
        cookies::cases(),
        locations::cases(),
        balancer::parameters::cases(),
        balancer::schemes::cases(),
        unsupported::cases(),
    ]
    .concat();
    differ::mark(&mut cases);
    cases
}
