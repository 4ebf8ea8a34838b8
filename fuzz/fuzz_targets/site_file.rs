#![no_main]

#[path = "../../tests/fuzzed/site_file.rs"]
mod site_file;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| site_file::check(bytes));
