//! Mines a header on every CPU of this machine: the genesis block's nonce, found again.
//!
//! ```text
//! cargo run --release --example mine_header
//! ```

#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use hashjoule::header::Header;
use hashjoule::kernel::Kernel;
use hashjoule::scan::{Find, Placement, Scanner, Space, Watch};
use hashjoule::target::CompactTarget;
use std::error::Error;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let header = Header { nonce: 0, ..Header::GENESIS };
    let target = CompactTarget(header.bits).to_target()?;
    // The last part of the way, so that it takes a second; 0..NONCES is all of it.
    let space = Space { nonces: 2_070_000_000..2_090_000_000, ..Space::one_version(header, target) };

    let scanner = Scanner::new(Kernel::detect(), Placement::all())?;
    let watch = Watch::default(); // another thread may ask it for the progress, or stop the search
    let report = scanner.scan(&space, Find::First, &watch, Some(Duration::from_secs(60)))?;

    println!("{:?}: {} hashes at {}", report.ended, report.hashes, report.rate());
    for hit in &report.hits {
        println!("nonce {} makes {}", hit.header.nonce, hit.hash);
    }
    Ok(())
}
