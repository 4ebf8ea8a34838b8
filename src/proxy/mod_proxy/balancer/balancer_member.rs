//! `BalancerMember`: one more backend of a balancer.

use crate::proxy::{
    mod_proxy::ModProxy,
    mod_proxy::balancer::define,
    mod_proxy::worker::{Worker, url_complaint},
    site::directive::{Directive, Scope, Section},
    site::words::words,
};

pub(crate) const BALANCER_MEMBER: Directive<ModProxy> = Directive {
    name: "BalancerMember",
    read: |scope: &mut Scope<'_, ModProxy>, line| {
        let mut words = words(line);
        let name = match scope.section {
            Section::Proxy(name) => name.to_owned(),
            Section::Location(path) => path.to_owned(),
            _ if words.len() > 1 && words[0].contains("://") && words[1].contains("://") => words.remove(0),
            _ if words.is_empty() => {
                return Err(
                    "BalancerMember must define balancer name when outside <Proxy > section".to_owned()
                );
            }
            _ => return Err("BalancerMember must define remote proxy server".to_owned()),
        };
        let [url, parameters @ ..] = words.as_slice() else {
            return Err("BalancerMember must define remote proxy server".to_owned());
        };
        if parameters.iter().any(|word| !word.contains('=')) {
            return Err("BalancerMember can not have a balancer name when defined in a location".to_owned());
        }
        if let Section::Location(path) = scope.section {
            return Err(format!("BalancerMember Bad syntax for a balancer name ({path})"));
        }
        let parsed = url.parse().map_err(|error| format!("BalancerMember {}", url_complaint(error, url)))?;
        let mut member = Worker::new(parsed);
        member.read_parameters(parameters).map_err(|complaint| format!("BalancerMember {complaint}"))?;
        // What a later line says of a member that is there already counts for nothing.
        define(&mut scope.server.balancers, &name)?.member(member);
        Ok(())
    },
};
