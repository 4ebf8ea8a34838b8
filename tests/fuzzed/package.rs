//! fuzz/ builds the proxy with dependencies of its own, which nobody else builds: they are those of the proxy.

use std::{fs, path::Path};

#[test]
fn the_fuzzers_have_what_the_proxy_and_their_targets_use_and_no_more() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap();
    let mut proxy = String::new();
    read_all(&root.join("src/proxy"), &mut proxy);
    let mut targets = String::new();
    read_all(&root.join("fuzz/fuzz_targets"), &mut targets);
    for file in fs::read_dir(root.join("fuzz/fuzz_targets")).unwrap().map(|entry| entry.unwrap().file_name())
    {
        targets += &read(&format!("tests/fuzzed/{}", file.to_str().unwrap()));
    }
    let (ours, fuzzers) = (read("Cargo.toml"), read("fuzz/Cargo.toml"));
    let (ours, fuzzers) = (dependencies(&ours), dependencies(&fuzzers));
    let used: Vec<_> = ours.iter().filter(|line| uses(&proxy, line)).collect();
    assert!(used.len() > 5, "{used:?}");
    let missing: Vec<_> = used.iter().filter(|line| !fuzzers.contains(line)).collect();
    assert!(missing.is_empty(), "add to fuzz/Cargo.toml: {missing:#?}");
    let unused: Vec<_> = fuzzers.iter().filter(|line| !uses(&proxy, line) && !uses(&targets, line)).collect();
    assert!(unused.is_empty(), "nobody uses in fuzz/Cargo.toml: {unused:#?}");
}

#[test]
fn a_crate_is_used_where_its_whole_name_is() {
    assert!(uses("use log::info;", "log = \"0.4\""));
    assert!(!uses("use error_log::Lines;", "log = \"0.4\""));
    assert!(uses("hyper_util::rt", "hyper-util = \"0.1\""));
}

/// The lines under `[dependencies]`.
fn dependencies(manifest: &str) -> Vec<&str> {
    let (_, after) = manifest.split_once("[dependencies]\n").unwrap();
    after.lines().take_while(|line| !line.is_empty()).collect()
}

/// Whether a text names something of the crate of such a line.
fn uses(text: &str, line: &str) -> bool {
    let name = line.split(' ').next().unwrap_or_default().replace('-', "_") + "::";
    let starts = |at: usize| !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
    text.match_indices(&name).any(|(at, _)| starts(at))
}

/// Adds the text of all files in a folder and in those below it.
fn read_all(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { read_all(&entry, text) } else { *text += &fs::read_to_string(entry).unwrap() }
    }
}
