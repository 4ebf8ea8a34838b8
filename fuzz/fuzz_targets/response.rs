#![no_main]

#[path = "../../tests/reader/mod.rs"]
mod reader;
#[path = "../../tests/fuzzed/response.rs"]
mod response;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| response::check(bytes));
