//! Mining in plain functions, one for each thing that can be got wrong. The zoo replaces them one at a time.

use super::{Implementation, Reply, Sink, as_reply, ask_each};
use crate::header::{BlockHash, Header};
use crate::sha256::{self, State};
use crate::target::{CompactTarget, Decoded, Target};
use crate::vectors::{self, Answer, Case, Hex, Question, RangeInput, RolledInput, StratumInput};
use std::sync::atomic::AtomicBool;

/// A miner's arithmetic as a table. Digests are in the order that SHA-256 emits.
#[derive(Clone, Copy, Debug)]
pub struct Functions {
    /// SHA-256 of a message.
    pub sha256: fn(&[u8]) -> [u8; 32],
    /// One compression.
    pub compress: fn(&State, &[u32; 16]) -> State,
    /// SHA-256d of a header.
    pub header_hash: fn(&[u8; 80]) -> [u8; 32],
    /// The state after 64 bytes.
    pub midstate: fn(&[u8; 80]) -> State,
    /// From emitted to display order.
    pub display: fn([u8; 32]) -> [u8; 32],
    /// Whether a hash meets a target.
    pub meets: fn(&[u8; 32], &Target) -> bool,
    /// What nBits hold.
    pub decode: fn(u32) -> Decoded,
    /// The target to work on, if any.
    pub target: fn(u32) -> Option<Target>,
    /// nBits of a target.
    pub encode: fn(Target) -> u32,
    /// Difficulty of nBits.
    pub difficulty: fn(u32) -> f64,
    /// nBits of the next epoch, from first and last time and the limit.
    pub retarget: fn(u32, u32, u32, Target) -> Option<u32>,
    /// The level above: parents of pairs.
    pub parents: fn(&[[u8; 32]]) -> Vec<[u8; 32]>,
    /// Whether some pair of a level holds two equal nodes.
    pub has_equal_pair: fn(&[[u8; 32]]) -> bool,
    /// The header of a pool's job.
    pub stratum_header: fn(&StratumInput) -> [u8; 80],
    /// Bytes that the nonce puts into the header.
    pub nonce_bytes: fn(u32) -> [u8; 4],
    /// The header with another version.
    pub with_version: fn(&[u8; 76], u32) -> [u8; 76],
    /// The nonces that a scan looks at.
    pub nonces: fn(u64, u64) -> Vec<u32>,
    /// What a scan reports of its hits.
    pub reported: fn(Vec<u32>) -> Vec<u32>,
}

impl Functions {
    /// Ours: right.
    pub const RIGHT: Self = Self {
        sha256: sha256::sha256,
        compress: sha256::compress,
        header_hash: |header| Header::from_bytes(header).block_hash().0,
        midstate: |header| sha256::compress(&sha256::IV, &Header::from_bytes(header).first_block()),
        display: |digest| BlockHash(digest).to_display_bytes(),
        meets: |hash, target| target.is_met_by(&BlockHash(*hash)),
        decode: |bits| CompactTarget(bits).decode(),
        target: |bits| CompactTarget(bits).to_target().ok(),
        encode: |target| target.to_compact().0,
        difficulty: |bits| CompactTarget(bits).difficulty(),
        retarget: |bits, first, last, limit| CompactTarget(bits).next(first, last, limit).ok().map(|next| next.0),
        parents,
        has_equal_pair: |level| level.chunks_exact(2).any(|pair| pair[0] == pair[1]),
        stratum_header,
        nonce_bytes: u32::to_le_bytes,
        with_version,
        nonces: |start, count| (start..start + count).filter_map(|n| u32::try_from(n).ok()).collect(),
        reported: |hits| hits,
    };

