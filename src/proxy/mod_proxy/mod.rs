//! `mod_proxy`: which requests go to which worker, and what is rewritten on the way.

pub(crate) mod add_headers;
pub(crate) mod balancer;
pub(crate) mod headers;
pub(crate) mod pass;
pub(crate) mod pass_reverse;
pub(crate) mod pass_reverse_cookie;
pub(crate) mod preserve_host;
pub(crate) mod remedies;
pub(crate) mod timeout;
pub(crate) mod via;
pub(crate) mod worker;

use std::{fmt, sync::Arc};

use self::{
    add_headers::{AddHeaders, PROXY_ADD_HEADERS},
    balancer::{Balancer, balancer_member::BALANCER_MEMBER, proxy_section::PROXY, proxy_set::PROXY_SET},
    pass::{Pass, line::PROXY_PASS, pass_match::PROXY_PASS_MATCH},
    pass_reverse::{PROXY_PASS_REVERSE, PassReverse},
    pass_reverse_cookie::PassReverseCookie,
    preserve_host::{PROXY_PRESERVE_HOST, PreserveHost},
    timeout::{PROXY_TIMEOUT, ProxyTimeout},
    via::{PROXY_VIA, Via},
};
use crate::proxy::site::{directive::Directive, module::Module, remedy::Remedy};

/// What the directives of mod_proxy say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModProxy {
    pub balancers: Vec<Arc<Balancer>>,
    pub timeout: ProxyTimeout,
    pub via: Option<Via>,
    pub add_headers: AddHeaders,
    pub preserve_host: PreserveHost,
    pub pass: Pass,
    pub pass_reverse: PassReverse,
    pub pass_reverse_cookie: PassReverseCookie,
}

impl ModProxy {
    /// A copy whose workers count from nothing.
    pub(crate) fn fresh(&self) -> Self {
        let balancers = self.balancers.iter().map(|balancer| Arc::new((**balancer).clone())).collect();
        Self { balancers, pass: self.pass.fresh(), ..self.clone() }
    }
}

impl ModProxy {
    /// A balancer that the main server has too has the main server's members, whoever else is named here; what is said
    /// of it here goes before what is said there.
    pub(crate) fn complete_balancers(&mut self, main: &Self) {
        for own in &mut self.balancers {
            if let Some(theirs) = balancer::find(&main.balancers, &own.name) {
                let own = Arc::make_mut(own);
                own.members.clone_from(&theirs.members);
                own.parameters = std::mem::take(&mut own.parameters).or(&theirs.parameters);
            }
        }
    }
}

impl Module for ModProxy {
    const NAME: Option<&'static str> = Some("proxy");

    const DIRECTIVES: &'static [Directive<Self>] = &[
        PROXY,
        BALANCER_MEMBER,
        PROXY_SET,
        PROXY_TIMEOUT,
        PROXY_VIA,
        PROXY_ADD_HEADERS,
        PROXY_PRESERVE_HOST,
        PROXY_PASS,
        PROXY_PASS_MATCH,
        PROXY_PASS_REVERSE,
        pass_reverse_cookie::DOMAIN,
        pass_reverse_cookie::PATH,
    ];

    const REMEDIES: &'static [Remedy] = remedies::REMEDIES;

    /// The main server's lines come before the virtual host's own (apache-facts §7).
    fn inherit(&mut self, main: &Self) {
        self.balancers.extend(main.balancers.iter().cloned());
        self.timeout.0 = self.timeout.0.or(main.timeout.0);
        self.via = self.via.or(main.via);
        self.add_headers.0 = self.add_headers.0.or(main.add_headers.0);
        self.preserve_host.0 = self.preserve_host.0.or(main.preserve_host.0);
        self.pass.0.splice(0..0, main.pass.0.iter().cloned());
        self.pass_reverse.0.splice(0..0, main.pass_reverse.0.iter().cloned());
        let own = std::mem::replace(&mut self.pass_reverse_cookie, main.pass_reverse_cookie.clone());
        self.pass_reverse_cookie.extend(&own);
    }

    /// The lines of mappings have the section's path.
    fn inside(self, path: &str) -> Self {
        Self {
            pass: Pass(self.pass.0.into_iter().map(|rule| rule.at(path)).collect()),
            pass_reverse: PassReverse(self.pass_reverse.0.into_iter().map(|line| line.at(path)).collect()),
            pass_reverse_cookie: self.pass_reverse_cookie,
            preserve_host: self.preserve_host,
            add_headers: self.add_headers,
            ..Self::default()
        }
    }

    fn merge(&mut self, location: &Self) {
        // The last line of the last section is tried first, and it takes every request there.
        self.pass.0.splice(0..0, location.pass.0.last().cloned());
        self.pass_reverse.0.extend(location.pass_reverse.0.iter().cloned());
        self.pass_reverse_cookie.extend(&location.pass_reverse_cookie);
        self.preserve_host.0 = location.preserve_host.0.or(self.preserve_host.0);
        self.add_headers.0 = location.add_headers.0.or(self.add_headers.0);
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, in_location: bool) -> fmt::Result {
        self.balancers.iter().try_for_each(|balancer| write!(f, "{balancer}"))?;
        write!(f, "{}", self.timeout)?;
        self.via.iter().try_for_each(|via| write!(f, "{via}"))?;
        write!(f, "{}{}", self.add_headers, self.preserve_host)?;
        self.pass.0.iter().try_for_each(|rule| rule.write(f, !in_location))?;
        self.pass_reverse.0.iter().try_for_each(|line| line.write(f, !in_location))?;
        write!(f, "{}", self.pass_reverse_cookie)
    }
}
