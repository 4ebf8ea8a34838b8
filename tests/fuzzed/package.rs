//! fuzz/ builds the proxy with dependencies of its own, which nobody else builds: they are those of the proxy.

use std::{fs, path::Path};

#[test]
fn the_fuzzers_have_what_the_proxy_uses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap();
    let mut proxy = String::new();
    read_all(&root.join("src/proxy"), &mut proxy);
    let (ours, fuzzers) = (read("Cargo.toml"), read("fuzz/Cargo.toml"));
    let (_, after) = ours.split_once("[dependencies]\n").unwrap();
    let used = |line: &&str| {
        let name = line.split(' ').next().unwrap_or_default().replace('-', "_");
        !name.is_empty() && proxy.contains(&format!("{name}::"))
    };
    let used: Vec<_> = after.lines().take_while(|line| !line.is_empty()).filter(used).collect();
    assert!(used.len() > 5, "{used:?}");
    let missing: Vec<_> = used.iter().filter(|line| !fuzzers.lines().any(|other| other == **line)).collect();
    assert!(missing.is_empty(), "add to fuzz/Cargo.toml: {missing:#?}");
}

/// Adds the text of all files in a folder and in those below it.
fn read_all(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { read_all(&entry, text) } else { *text += &fs::read_to_string(entry).unwrap() }
    }
}
