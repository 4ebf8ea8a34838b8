#![no_main]

#[path = "../../tests/fuzzed/path_mapping.rs"]
mod path_mapping;
#[path = "../../tests/reader/mod.rs"]
mod reader;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| path_mapping::check(bytes));
