//! The directive of mod_reqtimeout, said in Rust.

use crate::proxy::{Proxy, mod_reqtimeout::ReadLimit};

impl Proxy {
    /// `RequestReadTimeout header=…`; of a connection's virtual hosts the first one's counts.
    pub fn request_header_timeout(mut self, limit: ReadLimit) -> Self {
        self.reqtimeout.request_read_timeout.set_header(limit);
        self
    }

    /// `RequestReadTimeout body=…`.
    pub fn request_body_timeout(mut self, limit: ReadLimit) -> Self {
        self.reqtimeout.request_read_timeout.set_body(limit);
        self
    }
}
