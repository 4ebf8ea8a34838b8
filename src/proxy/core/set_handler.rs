//! `SetHandler`: who answers where no backend does.

use std::fmt;

use crate::proxy::{
    core::Core,
    site::directive::{Directive, Scope},
    site::words::one_word,
};

/// `SetHandler`; without the directive nobody does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SetHandler(pub(crate) Option<Handler>);

/// The handlers that this proxy knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handler {
    /// `none`: undoes what is said further out.
    None,
    /// `balancer-manager`: mod_proxy_balancer's page.
    BalancerManager,
}

impl Handler {
    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::BalancerManager => "balancer-manager",
        }
    }
}

impl SetHandler {
    /// Whether this handler is set.
    pub(crate) fn is(self, handler: Handler) -> bool {
        self.0 == Some(handler)
    }
}

impl fmt::Display for SetHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|handler| writeln!(f, "SetHandler {}", handler.word()))
    }
}

pub(crate) const SET_HANDLER: Directive<Core> = Directive {
    name: "SetHandler",
    read: |scope: &mut Scope<'_, Core>, line| {
        scope.not_in_proxy("SetHandler")?;
        let word = one_word(line).ok_or(
            "SetHandler takes one argument, a handler name that overrides any other configured handler",
        )?;
        let known = [Handler::None, Handler::BalancerManager];
        let handler = known.into_iter().find(|handler| handler.word().eq_ignore_ascii_case(&word));
        let handler = handler
            .ok_or_else(|| format!("SetHandler {word}: this proxy knows SetHandler balancer-manager only"))?;
        scope.here().set_handler = SetHandler(Some(handler));
        Ok(())
    },
};
