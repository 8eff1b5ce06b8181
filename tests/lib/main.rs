//! The library from outside, and the sources themselves.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test fails loudly and prints its skips")]

mod design;
#[cfg(feature = "bench")]
mod energy;
#[cfg(all(feature = "full", feature = "internals"))]
mod fuzz;
#[cfg(feature = "market")]
mod market;
#[cfg(feature = "vectors")]
mod vectors;
#[cfg(feature = "net")]
mod work;
