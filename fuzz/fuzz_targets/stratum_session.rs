//! A whole session with a pool: messages, finds and time in an order that the bytes choose.
#![no_main]

libfuzzer_sys::fuzz_target!(|script: &[u8]| {
    hashjoule::work::pool::exercise::session(script);
});
