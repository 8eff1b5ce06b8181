//! A line of a foreign implementation, or all of its stdout.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hashjoule_fuzz::run("exec_answer", bytes));
