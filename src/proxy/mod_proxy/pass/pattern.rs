//! What a `ProxyPass` or `ProxyPassMatch` line compares a request's path with.

use crate::proxy::{core::path::merge_slashes, mod_proxy::pass::regex::Regex};

/// What a request's path is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    Path(String),
    Regex(Regex),
}

// ANCHOR: rest
impl Pattern {
    /// What follows the line's path in the request's; `None` if the line does not match.
    pub(crate) fn rest<'a>(&self, decoded: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Path(path) => {
                // Runs of slashes count as one, on this side as well.
                let path = merge_slashes(path);
                let rest = decoded.strip_prefix(path.as_bytes())?;
                (path.ends_with('/') || rest.is_empty() || rest[0] == b'/').then_some(rest)
            }
            Self::Regex(regex) => regex.is_match(decoded).then_some(decoded),
        }
    }
}
// ANCHOR_END: rest