    /// The answer to any question.
    pub fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::HeaderHash(input) => Answer::HeaderHash(vectors::HashAnswer { hash: self.hash(&input.header.0) }),
            Question::Midstate(input) => self.midstate(&input.header.0),
            Question::Compress(input) => {
                let state = (self.compress)(&state(&input.state.0), &sha256::words(&input.block.0));
                Answer::Compress(vectors::StateAnswer { state: Hex(sha256::digest(&state)) })
            }
            Question::MeetsTarget(input) => {
                let target = Target::from_be_bytes(input.target.0);
                let meets = (self.meets)(&(self.header_hash)(&input.header.0), &target);
                Answer::MeetsTarget(vectors::MeetsAnswer { meets })
            }
            Question::TargetBits(input) => self.target_bits(input.bits.to_u32()),
            Question::Difficulty(input) => {
                Answer::Difficulty(vectors::DifficultyAnswer { difficulty: (self.difficulty)(input.bits.to_u32()) })
            }
            Question::Retarget(input) => {
                let limit = Target::from_be_bytes(input.limit.0);
                let next = (self.retarget)(input.bits.to_u32(), input.first_time, input.last_time, limit);
                Answer::Retarget(vectors::BitsAnswer { bits: next.unwrap_or(0).into() })
            }
            Question::Merkle(input) => self.merkle(&input.txids),
            Question::Scan(input) => self.scan(input),
            Question::Rolled(input) => self.rolled(input),
            Question::StratumJob(input) => {
                let header = (self.stratum_header)(input);
                let hash = Some(self.hash(&header));
                Answer::StratumJob(vectors::HeaderAnswer { header: Hex(header), hash })
            }
            Question::Accumulated(input) => accumulated(&self.search(input), |nonce| self.hash_of(input, nonce)),
            Question::Sha256(input) => {
                Answer::Sha256(vectors::DigestAnswer { digest: Hex((self.sha256)(&input.message.0)) })
            }
            Question::Sha256Monte(input) => {
                Answer::Sha256Monte(vectors::DigestAnswer { digest: Hex(self.monte(input.seed.0)) })
            }
        }
    }

    fn hash(&self, header: &[u8; 80]) -> Hex<32> {
        Hex((self.display)((self.header_hash)(header)))
    }

    fn midstate(&self, header: &[u8; 80]) -> Answer {
        let midstate = Hex(sha256::digest(&(self.midstate)(header)));
        let first_hash = Some(Hex((self.sha256)(header)));
        Answer::Midstate(vectors::MidstateAnswer { midstate, first_hash })
    }

    fn target_bits(&self, bits: u32) -> Answer {
        let decoded = (self.decode)(bits);
        let magnitude = (!decoded.overflow).then_some(decoded.target);
        let sign = |compact: u32| if decoded.negative && compact & 0x007f_ffff != 0 { 0x0080_0000 } else { 0 };
        let compact = magnitude.map(self.encode).map(|compact| Hex::from(compact | sign(compact)));
        Answer::TargetBits(vectors::TargetAnswer {
            target: (self.target)(bits).map(|target| Hex(target.to_be_bytes())),
            magnitude: Some(magnitude.map(|magnitude| Hex(magnitude.to_be_bytes()))),
            negative: Some(decoded.negative),
            overflow: Some(decoded.overflow),
            compact: Some(compact),
        })
    }

    fn merkle(&self, txids: &[Hex<32>]) -> Answer {
        let internal = |txid: &Hex<32>| BlockHash(txid.0).to_display_bytes();
        let (mut level, mut mutated) = (txids.iter().map(internal).collect::<Vec<_>>(), false);
        while level.len() > 1 {
            mutated |= (self.has_equal_pair)(&level);
            level = (self.parents)(&level);
        }
        let root = level.first().copied().unwrap_or_default();
        Answer::Merkle(vectors::MerkleAnswer { root: Hex((self.display)(root)), mutated: Some(mutated) })
    }

    fn header_of(&self, prefix: &[u8; 76], nonce: u32) -> [u8; 80] {
        let mut header = [0; 80];
        header[..76].copy_from_slice(prefix);
        header[76..].copy_from_slice(&(self.nonce_bytes)(nonce));
        header
    }

    fn hash_of(&self, range: &RangeInput, nonce: u32) -> [u8; 32] {
        (self.header_hash)(&self.header_of(&range.header.0, nonce))
    }

    fn search(&self, range: &RangeInput) -> Vec<u32> {
        let target = Target::from_be_bytes(range.target.0);
        let meets = |nonce: &u32| (self.meets)(&self.hash_of(range, *nonce), &target);
        (self.reported)((self.nonces)(range.start, range.count).into_iter().filter(meets).collect())
    }

    fn scan(&self, range: &RangeInput) -> Answer {
        Answer::Scan(vectors::ScanAnswer { nonces: self.search(range), hashes: None })
    }

    fn rolled(&self, input: &RolledInput) -> Answer {
        let mut hits = Vec::new();
        for &version in &input.versions {
            let header = Hex((self.with_version)(&input.header.0, version));
            let range = RangeInput { header, start: input.start, count: input.count, target: input.target };
            let hit = |nonce| vectors::RolledHit { version, nonce, hash: None };
            hits.extend(self.search(&range).into_iter().map(hit));
        }
        hits.sort_by_key(|hit| (hit.version, hit.nonce));
        Answer::Rolled(vectors::RolledAnswer { hits })
    }

    /// NIST's Monte Carlo test, one of its hundred rounds.
    fn monte(&self, seed: [u8; 32]) -> [u8; 32] {
        let mut last = [seed; 3];
        for _ in 0..1000 {
            let next = (self.sha256)(last.as_flattened());
            last = [last[1], last[2], next];
        }
        last[2]
    }
}

