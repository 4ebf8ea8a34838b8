#![no_main]

#[path = "../../tests/fuzzed/head.rs"]
mod head;
/// The wire alone, which the library keeps to itself.
#[allow(dead_code, reason = "only what is fuzzed is used here")]
#[path = "../../src/proxy"]
mod proxy {
    #[path = "http1/mod.rs"]
    pub(crate) mod http1;
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| head::check(bytes));
