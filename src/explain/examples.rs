//! Headers by name: those of the embedded vectors, three of them worth a lesson.

use crate::header::Header;
use crate::vectors::{HeaderHash, of};

/// A header worth a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Example {
    /// Its name among the vectors.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
}

/// The first block, the example of every text about hashing blocks, and one whose miner rolled version bits.
pub const EXAMPLES: [Example; 3] = [
    Example { name: "genesis", about: "the first block, 2009" },
    Example { name: "block-125552", about: "the textbook example, 2011" },
    Example { name: "block-757739", about: "a rolled version, 2022" },
];

/// The names of all headers in `vectors/header_hash.v1.json`, and the headers.
fn all() -> impl Iterator<Item = (String, Header)> {
    of::<HeaderHash>().into_iter().map(|vector| {
        let name = vector.id.strip_prefix("header_hash/").unwrap_or(&vector.id).to_owned();
        (name, Header::from_bytes(&vector.input.header.0))
    })
}

/// The header of this name, such as `genesis` or `block-125552`.
pub fn header_named(name: &str) -> Option<Header> {
    all().find_map(|(known, header)| (known == name).then_some(header))
}

/// Up to three names that begin as this one does, the likest first; none when none begins so at all.
pub fn names_like(name: &str) -> Vec<String> {
    let shared = |known: &str| known.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
    let mut names: Vec<String> = all().map(|(known, _)| known).filter(|known| shared(known) > 0).collect();
    names.sort_by_key(|known| std::cmp::Reverse(shared(known)));
    names.truncate(3);
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{Story, VersionBits};

    #[test]
    fn all_three_are_blocks_and_the_first_is_genesis() {
        for example in EXAMPLES {
            let header = header_named(example.name).unwrap();
            assert!(Story::new(header).unwrap().is_block(), "{}", example.name);
        }
        assert_eq!(header_named("genesis"), Some(Header::GENESIS));
    }

    #[test]
    fn the_third_was_rolled() {
        let version = VersionBits(header_named(EXAMPLES[2].name).unwrap().version);
        assert!(version.are_flags() && version.rolled() != 0);
    }

    #[test]
    fn a_name_that_is_nearly_right_finds_the_right_one() {
        assert_eq!(names_like("block-125553")[0], "block-125552");
        assert_eq!(names_like("genesys")[0], "genesis");
        assert!(names_like("?").is_empty());
    }
}
