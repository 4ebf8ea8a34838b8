//! `ProxyPreserveHost`: whose name the backend sees.

use std::fmt;

use crate::proxy::{
    core::front::Front,
    http1::{head::Head, name::HOST, url::Url},
    mod_proxy::ModProxy,
    site::directive::{Directive, Scope},
    site::words::{on_or_off, words},
};

/// `ProxyPreserveHost On` or `Off` (Apache's default).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PreserveHost(pub(crate) Option<bool>);

// ANCHOR: apply
impl PreserveHost {
    /// Writes the `Host` that the backend sees: the client's when on, else the one in the backend's URL.
    pub(crate) fn apply(self, head: &mut Head, front: &Front<'_>, backend: &Url) {
        match self.0 {
            Some(true) => head.set(HOST, front.host()),
            Some(false) | None => head.set(HOST, backend.host_field().as_bytes()),
        }
    }
}
// ANCHOR_END: apply

impl fmt::Display for PreserveHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(true) => writeln!(f, "ProxyPreserveHost On"),
            Some(false) => writeln!(f, "ProxyPreserveHost Off"),
            None => Ok(()),
        }
    }
}

pub(crate) const PROXY_PRESERVE_HOST: Directive<ModProxy> = Directive {
    name: "ProxyPreserveHost",
    read: |scope: &mut Scope<'_, ModProxy>, line| {
        scope.not_in_proxy("ProxyPreserveHost")?;
        let word = words(line).into_iter().next().unwrap_or_default();
        let on = on_or_off(&word).ok_or("ProxyPreserveHost must be On or Off")?;
        scope.here().preserve_host = PreserveHost(Some(on));
        Ok(())
    },
};
