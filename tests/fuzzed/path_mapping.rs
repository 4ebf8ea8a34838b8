//! Any target through any `ProxyPass` lines: what the backend is asked for is a target, and below the line's URL; and
//! any `Location` back.
//!
//! The input is a site file, then a line with the target, then a line with the `Location`.

use hop_by_hop::proxy::Site;
use percent_encoding::percent_decode;

use crate::reader::is_origin_form;

pub fn check(bytes: &[u8]) {
    let Some((site, target, location)) = split(bytes) else { return };
    let Ok(site) = Site::parse(site, "F") else { return };
    // Others never come so far.
    if is_origin_form(target.as_bytes())
        && let Ok((url, asked)) = site.route(target)
    {
        assert!(is_origin_form(asked.as_bytes()), "{asked:?} is no target");
        let substitutes = site.to_string().contains("ProxyPassMatch");
        if !substitutes {
            let (path, _) = asked.split_once('?').unwrap_or((&asked, ""));
            assert_below(url.path(), path);
        }
    }
    let path = if is_origin_form(target.as_bytes()) { target } else { "/" };
    if let Some(redirect) = site.redirect(path, "front.test:8000", location) {
        assert!(redirect.iter().all(|b| !b.is_ascii_control() || *b == b'\t'), "{redirect:?}");
    }
}

/// The site, the target and the `Location`.
fn split(bytes: &[u8]) -> Option<(&str, &str, &[u8])> {
    let mut lines = bytes.rsplitn(3, |b| *b == b'\n');
    let (location, target, site) = (lines.next()?, lines.next()?, lines.next()?);
    Some((std::str::from_utf8(site).ok()?, std::str::from_utf8(target).ok()?, location))
}

/// A path begins with the URL's, and what follows does not climb out of it.
fn assert_below(real: &str, asked: &str) {
    let mut rest = percent_decode(asked.as_bytes());
    if !(real.is_empty() || rest.by_ref().take(real.len()).eq(real.bytes())) {
        panic!("{asked:?} is not below {real:?}");
    }
    // Dots that were escaped are dots to the backend; a slash that was escaped is the site's own wish (NoDecode).
    let taken = asked.len() - rest_length(asked, real.len());
    let mut depth = 0_i32;
    for segment in asked[taken..].split('/') {
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        assert!(depth >= 0, "{asked:?} climbs out of {real:?}");
    }
}

/// How much of an encoded path is left behind so many decoded bytes.
fn rest_length(asked: &str, decoded: usize) -> usize {
    let bytes = asked.as_bytes();
    let mut at = 0;
    for _ in 0..decoded {
        at += if bytes.get(at) == Some(&b'%') { 3 } else { 1 };
    }
    bytes.len().saturating_sub(at)
}
