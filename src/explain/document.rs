//! The story as JSON, `hashjoule-explain/1`: every word of the three compressions, in hex.

use super::{EarlyExit, Field, Savings, Story, VersionBits, fields, utc};
use crate::sha256::{Trace, digest};
use crate::target::{CompactTarget, CompactTargetError};
use serde::Serialize;

/// All of one header. Words and hashes are hex, the most significant digit first unless a key says otherwise.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Document {
    schema: &'static str,
    name: Option<String>,
    header_hex: String,
    fields: Vec<FieldDocument>,
    version: VersionDocument,
    time_utc: String,
    target: TargetDocument,
    first_chunk: TraceDocument,
    second_chunk: TraceDocument,
    nonce_touches: TouchedDocument,
    second_hash: TraceDocument,
    early_exit: EarlyExitDocument,
    rolled_midstates: Vec<MidstateDocument>,
    savings: Savings,
    first_digest_hex: String,
    digest_hex: String,
    hash: String,
    meets_target: bool,
}

#[derive(Clone, Debug, Serialize)]
struct FieldDocument {
    name: &'static str,
    core_name: &'static str,
    offset_bytes: usize,
    length_bytes: usize,
    wire_hex: String,
    value_hex: String,
}

#[derive(Clone, Debug, Serialize)]
struct VersionDocument {
    hex: String,
    bip9: bool,
    signals_bits: Vec<u32>,
    bip320_mask_hex: String,
    bip320_bits_hex: String,
}

/// nBits and what follows from them.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TargetDocument {
    bits_hex: String,
    length_bytes: u32,
    mantissa_hex: String,
    target_hex: String,
    difficulty: f64,
    expected_hashes: f64,
}

/// nBits alone, `hashjoule-bits/1`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BitsDocument {
    schema: &'static str,
    #[serde(flatten)]
    target: TargetDocument,
}

#[derive(Clone, Debug, Serialize)]
struct TraceDocument {
    before: Vec<String>,
    w: Vec<String>,
    rounds: Vec<Vec<String>>,
    after: Vec<String>,
}

/// One character a word, `1` where the nonce touches it.
#[derive(Clone, Debug, Serialize)]
struct TouchedDocument {
    w: String,
    rounds: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct EarlyExitDocument {
    round: usize,
    e: String,
    last_word: String,
    top_of_hash: String,
}

#[derive(Clone, Debug, Serialize)]
struct MidstateDocument {
    version: String,
    midstate: Vec<String>,
}

fn words(words: &[u32]) -> Vec<String> {
    words.iter().map(|word| format!("{word:08x}")).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn flags(flags: &[bool]) -> String {
    flags.iter().map(|&flag| if flag { '1' } else { '0' }).collect()
}

impl From<&Story> for Document {
    fn from(story: &Story) -> Self {
        let (touched, header) = (story.touched(), &story.header);
        Self {
            schema: "hashjoule-explain/1",
            name: story.name.clone(),
            header_hex: hex(&header.to_bytes()),
            fields: fields(header).iter().map(FieldDocument::from).collect(),
            version: VersionBits(header.version).into(),
            time_utc: utc(header.time),
            target: TargetDocument::of(CompactTarget(header.bits), &story.target),
            first_chunk: (&story.first_chunk).into(),
            second_chunk: (&story.second_chunk).into(),
            nonce_touches: TouchedDocument {
                w: flags(&touched.w),
                rounds: touched.rounds.iter().map(|words| flags(words)).collect(),
            },
            second_hash: (&story.second_hash).into(),
            early_exit: story.early_exit().into(),
            rolled_midstates: story.midstates(4).iter().map(MidstateDocument::from).collect(),
            savings: Savings::counted(),
            first_digest_hex: hex(&digest(&story.second_chunk.after)),
            digest_hex: hex(&story.hash().0),
            hash: story.hash().to_string(),
            meets_target: story.is_block(),
        }
    }
}

impl From<&Field> for FieldDocument {
    fn from(field: &Field) -> Self {
        Self {
            name: field.name,
            core_name: field.core_name,
            offset_bytes: field.offset,
            length_bytes: field.wire.len(),
            wire_hex: hex(&field.wire),
            value_hex: hex(&field.value()),
        }
    }
}

impl From<VersionBits> for VersionDocument {
    fn from(version: VersionBits) -> Self {
        Self {
            hex: format!("{:08x}", version.0),
            bip9: version.are_flags(),
            signals_bits: version.signals(),
            bip320_mask_hex: format!("{:08x}", super::ROLLING_MASK),
            bip320_bits_hex: format!("{:08x}", version.rolled()),
        }
    }
}

impl TargetDocument {
    fn of(bits: CompactTarget, target: &crate::target::Target) -> Self {
        Self {
            bits_hex: bits.to_string(),
            length_bytes: bits.0 >> 24,
            mantissa_hex: format!("{:06x}", bits.0 & 0x00ff_ffff),
            target_hex: target.to_string(),
            difficulty: bits.difficulty(),
            expected_hashes: target.expected_hashes(),
        }
    }
}

impl TryFrom<CompactTarget> for BitsDocument {
    type Error = CompactTargetError;
    fn try_from(bits: CompactTarget) -> Result<Self, CompactTargetError> {
        Ok(Self { schema: "hashjoule-bits/1", target: TargetDocument::of(bits, &bits.to_target()?) })
    }
}

impl From<&Trace> for TraceDocument {
    fn from(trace: &Trace) -> Self {
        Self {
            before: words(&trace.before),
            w: words(&trace.w),
            rounds: trace.rounds.iter().map(|state| words(state)).collect(),
            after: words(&trace.after),
        }
    }
}

impl From<EarlyExit> for EarlyExitDocument {
    fn from(exit: EarlyExit) -> Self {
        let [e, last_word, top_of_hash] = [exit.e60, exit.last_word, exit.top_of_hash].map(|w| format!("{w:08x}"));
        Self { round: EarlyExit::ROUND, e, last_word, top_of_hash }
    }
}

impl From<&super::Midstates> for MidstateDocument {
    fn from(rolled: &super::Midstates) -> Self {
        Self { version: format!("{:08x}", rolled.version), midstate: words(&rolled.midstate) }
    }
}
