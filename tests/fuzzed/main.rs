//! What `cargo fuzz` runs for hours, here for a second: each target over its kept corpus, and over made-up changes of it.
//!
//! `cd fuzz; cargo +nightly fuzz run -s none site_file` fuzzes; the targets are this folder's, and so is the rule that
//! what was found stays in the corpus.

use std::{fs, path::Path};

use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};

mod head;
mod model;
mod package;
mod path_mapping;
/// The wire alone, which the library keeps to itself.
#[allow(dead_code, reason = "only what is fuzzed is used here")]
#[path = "../../src/proxy"]
mod proxy {
    #[path = "http1/mod.rs"]
    pub(crate) mod http1;
}
#[path = "../reader/mod.rs"]
mod reader;
#[path = "../recorder/mod.rs"]
mod recorder;
mod request;
mod response;
mod site_file;

/// What the fuzzer has kept, in a steady order.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// A change: so many bytes from somewhere on are replaced by others, or by a part of another input.
#[derive(Clone, Debug)]
struct Change {
    at: Index,
    length: usize,
    new: Vec<u8>,
    other: Option<(Index, Index)>,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let words: &[&[u8]] =
        &[b"\r\n", b"\r\n\r\n", b"\n", b" ", b":", b"%2e", b"%", b"/../", b"\0", b"0", b"\x1f", b"\\", b"\""];
    let new = prop_oneof![
        select(words).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..4),
        Just(Vec::new()),
    ];
    let other = prop::option::weighted(0.3, (any::<Index>(), any::<Index>()));
    let change = (any::<Index>(), 0_usize..8, new, other).prop_map(|(at, length, new, other)| Change {
        at,
        length,
        new,
        other,
    });
    prop::collection::vec(change, 1..4)
}

/// Checks the corpus, and that many changes of it.
fn check(target: &str, count: u32, check: fn(&[u8])) {
    let corpus = corpus(target);
    assert!(!corpus.is_empty());
    corpus.iter().for_each(|input| check(input));
    let config =
        Config { cases: count, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let inputs = (any::<Index>(), changes());
    let result = TestRunner::new(config).run(&inputs, |(input, changes)| {
        let mut bytes = input.get(&corpus).clone();
        for Change { at, length, mut new, other } in changes {
            if let Some((input, from)) = other {
                let other = input.get(&corpus);
                new.extend_from_slice(&other[from.index(other.len() + 1)..]);
            }
            let at = at.index(bytes.len() + 1);
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, new);
        }
        check(&bytes);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{target}: {error}"));
}

#[test]
fn site_file() {
    check("site_file", 2000, site_file::check);
}

#[test]
fn path_mapping() {
    check("path_mapping", 2000, path_mapping::check);
}

#[test]
fn request() {
    check("request", 500, request::check);
}

#[test]
fn response() {
    check("response", 500, response::check);
}

#[test]
fn head() {
    check("head", 2000, head::check);
}
