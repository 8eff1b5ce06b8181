//! Holds a hash function, yours, against the test vectors; with a FILE, against the cases of that file.
//!
//! ```text
//! cargo run --release --example check_vectors [vectors/header_hash.v1.json]
//! ```

#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use hashjoule::vectors::{self, Group, HeaderHash, Vector};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::path::Path;

/// What is under test: 80 bytes of the wire to the block hash, in the order in which people read it.
fn block_hash(header: &[u8; 80]) -> [u8; 32] {
    let mut hash: [u8; 32] = Sha256::digest(Sha256::digest(header)).into();
    hash.reverse();
    hash
}

fn main() -> Result<(), Box<dyn Error>> {
    let cases: Vec<Vector<HeaderHash>> = match std::env::args().nth(1) {
        Some(file) => vectors::read(Path::new(&file))?.cases.into_iter().filter_map(HeaderHash::take).collect(),
        None => vectors::of::<HeaderHash>(),
    };
    let wrong: Vec<&str> = cases.iter().filter(|case| !passes(case)).map(|case| case.id.as_str()).collect();
    println!("{} of {} cases of {} passed", cases.len() - wrong.len(), cases.len(), HeaderHash::NAME);
    if cases.is_empty() {
        return Err("the file holds no case of this group".into());
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("wrong: {}", wrong.join(", ")).into()) }
}

fn passes(case: &Vector<HeaderHash>) -> bool {
    block_hash(&case.input.header.0) == case.expect.hash.0
}
