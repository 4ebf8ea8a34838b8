//! `<Proxy balancer://…>`: opens a balancer.

use crate::proxy::{
    mod_proxy::ModProxy,
    mod_proxy::balancer::define,
    site::directive::{Directive, Scope},
    site::words::words,
};

/// A second section of the same name adds to the first.
pub(crate) const PROXY: Directive<ModProxy> = Directive {
    name: "<Proxy",
    read: |scope: &mut Scope<'_, ModProxy>, line| {
        let words = words(line);
        let (url, parameters) = words.split_first().map_or(("", [].as_slice()), |(url, rest)| (url, rest));
        let balancer = define(&mut scope.server.balancers, url)?;
        if parameters.iter().any(|word| !word.contains('=')) {
            return Err("Invalid Proxy parameter. Parameter must be in the form 'key=value'".to_owned());
        }
        balancer.set(parameters, scope.modules, |complaint, word| format!("<Proxy {complaint} {word}; {url}"))
    },
};
