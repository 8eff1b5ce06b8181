//! A whole session with a pool: messages, finds and time in an order that the bytes choose.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hashjoule_fuzz::run("stratum_session", bytes));
