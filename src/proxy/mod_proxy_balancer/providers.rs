//! What a balancer needs of other modules: shared memory for its counters, and its method.

use crate::proxy::{mod_proxy::balancer::Balancer, site::loaded::Modules};

/// What stops a server that has this balancer (apache-facts §2): configtest does not see it, the start does.
pub(crate) fn missing(modules: &Modules, balancer: &Balancer) -> Option<String> {
    if !modules.has("proxy_balancer") {
        return None;
    }
    if !modules.has("slotmem_shm") {
        return Some(
            "AH01177: Failed to lookup provider 'shm' for 'slotmem': is mod_slotmem_shm loaded??".to_owned(),
        );
    }
    let method = balancer.parameters.method().name();
    (!modules.has(&format!("lbmethod_{method}"))).then(|| format!("AH02432: Cannot find LB Method: {method}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balancer_needs_shared_memory_and_its_method() {
        let missing = |named: &[&str]| {
            missing(&Modules(named.iter().map(|name| (*name).to_owned()).collect()), &Balancer::new("c"))
        };
        assert!(missing(&["proxy", "proxy_balancer"]).unwrap().starts_with("AH01177"));
        assert!(missing(&["proxy_balancer", "slotmem_shm"]).unwrap().starts_with("AH02432"));
        assert_eq!(missing(&["proxy_balancer", "slotmem_shm", "lbmethod_byrequests"]), None);
        assert_eq!(missing(&["proxy"]), None);
        assert_eq!(missing(&[]), None);
    }
}
