//! The members of the zoo: what each gets wrong, and the vector that shows it.

use super::Member;
use crate::header::{BlockHash, Header};
use crate::sha256::{self, State};
use crate::target::{CompactTarget, Decoded, Target};
use crate::vectors::Hex;
use crate::verify::functions::{Functions, StratumParts};

const RIGHT: Functions = Functions::RIGHT;

const fn member(name: &'static str, mistake: &'static str, caught_by: &'static str, functions: Functions) -> Member {
    Member { name, mistake, caught_by, functions }
}

/// All members.
pub const ZOO: &[Member] = &[
    member(
        "one-pass",
        "hashes the header once",
        "header_hash/genesis",
        Functions { header_hash: |header| sha256::sha256(header), ..RIGHT },
    ),
    member(
        "not-reversed",
        "shows the hash as SHA-256 emits it",
        "header_hash/genesis",
        Functions { display: |digest| digest, ..RIGHT },
    ),
    member(
        "words-reversed",
        "reverses the words of the hash, not its bytes",
        "header_hash/made-up-ascending-bytes",
        Functions { display: |digest| std::array::from_fn(|i| digest[4 * (7 - i / 4) + i % 4]), ..RIGHT },
    ),
    member(
        "little-endian-words",
        "reads message words little-endian",
        "compress/ascending",
        Functions { compress: |state, block| sha256::compress(state, &block.map(u32::swap_bytes)), ..RIGHT },
    ),
    member(
        "no-feed-forward",
        "forgets to add the state before the block",
        "compress/iv-zero-block",
        Functions { compress: no_feed_forward, ..RIGHT },
    ),
    member(
        "no-length",
        "pads without the message's length",
        "sha256/sha256shortmsg-1",
        Functions { sha256: without_length, ..RIGHT },
    ),
    member(
        "padding-at-56",
        "squeezes 56 bytes and their padding into one block",
        "sha256/sha256shortmsg-56",
        Functions { sha256: padding_at_56, ..RIGHT },
    ),
    member(
        "midstate-of-80",
        "takes the state after all 80 bytes",
        "midstate/genesis",
        Functions {
            midstate: |header| {
                let header = Header::from_bytes(header);
                sha256::compress(&sha256::compress(&sha256::IV, &header.first_block()), &header.second_block())
            },
            ..RIGHT
        },
    ),
    member(
        "less-than",
        "wants the hash below the target, not at most it",
        "meets_target/genesis-equal",
        Functions { meets: |hash, target| Target::from(BlockHash(*hash)) < *target, ..RIGHT },
    ),
    member(
        "top-word-only",
        "compares the top 32 bits only",
        "scan/one-below-in-a-wide-range",
        Functions { meets: |hash, target| top_word(hash) <= target.top_word(), ..RIGHT },
    ),
    member(
        "zero-word",
        "takes a hash for a hit only if its top 32 bits are zero",
        "scan/half-of-all",
        Functions { meets: |hash, target| top_word(hash) == 0 && target.is_met_by(&BlockHash(*hash)), ..RIGHT },
    ),
    member(
        "other-end",
        "compares from the other end of the hash",
        "meets_target/genesis-own-bits",
        Functions { meets: |hash, target| Target::from_be_bytes(*hash) <= *target, ..RIGHT },
    ),
    member(
        "float-target",
        "compares hash and target as floating-point numbers",
        "meets_target/genesis-one-below",
        Functions { meets: |hash, target| Target::from(BlockHash(*hash)).to_f64() <= target.to_f64(), ..RIGHT },
    ),
    member(
        "nonce-byte-swapped",
        "writes the nonce big-endian into the header",
        "scan/genesis-own-bits",
        Functions { nonce_bytes: u32::to_be_bytes, ..RIGHT },
    ),
    member(
        "nonce-31-bit",
        "counts nonces in a signed 32-bit number",
        "scan/across-the-sign-bit",
        Functions { nonces: |start, count| up_to(RIGHT.nonces, start, count, 1 << 31), ..RIGHT },
    ),
    member(
        "last-nonce-missed",
        "never tries nonce 2^32 - 1",
        "scan/only-last-nonce",
        Functions { nonces: |start, count| up_to(RIGHT.nonces, start, count, u64::from(u32::MAX)), ..RIGHT },
    ),
    member(
        "last-lane-dropped",
        "looks at whole vectors of eight only",
        "scan/lanes-1",
        Functions { nonces: |start, count| (RIGHT.nonces)(start, count / 8 * 8), ..RIGHT },
    ),
    member(
        "one-too-many",
        "searches the end of the range too",
        "scan/directly-after-range",
        Functions { nonces: |start, count| (RIGHT.nonces)(start, count + 1), ..RIGHT },
    ),
    member(
        "skips-first",
        "increments the nonce before the first hash",
        "scan/first-in-range",
        Functions { nonces: |start, count| (RIGHT.nonces)(start + 1, count.saturating_sub(1)), ..RIGHT },
    ),
    member(
        "aligned-start",
        "starts at a multiple of eight",
        "scan/unaligned-5",
        Functions { nonces: |start, count| (RIGHT.nonces)(start / 8 * 8, count), ..RIGHT },
    ),
    member(
        "lanes-reversed",
        "reports lane 7 - i for lane i",
        "scan/genesis-own-bits",
        Functions { reported: |hits| hits.into_iter().map(|nonce| nonce ^ 7).collect(), ..RIGHT },
    ),
    member(
        "first-hit-only",
        "stops at the first hit",
        "scan/top-dense",
        Functions { reported: |hits| hits.into_iter().take(1).collect(), ..RIGHT },
    ),
    member(
        "one-hit-per-vector",
        "reports one hit of each vector of sixteen",
        "scan/half-of-all",
        Functions { reported: one_of_sixteen, ..RIGHT },
    ),
    member(
        "hit-reported-twice",
        "searches the seam between two chunks twice",
        "scan/only-nonce-zero",
        Functions { reported: |hits| hits.iter().copied().chain(hits.first().copied()).collect(), ..RIGHT },
    ),
    member(
        "descending",
        "reports hits from the top",
        "scan/bottom-dense",
        Functions { reported: |hits| hits.into_iter().rev().collect(), ..RIGHT },
    ),
    member(
        "stale-midstate",
        "rolls the version without a new midstate",
        "rolled/block-757753",
        Functions { with_version: |header, _| *header, ..RIGHT },
    ),
    member(
        "version-big-endian",
        "writes the version big-endian",
        "rolled/block-757753",
        Functions { with_version: |header, version| (RIGHT.with_version)(header, version.swap_bytes()), ..RIGHT },
    ),
    member(
        "sign-ignored",
        "takes negative nBits for a target",
        "target_bits/04923456",
        Functions { target: |bits| (RIGHT.target)(bits & 0xff7f_ffff), ..RIGHT },
    ),
    member(
        "sign-in-mantissa",
        "counts the sign bit of nBits to the mantissa",
        "target_bits/1d80ffff",
        Functions { decode: |bits| Decoded { negative: false, ..(RIGHT.decode)(bits) }, ..RIGHT },
    ),
    member(
        "overflow-wraps",
        "cuts targets above 2^256 off",
        "target_bits/2200ffff",
        Functions {
            target: |bits| Some((RIGHT.decode)(bits).target).filter(|target| *target != Target::ZERO),
            ..RIGHT
        },
    ),
    member(
        "zero-target-taken",
        "takes nBits of zero for a target",
        "target_bits/00000000",
        Functions {
            target: |bits| {
                let decoded = (RIGHT.decode)(bits);
                (!decoded.negative && !decoded.overflow).then_some(decoded.target)
            },
            ..RIGHT
        },
    ),
    member(
        "compact-sets-sign",
        "encodes a mantissa whose top bit is set without moving it",
        "target_bits/2100ffff",
        Functions { encode: compact_with_sign, ..RIGHT },
    ),
    member(
        "difficulty-truncated",
        "rounds the difficulty to an integer",
        "difficulty/1c05a3f4",
        Functions { difficulty: |bits| (RIGHT.difficulty)(bits).trunc(), ..RIGHT },
    ),
    member(
        "retarget-not-clamped",
        "does not hold the time to a quarter and four times",
        "retarget/quarter-less-one",
        Functions { retarget: not_clamped, ..RIGHT },
    ),
    member(
        "retarget-no-limit",
        "lets the target rise above the network's limit",
        "retarget/mainnet-limit",
        Functions { retarget: |bits, first, last, _| (RIGHT.retarget)(bits, first, last, Target::MAX), ..RIGHT },
    ),
    member(
        "retarget-unsigned",
        "subtracts the times as unsigned numbers",
        "retarget/backwards",
        Functions {
            retarget: |bits, first, last, limit| (RIGHT.retarget)(bits, 0, last.wrapping_sub(first), limit),
            ..RIGHT
        },
    ),
    member(
        "odd-node-carried",
        "carries the last of an odd level up instead of pairing it with itself",
        "merkle/made-up-3",
        Functions { parents: odd_carried, ..RIGHT },
    ),
    member(
        "blind-to-duplicates",
        "does not see the duplicated tail of CVE-2012-2459",
        "merkle/mutated-3-as-4",
        Functions { has_equal_pair: |_| false, ..RIGHT },
    ),
    member(
        "any-neighbours",
        "takes any two equal neighbours for a duplicated tail",
        "merkle/equal-neighbours-no-pair",
        Functions { has_equal_pair: |level| level.windows(2).any(|pair| pair[0] == pair[1]), ..RIGHT },
    ),
    member(
        "prevhash-as-sent",
        "copies the pool's prevhash without swapping its words",
        "stratum_job/block-100000",
        Functions {
            stratum_header: |job| StratumParts { prev_blockhash: job.prevhash.0, ..StratumParts::of(job) }.header(job),
            ..RIGHT
        },
    ),
    member(
        "branch-reversed",
        "walks the merkle branch from the root",
        "stratum_job/block-100000",
        Functions {
            stratum_header: |job| {
                let mut parts = StratumParts::of(job);
                parts.branch.reverse();
                parts.header(job)
            },
            ..RIGHT
        },
    ),
    member(
        "version-xor",
        "combines version bits by XOR",
        "stratum_job/rolled-clears-a-bit-of-the-job",
        Functions {
            stratum_header: |job| {
                let (mask, bits) = (job.version_mask.map_or(0, Hex::to_u32), job.version_bits.map_or(0, Hex::to_u32));
                StratumParts { version: job.version.to_u32() ^ bits & mask, ..StratumParts::of(job) }.header(job)
            },
            ..RIGHT
        },
    ),
];

