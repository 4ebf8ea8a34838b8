//! Any text as a site file: it never panics, and what is read prints as what is read again.

use hop_by_hop::proxy::Site;

pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Site::parse(text, "F") {
        Ok(site) => {
            let printed = site.to_string();
            assert_eq!(Site::parse(&printed, "F").as_ref(), Ok(&site), "printed as:\n{printed}");
        }
        Err(error) => {
            let lines = text.lines().count();
            assert!((1..=lines).contains(&error.line), "line {} of {lines}: {error}", error.line);
            assert!(!error.text.is_empty() && !error.remedy.is_empty(), "{error:?}");
        }
    }
}
