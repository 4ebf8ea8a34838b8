//! `ProxySet`: what is said of a balancer.

use crate::proxy::{
    mod_proxy::ModProxy,
    mod_proxy::balancer::{find_mut, name_and_path},
    site::directive::{Directive, Scope, Section},
    site::words::words,
};

pub(crate) const PROXY_SET: Directive<ModProxy> = Directive {
    name: "ProxySet",
    read: |scope: &mut Scope<'_, ModProxy>, line| {
        let mut words = words(line);
        let url = match scope.section {
            Section::Proxy(url) => url.to_owned(),
            _ if !words.is_empty() => words.remove(0),
            _ => return Err("ProxySet can not find '' Worker.".to_owned()),
        };
        let Some((name, _)) = name_and_path(&url) else {
            return Err(format!("ProxySet can not find '{url}' Worker."));
        };
        let balancer = find_mut(&mut scope.server.balancers, name);
        let balancer = balancer.ok_or_else(|| format!("ProxySet can not find '{url}' Balancer."))?;
        if words.iter().any(|word| !word.contains('=')) {
            return Err("Invalid ProxySet parameter. Parameter must be in the form 'key=value'".to_owned());
        }
        balancer.set(&words, scope.modules, |complaint, word| format!("ProxySet: {complaint} {word}; {url}"))
    },
};
