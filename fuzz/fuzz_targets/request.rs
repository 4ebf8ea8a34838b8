#![no_main]

#[path = "../../tests/reader/mod.rs"]
mod reader;
#[path = "../../tests/recorder/mod.rs"]
mod recorder;
#[path = "../../tests/fuzzed/request.rs"]
mod request;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| request::check(bytes));
