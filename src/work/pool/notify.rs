//! `mining.notify`: the pieces of a block header, in the order and byte order of the wire.

use super::message::{MessageError, bad, hex_bytes, hex_u32, text};
use serde_json::Value;

/// A job as sent, before the extranonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// The pool's name for it, given back with each share.
    pub job_id: String,
    /// hashPrevBlock in internal order; the wire has its eight words byte-swapped.
    pub prev_blockhash: [u8; 32],
    /// The coinbase before the extranonce.
    pub coinb1: Vec<u8>,
    /// The coinbase after the extranonce.
    pub coinb2: Vec<u8>,
    /// The merkle branch of the coinbase, lowest first, internal order.
    pub branch: Vec<[u8; 32]>,
    /// nVersion.
    pub version: u32,
    /// nBits.
    pub bits: u32,
    /// nTime, seconds since 1970.
    pub time: u32,
    /// Whether all earlier jobs are dead.
    pub clean: bool,
}

impl Notify {
    /// A branch of 2^32 transactions: none is longer.
    const LONGEST_BRANCH: usize = 32;

    pub(super) fn from_params(params: &Value) -> Result<Self, MessageError> {
        Ok(Self {
            job_id: job_id(&params[0])?,
            prev_blockhash: swap_words(hash(&params[1], "prevhash")?),
            coinb1: hex_bytes(&params[2], "coinb1")?,
            coinb2: hex_bytes(&params[3], "coinb2")?,
            branch: branch(&params[4])?,
            version: hex_u32(&params[5], "version")?,
            bits: hex_u32(&params[6], "nbits")?,
            time: hex_u32(&params[7], "ntime")?,
            clean: params[8].as_bool().unwrap_or(false),
        })
    }
}

/// Mostly a text; some pools count in numbers.
fn job_id(value: &Value) -> Result<String, MessageError> {
    let usable = value.is_string() || value.is_number();
    if usable { Ok(text(value)) } else { Err(bad("job id", value)) }
}

fn branch(value: &Value) -> Result<Vec<[u8; 32]>, MessageError> {
    let list = value.as_array().filter(|list| list.len() <= Notify::LONGEST_BRANCH);
    let list = list.ok_or_else(|| bad("merkle branch", value))?;
    list.iter().map(|item| hash(item, "merkle branch")).collect()
}

fn hash(value: &Value, field: &'static str) -> Result<[u8; 32], MessageError> {
    hex_bytes(value, field)?.try_into().map_err(|_| bad(field, value))
}

/// Each of the eight 32-bit words with its bytes reversed.
fn swap_words(mut hash: [u8; 32]) -> [u8; 32] {
    hash.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    hash
}
