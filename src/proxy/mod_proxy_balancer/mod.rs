//! `mod_proxy_balancer`: whose turn it is among the members of a balancer, sessions, the manager's page.
//!
//! What a site file says about balancers is mod_proxy's; here is what a running balancer does.

pub(crate) mod balancer_manager;
pub(crate) mod balancer_page;
pub(crate) mod connect;
pub(crate) mod mod_lbmethod_bybusyness;
pub(crate) mod mod_lbmethod_byrequests;
pub(crate) mod mod_lbmethod_bytraffic;
pub(crate) mod providers;
pub(crate) mod running;
pub(crate) mod sticky_session;
pub(crate) mod turns;

use std::{fmt, sync::Arc};

use self::running::Running;
use crate::proxy::{
    mod_proxy::balancer::Balancer,
    site::{directive::Directive, module::Module},
};

/// The balancers of a running server; no part of what a site file says.
#[derive(Clone, Debug, Default)]
pub(crate) struct ModProxyBalancer {
    pub balancers: Vec<Arc<Running>>,
}

impl ModProxyBalancer {
    /// The counters begin; `watched` is whether somebody may look at them.
    pub(crate) fn start(balancers: &[Arc<Balancer>], watched: bool) -> Self {
        let running = |balancer: &Arc<Balancer>| Arc::new(Running::new(balancer.clone(), watched));
        Self { balancers: balancers.iter().map(running).collect() }
    }
}

impl Module for ModProxyBalancer {
    const NAME: Option<&'static str> = Some("proxy_balancer");

    const DIRECTIVES: &'static [Directive<Self>] = &[];

    /// A virtual host shares the counters of the main server's balancers.
    fn inherit(&mut self, main: &Self) {
        self.balancers.extend(main.balancers.iter().cloned());
    }

    fn print(&self, _: &mut fmt::Formatter<'_>, _in_location: bool) -> fmt::Result {
        Ok(())
    }
}

impl PartialEq for ModProxyBalancer {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ModProxyBalancer {}
