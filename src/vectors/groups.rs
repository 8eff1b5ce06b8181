//! The groups of vectors: for each, what is asked and what is answered. `vectors/schema/` says the same in JSON Schema.

use super::hex::{Hex, HexBytes};
use super::{Case, Vector};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt::Debug;

mod sealed {
    pub trait Sealed {}
}

/// A group of vectors: its name in files and in the exec protocol, its question and its answer. Sealed: a new group is
/// a change of the vectors' schema.
pub trait Group: sealed::Sealed + Debug + Clone + Copy {
    /// The name, as in `header_hash`.
    const NAME: &'static str;
    /// What a case gives.
    type Input: Clone + Debug + DeserializeOwned;
    /// What it expects.
    type Expect: Clone + Debug + DeserializeOwned;
    /// The question of any group.
    fn question(input: Self::Input) -> Question;
    /// The answer of any group.
    fn answer(expect: Self::Expect) -> Answer;
    /// The case, when it is of this group.
    fn take(case: Case) -> Option<Vector<Self>>
    where
        Self: Sized;
}

/// Something to do with a group that is known by name only.
pub(super) trait ForGroup {
    type Output;
    fn run<G: Group>(self) -> Self::Output;
}

macro_rules! groups {
    ($($(#[$doc:meta])+ $group:ident $name:literal: $input:ident => $expect:ident;)+) => {
        /// A case's input, whatever its group. As JSON: the input's keys and `op`, the group's name.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "op", rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Question {
            $($(#[$doc])+ $group($input)),+
        }

        /// What a case expects, whatever its group. As JSON: the keys of `expect`.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum Answer {
            $($(#[$doc])+ $group($expect)),+
        }

        /// The names of all groups.
        pub const GROUPS: &[&str] = &[$($name),+];

        impl Question {
            /// The group's name, which is the exec protocol's `op`.
            pub fn op(&self) -> &'static str {
                match self {
                    $(Self::$group(_) => $name),+
                }
            }
        }

        $(
            $(#[$doc])+
            #[derive(Clone, Copy, Debug)]
            pub struct $group;

            impl sealed::Sealed for $group {}

            impl Group for $group {
                const NAME: &'static str = $name;
                type Input = $input;
                type Expect = $expect;
                fn question(input: $input) -> Question {
                    Question::$group(input)
                }
                fn answer(expect: $expect) -> Answer {
                    Answer::$group(expect)
                }
                fn take(case: Case) -> Option<Vector<Self>> {
                    match (case.question, case.answer) {
                        (Question::$group(input), Answer::$group(expect)) => Some(Vector { id: case.id, input, expect }),
                        _ => None,
                    }
                }
            }
        )+

        /// Does the task with the group of that name.
        pub(super) fn for_group<T: ForGroup>(name: &str, task: T) -> Option<T::Output> {
            match name {
                $($name => Some(task.run::<$group>()),)+
                _ => None,
            }
        }
    };
}

groups! {
    /// 80 header bytes to the block hash.
    HeaderHash "header_hash": HeaderInput => HashAnswer;
    /// 80 header bytes to SHA-256's state after the first 64.
    Midstate "midstate": HeaderInput => MidstateAnswer;
    /// A state and a block to the next state.
    Compress "compress": CompressInput => StateAnswer;
    /// Whether a header's hash is at most the target.
    MeetsTarget "meets_target": MeetsInput => MeetsAnswer;
    /// nBits to the target.
    TargetBits "target_bits": BitsInput => TargetAnswer;
    /// nBits to the difficulty.
    Difficulty "difficulty": BitsInput => DifficultyAnswer;
    /// nBits and two times to the next epoch's nBits.
    Retarget "retarget": RetargetInput => BitsAnswer;
    /// Transaction ids to the merkle root.
    Merkle "merkle": MerkleInput => MerkleAnswer;
    /// A range of nonces to every hit.
    Scan "scan": RangeInput => ScanAnswer;
    /// A range of nonces and versions to every hit.
    Rolled "rolled": RolledInput => RolledAnswer;
    /// The parameters of `mining.notify` and `mining.submit` to the header.
    StratumJob "stratum_job": StratumInput => HeaderAnswer;
    /// A range of nonces to one digest over every hit.
    Accumulated "accumulated": RangeInput => AccumulatedAnswer;
    /// A message to its SHA-256.
    Sha256 "sha256": MessageInput => DigestAnswer;
    /// A seed to the last of a thousand chained digests (NIST's Monte Carlo test).
    Sha256Monte "sha256_monte": SeedInput => DigestAnswer;
}

/// A structure of a vector file: closed, so that a misspelt key is an error.
macro_rules! structs {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$meta:meta])+ $field:ident: $type:ty,)+ })+) => {
        $(
            $(#[$doc])+
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $name { $($(#[$meta])+ pub $field: $type),+ }
        )+
    };
}

structs! {
    /// A header.
    HeaderInput {
        /// The 80 bytes of the wire.
        header: Hex<80>,
    }
    /// A hash.
    HashAnswer {
        /// In display order: the digest's bytes reversed.
        hash: Hex<32>,
    }
    /// A midstate.
    MidstateAnswer {
        /// Eight words a to h, big-endian.
        midstate: Hex<32>,
        /// The first of the two digests of the header hash, not reversed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_hash: Option<Hex<32>>,
    }
    /// A state and the block that follows.
    CompressInput {
        /// Eight words a to h, big-endian.
        state: Hex<32>,
        /// The 64 bytes of the block, as in the message.
        block: Hex<64>,
    }
    /// A state.
    StateAnswer {
        /// Eight words a to h, big-endian.
        state: Hex<32>,
    }
    /// A header and a target.
    MeetsInput {
        /// The 80 bytes of the wire.
        header: Hex<80>,
        /// The target, the most significant byte first.
        target: Hex<32>,
    }
    /// Whether the target is met.
    MeetsAnswer {
        /// The hash, read as a number, is at most the target.
        meets: bool,
    }
    /// nBits.
    BitsInput {
        /// Big-endian, as `getblocktemplate`'s "bits".
        bits: Hex<4>,
    }
    /// nBits.
    BitsAnswer {
        /// Big-endian, as `getblocktemplate`'s "bits".
        bits: Hex<4>,
    }
    /// What nBits hold.
    TargetAnswer {
        /// The target; `None` when nBits are negative, overflow, or are zero.
        #[serde(deserialize_with = "present")]
        target: Option<Hex<32>>,
        /// What Bitcoin Core's `SetCompact` computes; null where it overflows.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
        magnitude: Option<Option<Hex<32>>>,
        /// The sign bit stands on a mantissa that is not zero.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        negative: Option<bool>,
        /// The number needs more than 256 bits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overflow: Option<bool>,
        /// What `GetCompact` makes of magnitude and sign; null where it overflows.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
        compact: Option<Option<Hex<4>>>,
    }
    /// A difficulty.
    DifficultyAnswer {
        /// 0xffff * 2^208 / target.
        difficulty: f64,
    }
    /// An epoch.
    RetargetInput {
        /// nBits of the epoch.
        bits: Hex<4>,
        /// nTime of its first block, seconds since 1970.
        first_time: u32,
        /// nTime of its last block, seconds since 1970.
        last_time: u32,
        /// The easiest target of the network.
        limit: Hex<32>,
    }
    /// Transactions.
    MerkleInput {
        /// Ids in display order, the coinbase first.
        txids: Vec<Hex<32>>,
    }
    /// A merkle root.
    MerkleAnswer {
        /// In display order.
        root: Hex<32>,
        /// The two nodes of a pair are equal somewhere (CVE-2012-2459).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mutated: Option<bool>,
    }
    /// What a scan finds.
    ScanAnswer {
        /// Every hit, ascending.
        nonces: Vec<u32>,
        /// Their hashes in display order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hashes: Option<Vec<Hex<32>>>,
    }
    /// What a scan over several versions finds.
    RolledAnswer {
        /// Every hit, ascending by version and then by nonce.
        hits: Vec<RolledHit>,
    }
    /// A hit of a scan over several versions.
    RolledHit {
        /// nVersion.
        version: u32,
        /// nNonce.
        nonce: u32,
        /// In display order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hash: Option<Hex<32>>,
    }
    /// A pool's job and the miner's choices, as on the wire of Stratum V1.
    StratumInput {
        /// From `mining.subscribe`.
        extranonce1: HexBytes,
        /// The miner's own.
        extranonce2: HexBytes,
        /// Eight groups of four bytes, each reversed.
        prevhash: Hex<32>,
        /// The coinbase transaction before the extranonces.
        coinb1: HexBytes,
        /// The coinbase transaction after the extranonces.
        coinb2: HexBytes,
        /// Siblings from the leaf up, in the order that SHA-256 emits.
        merkle_branch: Vec<Hex<32>>,
        /// nVersion of the job, big-endian.
        version: Hex<4>,
        /// The bits that may be rolled (BIP310).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version_mask: Option<Hex<4>>,
        /// The sixth parameter of `mining.submit`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version_bits: Option<Hex<4>>,
        /// Big-endian.
        nbits: Hex<4>,
        /// Big-endian.
        ntime: Hex<4>,
        /// Big-endian.
        nonce: Hex<4>,
    }
    /// A header.
    HeaderAnswer {
        /// The 80 bytes of the wire.
        header: Hex<80>,
        /// Its hash in display order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hash: Option<Hex<32>>,
    }
    /// What an accumulated scan finds.
    AccumulatedAnswer {
        /// How many nonces meet the target.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hits: Option<u64>,
        /// SHA-256 of each hit's nonce (four bytes, little-endian) and hash (as SHA-256 emits it).
        digest: Hex<32>,
    }
    /// A message.
    MessageInput {
        /// All of it.
        message: HexBytes,
    }
    /// A digest.
    DigestAnswer {
        /// In the order that SHA-256 emits.
        digest: Hex<32>,
    }
    /// A seed: MD0 = MD1 = MD2; then a thousand times MDi = SHA-256(MDi-3 | MDi-2 | MDi-1).
    SeedInput {
        /// MD0.
        seed: Hex<32>,
    }
}

/// A range of nonces of one header.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeInput {
    /// The first 76 bytes of the wire; the nonce follows.
    pub header: Hex<76>,
    /// The first nonce.
    pub start: u64,
    /// How many: `start + count` is at most 2^32.
    #[serde(deserialize_with = "nonce_count")]
    pub count: u64,
    /// The target, the most significant byte first.
    pub target: Hex<32>,
}

/// A range of nonces of one header with several versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolledInput {
    /// The first 76 bytes of the wire, of which each version replaces the first four.
    pub header: Hex<76>,
    /// nVersion of each member.
    pub versions: Vec<u32>,
    /// The first nonce.
    pub start: u64,
    /// How many: `start + count` is at most 2^32.
    #[serde(deserialize_with = "nonce_count")]
    pub count: u64,
    /// The target, the most significant byte first.
    pub target: Hex<32>,
}

/// Null is a value here, absence an error.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Null is a value here, absence another.
#[expect(clippy::option_option, reason = "the inner one is null, the outer one absence")]
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn nonce_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let count = u64::deserialize(deserializer)?;
    if count <= 1 << 32 { Ok(count) } else { Err(D::Error::custom(format!("a count of {count} is above 2^32"))) }
}

impl Question {
    /// How many header hashes an answer takes, about: what a test may cost.
    pub fn hashes(&self) -> u64 {
        match self {
            Self::Scan(range) | Self::Accumulated(range) => range.count,
            Self::Rolled(range) => range.count.saturating_mul(range.versions.len() as u64),
            Self::Sha256Monte(_) => 1000,
            _ => 1,
        }
    }

    /// The end of the range of nonces, when there is one.
    pub(super) fn nonce_end(&self) -> Option<u64> {
        match self {
            Self::Scan(range) | Self::Accumulated(range) => Some(range.start.saturating_add(range.count)),
            Self::Rolled(range) => Some(range.start.saturating_add(range.count)),
            _ => None,
        }
    }
}
