//! Three real headers to learn from: the first, a famous one, and one whose version was rolled.

use super::{HeaderError, read_header};
use crate::header::Header;

/// A header worth a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its slug, as in the vectors.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    /// The 80 bytes.
    hex: &'static str,
}

/// The genesis block (Bitcoin Core, `kernel/chainparams.cpp`), block 125,552 (the example of the Bitcoin wiki's
/// "Block hashing algorithm"), and block 757,739 of October 2022 (the chain), whose miner rolled version bits.
pub const EXAMPLES: [Example; 3] = [
    Example {
        name: "genesis",
        about: "the first block, 2009",
        hex: "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61\
              7fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c",
    },
    Example {
        name: "block-125552",
        about: "the textbook example, 2011",
        hex: "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae\
              710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695",
    },
    Example {
        name: "block-757739",
        about: "a rolled version, 2022",
        hex: "04a037247e05a12e0695c11e3fba1c4242687a4f7d2647a8ffc401000000000000000000d02c1c3ce329ede75b1e101bc12915e3\
              891549c2f1ad5a0f345d3654f5799d66a3b24163aef90817332a7f4a",
    },
];

impl Example {
    /// The header.
    ///
    /// # Errors
    /// None for the three here: a test reads them all.
    pub fn header(&self) -> Result<Header, HeaderError> {
        read_header(self.hex)
    }

    /// The example of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        EXAMPLES.iter().find(|example| example.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{Story, VersionBits};

    #[test]
    fn all_three_are_blocks_and_the_first_is_genesis() {
        for example in EXAMPLES {
            assert!(Story::new(example.header().unwrap()).unwrap().is_block(), "{}", example.name);
        }
        assert_eq!(EXAMPLES[0].header(), Ok(Header::GENESIS));
    }

    #[test]
    fn the_third_was_rolled() {
        let version = VersionBits(EXAMPLES[2].header().unwrap().version);
        assert!(version.are_flags() && version.rolled() != 0);
    }
}
