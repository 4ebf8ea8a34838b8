//! A `ProxyPass` or `ProxyPassMatch` line: how it is read and printed.

use std::{fmt, sync::Arc};

use crate::proxy::{
    http1::url::Url,
    mod_proxy::ModProxy,
    mod_proxy::balancer,
    mod_proxy::pass::pattern::Pattern,
    mod_proxy::pass::regex::split_substitution,
    mod_proxy::pass::{Flags, Pass, Rule},
    mod_proxy::worker::{Worker, url_complaint},
    site::directive::{Directive, Scope, Section},
    site::words::{quoted, words},
};

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|rule| rule.write(f, true))
    }
}

impl Rule {
    /// The line, without its path inside of `<Location>`.
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>, with_path: bool) -> fmt::Result {
        let (name, path) = match &self.pattern {
            Pattern::Path(path) => ("ProxyPass", path.clone()),
            Pattern::Regex(regex) => ("ProxyPassMatch", regex.to_string()),
        };
        let path = if with_path { format!(" {}", quoted(&path)) } else { String::new() };
        let Some(worker) = &self.worker else { return writeln!(f, "{name}{path} !") };
        let url = format!("{}{}", worker.url, self.substitution.as_deref().unwrap_or_default());
        let nocanon = if self.flags.nocanon { " nocanon" } else { "" };
        let noquery = if self.flags.noquery { " noquery" } else { "" };
        writeln!(f, "{name}{path} {}{nocanon}{noquery}{}", quoted(&url), worker.parameters())
    }
}

pub(crate) const PROXY_PASS: Directive<ModProxy> = Directive {
    name: "ProxyPass",
    read: |scope, line| read(scope, line, |path| Ok(Pattern::Path(path.to_owned()))),
};

/// Reads a `ProxyPass` or `ProxyPassMatch` line; inside of `<Location>` the section's path is the line's.
pub(crate) fn read(
    scope: &mut Scope<'_, ModProxy>,
    line: &str,
    pattern: impl FnOnce(&str) -> Result<Pattern, String>,
) -> Result<(), String> {
    let mut words = words(line);
    if matches!(scope.section, Section::Proxy(_)) {
        return Err("ProxyPass|ProxyPassMatch can not have a path when defined in a location.".to_owned());
    }
    if let Section::Location(path) = scope.section {
        words.insert(0, path.to_owned());
    }
    let [path, url, parameters @ ..] = words.as_slice() else {
        return Err("ProxyPass|ProxyPassMatch needs a path when not defined in a location".to_owned());
    };
    let (mut flags, mut values) = (Flags::default(), Vec::new());
    for word in parameters {
        match word.to_ascii_lowercase().as_str() {
            "nocanon" => flags.nocanon = true,
            "noquery" => flags.noquery = true,
            // It says nothing without ProxyPassInterpolateEnv.
            "interpolate" => {}
            _ if word.contains('=') => values.push(word.clone()),
            _ if url.starts_with('/') && matches!(scope.section, Section::Location(_)) => {
                return Err(
                    "ProxyPass|ProxyPassMatch can not have a path when defined in a location.".to_owned()
                );
            }
            _ => {
                return Err(
                    "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'."
                        .to_owned(),
                );
            }
        }
    }
    let pattern = pattern(path)?;
    let mut rule = Rule::new(pattern, None);
    if url != "!" {
        let split = match rule.pattern {
            Pattern::Regex(_) => split_substitution(url),
            Pattern::Path(_) => url.parse().map(|url| (url, None)),
        };
        let (parsed, substitution) =
            split.map_err(|error| format!("ProxyPass {}", url_complaint(error, url)))?;
        let mut worker = Worker::new(parsed);
        if worker.url.is_balancer() {
            set_by_pass(scope, &worker.url, &values)?;
        } else {
            worker.read_parameters(&values).map_err(|complaint| format!("ProxyPass {complaint}"))?;
        }
        rule.worker = Some(Arc::new(worker));
        rule = rule.substituting(substitution);
        rule.flags = flags;
    }
    scope.here().pass.0.push(rule);
    Ok(())
}

/// What a line says about its balancer.
fn set_by_pass(scope: &mut Scope<'_, ModProxy>, balancer: &Url, parameters: &[String]) -> Result<(), String> {
    if parameters.is_empty() {
        return Ok(());
    }
    let balancer = balancer::define(&mut scope.server.balancers, balancer.as_str())?;
    balancer.set(parameters, scope.modules, |complaint, _| format!("ProxyPass {complaint}"))
}