fn top_word(hash: &[u8; 32]) -> u32 {
    Target::from(BlockHash(*hash)).top_word()
}

fn up_to(nonces: fn(u64, u64) -> Vec<u32>, start: u64, count: u64, end: u64) -> Vec<u32> {
    nonces(start, count.min(end.saturating_sub(start)))
}

fn no_feed_forward(before: &State, block: &[u32; 16]) -> State {
    sha256::trace(before, block).rounds[63]
}

fn one_of_sixteen(hits: Vec<u32>) -> Vec<u32> {
    let mut kept = hits;
    kept.dedup_by_key(|nonce| *nonce / 16);
    kept
}

/// SHA-256 over blocks that someone else has padded.
fn over_blocks(padded: &[u8]) -> [u8; 32] {
    let blocks = padded.chunks_exact(64);
    let next = |state, block: &[u8]| sha256::compress(&state, &sha256::words(&std::array::from_fn(|i| block[i])));
    sha256::digest(&blocks.fold(sha256::IV, next))
}

fn without_length(message: &[u8]) -> [u8; 32] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    over_blocks(&padded)
}

/// Right, but for messages that end with exactly 56 bytes, whose one bit then lies under the length.
fn padding_at_56(message: &[u8]) -> [u8; 32] {
    if message.len() % 64 != 56 {
        return sha256::sha256(message);
    }
    let mut padded = message.to_vec();
    padded.extend_from_slice(&(8 * message.len() as u64).to_be_bytes());
    over_blocks(&padded)
}

fn compact_with_sign(target: Target) -> u32 {
    let bytes = target.to_be_bytes();
    let skip = bytes.iter().position(|&byte| byte != 0).unwrap_or(32);
    let byte = |i: usize| bytes.get(skip + i).copied().unwrap_or(0);
    u32::from_be_bytes([u8::try_from(32 - skip).unwrap_or(0), byte(0), byte(1), byte(2)])
}

/// By floating point, which does for a wrong answer.
fn not_clamped(bits: u32, first: u32, last: u32, limit: Target) -> Option<u32> {
    let span = f64::from(last) - f64::from(first);
    let difficulty = CompactTarget(bits).difficulty() * 1_209_600.0 / span;
    let target = Target::from_difficulty(difficulty).ok()?;
    Some(target.min(limit).to_compact().0)
}

fn odd_carried(level: &[[u8; 32]]) -> Vec<[u8; 32]> {
    let parent = |pair: &[[u8; 32]]| if pair.len() == 2 { sha256::sha256d(pair.as_flattened()) } else { pair[0] };
    level.chunks(2).map(parent).collect()
}
