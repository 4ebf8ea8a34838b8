//! `mod_proxy_balancer`: several backends under one name; whose turn it is, sessions, the manager.

pub(crate) mod balancer;
pub(crate) mod balancer_manager;
pub(crate) mod balancer_page;
pub(crate) mod by_busyness;
pub(crate) mod by_requests;
pub(crate) mod by_traffic;
pub(crate) mod load;
pub(crate) mod sticky_session;
pub(crate) mod turns;
