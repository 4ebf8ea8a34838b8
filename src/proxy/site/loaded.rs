//! Which modules a site has: without its module a directive is an invalid command.

/// The modules that a site file names; one that names none has all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modules(pub(crate) Vec<String>);

impl Modules {
    /// Whether the site has `module`, named as `a2enmod` names it (`proxy_http`).
    pub fn has(&self, module: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|named| named == module)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_named_means_all() {
        assert!(Modules::default().has("proxy_http"));
        let named = Modules(vec!["proxy".to_owned()]);
        assert!(named.has("proxy") && !named.has("proxy_http"));
    }
}
