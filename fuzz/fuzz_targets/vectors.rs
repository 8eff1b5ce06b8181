//! A vector file, as JSON and as NIST writes it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hashjoule_fuzz::run("vectors", bytes));
