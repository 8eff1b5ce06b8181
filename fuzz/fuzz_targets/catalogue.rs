//! A catalogue of devices in CSV.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hashjoule_fuzz::run("catalogue", bytes));
