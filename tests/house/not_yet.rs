//! What is not in order yet, until the wire is ours. A line that is no longer needed makes a test fail.

use crate::tree::File;

/// Arrows that point up: who uses what.
pub const ARROWS: &[(&str, &str)] = &[
    ("src/proxy/core/error_page.rs", "src/proxy/mod_proxy/headers.rs"),
    ("src/proxy/core/error_page.rs", "src/proxy/mod_proxy_http/body.rs"),
    ("src/proxy/core/persistence.rs", "src/proxy/mod_proxy/headers.rs"),
    ("src/proxy/core/persistence.rs", "src/proxy/mod_proxy_http/body.rs"),
    ("src/proxy/core/range.rs", "src/proxy/mod_proxy_http/body.rs"),
    ("src/proxy/core/request.rs", "src/proxy/mod_proxy/headers.rs"),
    ("src/proxy/core/request.rs", "src/proxy/mod_proxy_http/body.rs"),
    ("src/proxy/http1/raw_head.rs", "src/proxy/error.rs"),
    ("src/proxy/mod_proxy/headers.rs", "src/proxy/mod_proxy_http/body.rs"),
    ("src/proxy/mod_proxy/worker.rs", "src/proxy/mod_proxy_http/in_use.rs"),
    ("src/proxy/mod_proxy_http/body.rs", "src/proxy/mod_reqtimeout.rs"),
    ("src/proxy/mod_proxy_http/body.rs", "src/proxy/server/waiting.rs"),
    ("src/proxy/mod_proxy_http/upload.rs", "src/proxy/mod_reqtimeout.rs"),
    ("src/proxy/mod_proxy_http/upload.rs", "src/proxy/server/waiting.rs"),
    ("src/proxy/trace.rs", "src/proxy/mod_proxy_http/body.rs"),
];

/// Rooms with circles inside.
pub const CIRCLES: &[&str] = &["src/proxy/mod_proxy_http/"];

/// Whether the arrow from one file to the other is known.
pub fn is_arrow(from: &File, to: &File) -> bool {
    ARROWS.contains(&(from.path.as_str(), to.path.as_str()))
}
