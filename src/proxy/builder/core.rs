//! The directives of Apache's core, said in Rust.

use std::time::Duration;

use crate::proxy::{
    Proxy,
    core::{
        encoded_slashes::EncodedSlashes,
        keep_alive_timeout::KeepAliveTimeout,
        set_handler::{Handler, SetHandler},
        timeout::Timeout,
    },
};

impl Proxy {
    /// `AllowEncodedSlashes`.
    pub fn allow_encoded_slashes(mut self, slashes: EncodedSlashes) -> Self {
        self.core.encoded_slashes = Some(slashes);
        self
    }

    /// `KeepAliveTimeout`; 0 closes after each answer.
    pub fn keep_alive_timeout(mut self, timeout: Duration) -> Self {
        self.core.keep_alive_timeout = KeepAliveTimeout(Some(timeout));
        self
    }

    /// `Timeout`, in seconds.
    pub fn server_timeout(mut self, seconds: u32) -> Self {
        self.core.timeout = Timeout(Some(Duration::from_secs(seconds.min(i32::MAX as u32).into())));
        self
    }

    /// `ServerName name`.
    pub fn server_name(mut self, name: &str) -> Self {
        self.core.name.name = Some(name.to_owned());
        self
    }

    /// `ServerAlias name`.
    pub fn server_alias(mut self, name: &str) -> Self {
        self.core.name.aliases.push(name.to_owned());
        self
    }

    /// `SetHandler balancer-manager`.
    pub fn balancer_manager(mut self) -> Self {
        self.core.set_handler = SetHandler(Some(Handler::BalancerManager));
        self
    }
}
