//! `<Proxy balancer://…>` and `ProxySet`: a balancer and its parameters.

use std::{fmt, sync::Arc};

use crate::proxy::{
    Balancer, Proxy,
    http1::url::Url,
    mod_proxy_balancer::balancer::{SCHEME, find, name_and_path},
    modules::Modules,
    site::directive::{Directive, Scope, Section, quoted, words},
};

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

/// Opens `<Proxy balancer://name>`; a second block of the same name adds to the first.
pub(crate) fn open(
    proxy: &mut Proxy,
    url: &str,
    parameters: &[String],
    modules: &Modules,
) -> Result<(), String> {
    let balancer = define(proxy, url)?;
    if parameters.iter().any(|word| !word.contains('=')) {
        return Err("Invalid Proxy parameter. Parameter must be in the form 'key=value'".to_owned());
    }
    set(balancer, parameters, modules, |complaint, word| format!("<Proxy {complaint} {word}; {url}"))
}

/// The balancer of that URL, which is defined if nobody has.
pub(crate) fn define<'a>(proxy: &'a mut Proxy, url: &str) -> Result<&'a mut Balancer, String> {
    let name = match name_and_path(url) {
        Some(("", _)) => return Err(format!("BalancerMember Bad syntax for a balancer name ({url})")),
        Some((name, _)) => name,
        None => return Err(format!("<Proxy {url}>: this proxy knows <Proxy {SCHEME}name> only")),
    };
    if find(&proxy.balancers, name).is_none() {
        proxy.balancers.push(Arc::new(Balancer::new(name)));
    }
    find_mut(proxy, name).ok_or_else(|| format!("BalancerMember Bad syntax for a balancer name ({url})"))
}

/// What a `ProxyPass` line says about its balancer.
pub(crate) fn set_by_pass(scope: &mut Scope<'_>, url: &Url, parameters: &[String]) -> Result<(), String> {
    if parameters.is_empty() {
        return Ok(());
    }
    let balancer = define(scope.proxy, url.as_str())?;
    set(balancer, parameters, &scope.site.modules, |complaint, _| format!("ProxyPass {complaint}"))
}

fn set(
    balancer: &mut Balancer,
    words: &[String],
    modules: &Modules,
    complain: impl Fn(&str, &str) -> String,
) -> Result<(), String> {
    words.iter().try_for_each(|word| {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        balancer.parameters.read(key, value, modules).map_err(|complaint| complain(&complaint, word))
    })
}

fn find_mut<'a>(proxy: &'a mut Proxy, name: &str) -> Option<&'a mut Balancer> {
    let found = proxy.balancers.iter_mut().find(|balancer| balancer.name.eq_ignore_ascii_case(name));
    found.map(Arc::make_mut)
}

pub(crate) const PROXY_SET: Directive = Directive {
    name: "ProxySet",
    module: Some("proxy"),
    read: |scope: &mut Scope<'_>, line| {
        let mut words = words(line);
        let url = match scope.section {
            Section::Proxy(url) => url.to_owned(),
            _ if !words.is_empty() => words.remove(0),
            _ => return Err("ProxySet can not find '' Worker.".to_owned()),
        };
        let Some((name, _)) = name_and_path(&url) else {
            return Err(format!("ProxySet can not find '{url}' Worker."));
        };
        let balancer = find_mut(scope.proxy, name);
        let balancer = balancer.ok_or_else(|| format!("ProxySet can not find '{url}' Balancer."))?;
        if words.iter().any(|word| !word.contains('=')) {
            return Err("Invalid ProxySet parameter. Parameter must be in the form 'key=value'".to_owned());
        }
        set(balancer, &words, &scope.site.modules, |complaint, word| {
            format!("ProxySet: {complaint} {word}; {url}")
        })
    },
};
