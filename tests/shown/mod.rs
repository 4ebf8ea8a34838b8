//! What a program shows, as a snapshot.

/// A snapshot under its own name, in the folder of all snapshots.
pub fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        prepend_module_to_snapshot => false,
        omit_expression => true,
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"),
    }, {
        insta::assert_snapshot!(name, text);
    });
}
