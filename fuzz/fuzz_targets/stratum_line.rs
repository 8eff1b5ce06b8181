//! One line of a pool, whatever it holds.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hashjoule_fuzz::run("stratum_line", bytes));
