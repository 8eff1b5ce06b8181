//! The record of a bench.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hashjoule_fuzz::run("record", bytes));
