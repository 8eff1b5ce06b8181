//! The answer to getblocktemplate, whatever it holds.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hashjoule_fuzz::run("template", bytes));
