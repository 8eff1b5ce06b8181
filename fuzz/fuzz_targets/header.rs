//! A header, as hex or as 80 bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hashjoule_fuzz::run("header", bytes));
