//! The answer to getblocktemplate, whatever it holds.
#![no_main]

libfuzzer_sys::fuzz_target!(|json: &[u8]| hashjoule::work::node::exercise::template(json));