/// One digest over all hits: nonce and hash of each.
pub(super) fn accumulated(nonces: &[u32], hash: impl Fn(u32) -> [u8; 32]) -> Answer {
    let pair = |&nonce: &u32| nonce.to_le_bytes().into_iter().chain(hash(nonce));
    let bytes: Vec<u8> = nonces.iter().flat_map(pair).collect();
    let (hits, digest) = (Some(nonces.len() as u64), Hex(sha256::sha256(&bytes)));
    Answer::Accumulated(vectors::AccumulatedAnswer { hits, digest })
}

fn state(bytes: &[u8; 32]) -> State {
    std::array::from_fn(|i| u32::from_be_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]]))
}

/// The last of an odd level is paired with itself.
fn parents(level: &[[u8; 32]]) -> Vec<[u8; 32]> {
    level.chunks(2).map(|pair| sha256::sha256d([pair[0], pair[pair.len() - 1]].as_flattened())).collect()
}

fn with_version(prefix: &[u8; 76], version: u32) -> [u8; 76] {
    let mut header = *prefix;
    header[..4].copy_from_slice(&version.to_le_bytes());
    header
}

/// The steps of building a header from `mining.notify`, for the zoo to get wrong.
pub(super) struct StratumParts {
    pub(super) version: u32,
    pub(super) prev_blockhash: [u8; 32],
    pub(super) coinbase: Vec<u8>,
    pub(super) branch: Vec<[u8; 32]>,
}

impl StratumParts {
    pub(super) fn of(job: &StratumInput) -> Self {
        let parts = [&job.coinb1.0, &job.extranonce1.0, &job.extranonce2.0, &job.coinb2.0];
        let version = job.version.to_u32();
        let rolled = job.version_mask.zip(job.version_bits).map(|(mask, bits)| (mask.to_u32(), bits.to_u32()));
        Self {
            version: rolled.map_or(version, |(mask, bits)| version & !mask | bits & mask),
            prev_blockhash: std::array::from_fn(|i| job.prevhash.0[4 * (i / 4) + 3 - i % 4]),
            coinbase: parts.into_iter().flatten().copied().collect(),
            branch: job.merkle_branch.iter().map(|sibling| sibling.0).collect(),
        }
    }

    pub(super) fn header(&self, job: &StratumInput) -> [u8; 80] {
        let join = |node: [u8; 32], sibling: &[u8; 32]| sha256::sha256d([node, *sibling].as_flattened());
        Header {
            version: self.version,
            prev_blockhash: self.prev_blockhash,
            merkle_root: self.branch.iter().fold(sha256::sha256d(&self.coinbase), join),
            time: job.ntime.to_u32(),
            bits: job.nbits.to_u32(),
            nonce: job.nonce.to_u32(),
        }
        .to_bytes()
    }
}

fn stratum_header(job: &StratumInput) -> [u8; 80] {
    StratumParts::of(job).header(job)
}

/// A table of functions under a name.
#[derive(Clone, Debug)]
pub struct Plain {
    /// What reports call it.
    pub name: String,
    /// What it computes with.
    pub functions: Functions,
    /// Whether it also answers searches, which for ours is the kernels' part.
    pub searches: bool,
}

impl Plain {
    /// Everything of ours that is no search.
    pub fn library() -> Self {
        Self { name: "library".into(), functions: Functions::RIGHT, searches: false }
    }
}

impl Implementation for Plain {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn concerns(&self, case: &Case) -> bool {
        let is_search = matches!(case.question, Question::Scan(_) | Question::Rolled(_) | Question::Accumulated(_));
        self.searches || !is_search
    }

    fn run(&mut self, cases: &[&Case], sink: &mut Sink, stop: &AtomicBool) {
        ask_each(cases, sink, stop, |case| -> Reply { as_reply(&self.functions.answer(&case.question)) });
    }
}
