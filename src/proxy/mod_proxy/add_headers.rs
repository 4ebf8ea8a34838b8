//! `ProxyAddHeaders`: whether backends are told who asked.

use std::fmt;

use crate::proxy::{
    mod_proxy::ModProxy,
    site::directive::{Directive, Scope},
    site::words::{on_or_off, words},
};

/// `ProxyAddHeaders On` (Apache's default) or `Off`: the `X-Forwarded-*` lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddHeaders(pub(crate) Option<bool>);

impl AddHeaders {
    /// Whether to add them.
    pub(crate) fn is_on(self) -> bool {
        self.0 != Some(false)
    }
}

impl fmt::Display for AddHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|on| writeln!(f, "ProxyAddHeaders {}", if *on { "On" } else { "Off" }))
    }
}

pub(crate) const PROXY_ADD_HEADERS: Directive<ModProxy> = Directive {
    name: "ProxyAddHeaders",
    read: |scope: &mut Scope<'_, ModProxy>, line| {
        scope.not_in_proxy("ProxyAddHeaders")?;
        let word = words(line).into_iter().next().unwrap_or_default();
        let on = on_or_off(&word).ok_or("ProxyAddHeaders must be On or Off")?;
        scope.here().add_headers = AddHeaders(Some(on));
        Ok(())
    },
};
