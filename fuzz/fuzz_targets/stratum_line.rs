//! One line of a pool, whatever it holds.
#![no_main]

libfuzzer_sys::fuzz_target!(|line: &[u8]| hashjoule::work::pool::exercise::line(line));
