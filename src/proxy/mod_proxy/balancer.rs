//! `<Proxy balancer://name>`: several backends under one name; which of them gets a request is mod_proxy_balancer's.

pub(crate) mod balancer_member;
pub(crate) mod lb_method;
pub(crate) mod parameters;
pub(crate) mod proxy_section;
pub(crate) mod proxy_set;

use std::{fmt, sync::Arc};

use self::parameters::BalancerParameters;
use crate::proxy::{
    mod_proxy::worker::Worker,
    site::{loaded::Modules, words::quoted},
};

pub(crate) const SCHEME: &str = "balancer://";

// ANCHOR: balancer
/// What a site file says about a balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balancer {
    pub(crate) name: String,
    /// The `BalancerMember` lines, in file order.
    pub(crate) members: Vec<Worker>,
    /// The `ProxySet` lines.
    pub(crate) parameters: BalancerParameters,
}
// ANCHOR_END: balancer

impl Balancer {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), members: Vec::new(), parameters: BalancerParameters::new() }
    }

    /// The member of that URL, or the new one: the same member twice counts once, and to Apache it is the same if the URL
    /// begins with the other's.
    pub(crate) fn member(&mut self, new: Worker) -> &mut Worker {
        let known = self.members.iter().position(|member| new.url.begins_with(&member.url));
        let at = known.unwrap_or(self.members.len());
        if known.is_none() {
            self.members.push(new);
        }
        &mut self.members[at]
    }

    /// Reads `key=value` words; `complain` makes the whole of a complaint about one of them.
    pub(crate) fn set(
        &mut self,
        words: &[String],
        modules: &Modules,
        complain: impl Fn(&str, &str) -> String,
    ) -> Result<(), String> {
        words.iter().try_for_each(|word| {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            self.parameters.read(key, value, modules).map_err(|complaint| complain(&complaint, word))
        })
    }
}

/// The balancer of that name, in any case.
pub(crate) fn find<'a>(balancers: &'a [Arc<Balancer>], name: &str) -> Option<&'a Balancer> {
    balancers.iter().find(|balancer| balancer.name.eq_ignore_ascii_case(name)).map(Arc::as_ref)
}

/// The same, to be changed.
pub(crate) fn find_mut<'a>(balancers: &'a mut [Arc<Balancer>], name: &str) -> Option<&'a mut Balancer> {
    balancers.iter_mut().find(|balancer| balancer.name.eq_ignore_ascii_case(name)).map(Arc::make_mut)
}

/// The balancer of that URL, which is defined if nobody has.
pub(crate) fn define<'a>(
    balancers: &'a mut Vec<Arc<Balancer>>,
    url: &str,
) -> Result<&'a mut Balancer, String> {
    let name = match name_and_path(url) {
        Some(("", _)) => return Err(format!("BalancerMember Bad syntax for a balancer name ({url})")),
        Some((name, _)) => name,
        None => return Err(format!("<Proxy {url}>: this proxy knows <Proxy {SCHEME}name> only")),
    };
    if find(balancers, name).is_none() {
        balancers.push(Arc::new(Balancer::new(name)));
    }
    find_mut(balancers, name).ok_or_else(|| format!("BalancerMember Bad syntax for a balancer name ({url})"))
}

/// The name and the path of a `balancer://` URL.
pub(crate) fn name_and_path(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_at_checked(SCHEME.len())?;
    let slash = rest.find('/').unwrap_or(rest.len());
    scheme.eq_ignore_ascii_case(SCHEME).then(|| rest.split_at(slash))
}

impl fmt::Display for Balancer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "<Proxy {}>", quoted(&format!("{SCHEME}{}", self.name)))?;
        self.members.iter().try_for_each(|member| writeln!(f, "    BalancerMember {member}"))?;
        let parameters = self.parameters.to_string();
        if !parameters.is_empty() {
            writeln!(f, "    ProxySet{parameters}")?;
        }
        writeln!(f, "</Proxy>")
    }
}
