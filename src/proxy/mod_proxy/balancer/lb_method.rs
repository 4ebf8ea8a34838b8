//! `lbmethod=`: how a balancer chooses.

use crate::proxy::site::loaded::Modules;

/// A method, each from a module of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LbMethod {
    /// `mod_lbmethod_byrequests`: requests are shared out.
    #[default]
    ByRequests,
    /// `mod_lbmethod_bytraffic`: bytes are.
    ByTraffic,
    /// `mod_lbmethod_bybusyness`: who has the fewest requests in hand is next.
    ByBusyness,
}

impl LbMethod {
    /// Apache's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ByRequests => "byrequests",
            Self::ByTraffic => "bytraffic",
            Self::ByBusyness => "bybusyness",
        }
    }

    /// The method of that name, if its module is loaded.
    pub(crate) fn read(name: &str, modules: &Modules) -> Option<Self> {
        [Self::ByRequests, Self::ByTraffic, Self::ByBusyness]
            .into_iter()
            .find(|method| method.name() == name && modules.has(&format!("lbmethod_{name}")))
    }
}
