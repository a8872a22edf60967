#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| evertoken::fuzz::session(bytes));
