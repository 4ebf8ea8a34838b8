//! `mod_proxy`: which requests go to which worker, and what is rewritten on the way.

pub(crate) mod add_headers;
pub(crate) mod balancer_member;
pub(crate) mod balancer_parameters;
pub(crate) mod headers;
pub(crate) mod lb_method;
pub(crate) mod nocanon;
pub(crate) mod pass;
pub(crate) mod pass_line;
pub(crate) mod pass_match;
pub(crate) mod pass_reverse;
pub(crate) mod pass_reverse_cookie;
pub(crate) mod preserve_host;
pub(crate) mod proxy_set;
pub(crate) mod status;
pub(crate) mod via;
pub(crate) mod worker;
pub(crate) mod worker_parameters;
