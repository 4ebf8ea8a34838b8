//! `LoadModule`: the parts of Apache that a site has.

use std::fmt;

use crate::proxy::{
    error::Error,
    http1::url::Url,
    site::loaded::Modules,
    site::words::{quoted, words},
};

/// Where Debian keeps the modules, so that a printed site file loads them there.
const FOLDER: &str = "/usr/lib/apache2/modules";

/// Modules that cannot be loaded before another one, and the symbol that the loader then misses.
const NEEDS_PROXY: [(&str, &str); 13] = [
    ("proxy_ajp", "proxy_module"),
    ("proxy_balancer", "proxy_hcmethods"),
    ("proxy_connect", "ap_proxy_tunnel_create"),
    ("proxy_express", "proxy_module"),
    ("proxy_fcgi", "proxy_module"),
    ("proxy_fdpass", "proxy_hook_canon_handler"),
    ("proxy_ftp", "ap_proxy_canonenc"),
    ("proxy_hcheck", "proxy_hcmethods"),
    ("proxy_http", "ap_proxy_location_reverse_map"),
    ("proxy_http2", "ap_proxy_location_reverse_map"),
    ("proxy_scgi", "proxy_hook_canon_handler"),
    ("proxy_uwsgi", "proxy_module"),
    ("proxy_wstunnel", "ap_proxy_pass_brigade"),
];

impl Modules {
    // ANCHOR: check_handler
    /// Whether a module for the backend's scheme is there: seen only when a request comes (apache-facts §2).
    ///
    /// # Errors
    /// 500 and AH01144 without the module; 503 and AH00934 for a balancer whose members have none.
    pub(crate) fn check_handler(&self, backend: &Url, path: &str) -> Result<(), Error> {
        if backend.is_plain_http() && self.has("proxy_http") {
            Ok(())
        } else if backend.is_balancer() && self.has("proxy_balancer") {
            if self.has("proxy_http") { Ok(()) } else { Err(Error::AllWorkersBusy(backend.to_string())) }
        } else {
            Err(Error::no_handler(backend, path.to_owned()))
        }
    }
    // ANCHOR_END: check_handler
}

impl fmt::Display for Modules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|name| {
            let [name, file] = [format!("{name}_module"), format!("{FOLDER}/mod_{name}.so")];
            writeln!(f, "LoadModule {} {}", quoted(&name), quoted(&file))
        })
    }
}

pub(crate) const LOAD_MODULE: &str = "LoadModule";

/// Reads a line while the file is read, before any other directive is judged: its errors are structure errors.
pub(crate) fn load(modules: &mut Modules, line: &str) -> Result<(), String> {
    let words = words(line);
    let [name, file] = words.as_slice() else {
        return Err("LoadModule takes two arguments, a module name and the name of a shared object file to load it from"
            .to_owned());
    };
    let name = name.strip_suffix("_module").unwrap_or(name);
    if let Some((_, symbol)) = NEEDS_PROXY.iter().find(|(needy, _)| *needy == name)
        && !modules.0.iter().any(|named| named == "proxy")
    {
        return Err(format!("Cannot load {file} into server: {file}: undefined symbol: {symbol}"));
    }
    if !modules.0.iter().any(|named| named == name) {
        modules.0.push(name.to_owned());
    }
    Ok(())
}
