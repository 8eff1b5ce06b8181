//! From the node's answer to headers, and from a solved header to the block. Pure.

use super::answer::{Answer, Transaction};
use super::coinbase::{self, COMMITMENT, CoinbaseError, Made};
use crate::header::Header;
use crate::target::{CompactTarget, Target};
use crate::work::template::{merkle_branch, merkle_root_of};
use crate::work::{HeaderTemplate, Solution, TimeRule, Work};
use bitcoin::consensus::encode::{VarInt, deserialize, serialize};
use bitcoin::hashes::Hash;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

/// The rules that we know how to keep when a node insists (BIP9's leading `!`). Those without a part of the block that
/// is ours are kept by the node's choice of transactions.
const UNDERSTOOD: [&str; 4] = ["csv", "segwit", "signet", "taproot"];

/// How far nTime may run ahead of the node's clock when it names no limit: consensus allows two hours.
const MAX_AHEAD_S: u32 = 7_000;

/// What the miner decides about its blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// The scriptPubKey that is paid.
    pub payout_script: Vec<u8>,
    /// Put into the coinbase for all to read.
    pub text: Vec<u8>,
    /// Keeps two processes that mine to the same script from trying the same headers.
    pub tag: [u8; 4],
    /// Version bits to roll, such as those of BIP320; 0 for none.
    pub version_mask: u32,
}

/// Why a template cannot be mined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// BIP9: whoever does not know it must not mine.
    #[error("the node's template needs the rule \"{0}\", which this program does not know")]
    Rule(String),
    /// A value out of its form.
    #[error("the node's template has {name} \"{value}\", which is {fault}")]
    Field {
        /// The key.
        name: &'static str,
        /// As given, shortened.
        value: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Blocks of this signet carry a signature that only its owners can make.
    #[error("this signet's blocks need its owners' signature")]
    Signet,
    /// A transaction that cannot be read or is not the one that it says it is.
    #[error("transaction {index} of the node's template {fault}")]
    Transaction {
        /// From 0, the coinbase not counted.
        index: usize,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// `default_witness_commitment` does not commit to the transactions.
    #[error("the node's default_witness_commitment does not commit to its transactions")]
    Commitment,
    /// No coinbase.
    #[error(transparent)]
    Coinbase(#[from] CoinbaseError),
}

/// A template that is checked and ready: makes headers, and blocks out of solved ones.
#[derive(Clone, Debug)]
pub struct Template {
    header: HeaderTemplate,
    target: Target,
    time: TimeRule,
    nonces: Range<u64>,
    height: u32,
    version_mask: u32,
    coinbase_witness: Vec<Vec<u8>>,
    /// The other transactions, serialised with witness, one after another.
    body: Vec<u8>,
    tx_count: usize,
    long_poll_id: Option<String>,
    work_id: Option<String>,
    can_propose: bool,
}

impl Template {
    /// Checks the node's answer and builds the coinbase by the recipe.
    ///
    /// # Errors
    /// See [`TemplateError`]: nothing may be mined on such an answer.
    pub fn new(answer: &Answer, recipe: &Recipe) -> Result<Self, TemplateError> {
        check_rules(answer)?;
        let transactions = decode_all(&answer.transactions)?;
        let commitment = commitment(answer, &transactions)?;
        let Made { coinbase, witness } = coinbase::make(answer, recipe, commitment.as_deref())?;
        let txids: Vec<_> = transactions.iter().map(|tx| tx.txid).collect();
        Ok(Self {
            header: HeaderTemplate {
                version: version(answer.version)?,
                prev_blockhash: reversed(hash("previousblockhash", &answer.previousblockhash)?),
                bits: bits(answer)?,
                coinbase,
                branch: merkle_branch(&txids),
            },
            target: target(answer)?,
            time: time(answer),
            nonces: nonces(answer)?,
            height: answer.height,
            version_mask: recipe.version_mask,
            coinbase_witness: witness,
            tx_count: transactions.len(),
            body: transactions.into_iter().flat_map(|tx| tx.data).collect(),
            long_poll_id: answer.longpollid.clone(),
            work_id: answer.workid.clone(),
            can_propose: answer.capabilities.iter().any(|name| name == "proposal"),
        })
    }

    /// hashPrevBlock, internal order.
    pub fn prev_blockhash(&self) -> [u8; 32] {
        self.header.prev_blockhash
    }

    /// The height of the block to be made.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// What the block's hash must not exceed.
    pub fn target(&self) -> Target {
        self.target
    }

    /// How many transactions there are beside the coinbase.
    pub fn tx_count(&self) -> usize {
        self.tx_count
    }

    /// What to hand back to be told when this is outdated.
    pub fn long_poll_id(&self) -> Option<&str> {
        self.long_poll_id.as_deref()
    }

    /// Whether the node checks proposals.
    pub fn can_propose(&self) -> bool {
        self.can_propose
    }

    /// What searchers need.
    pub fn work(self: Arc<Self>, id: u64, clean: bool, received: Instant) -> Work {
        Work {
            id,
            template: self.header.clone(),
            time: self.time,
            nonces: self.nonces.clone(),
            version_mask: self.version_mask,
            target: self.target,
            height: Some(self.height),
            clean,
            received,
            encode: Box::new(move |solution: &Solution| self.submission(&solution.header, solution.extranonce)),
        }
    }

    /// The block of a header that was made with `extranonce`, serialised with witness.
    pub fn block(&self, header: &Header, extranonce: u64) -> Vec<u8> {
        let mut block = header.to_bytes().to_vec();
        block.extend(serialize(&VarInt::from(self.tx_count + 1)));
        block.extend(with_witness(self.header.coinbase.bytes(extranonce), &self.coinbase_witness));
        block.extend(&self.body);
        block
    }

    /// An unsolved block, for the node to check everything but the work.
    pub fn proposal(&self) -> String {
        let header = self.header.header(0, self.header.version, self.time.at(0));
        hex::encode(self.block(&header, 0))
    }

    /// The parameters of `submitblock`, as a JSON array.
    pub fn submission(&self, header: &Header, extranonce: u64) -> String {
        let block = hex::encode(self.block(header, extranonce));
        match &self.work_id {
            None => serde_json::json!([block]),
            Some(id) => serde_json::json!([block, { "workid": id }]),
        }
        .to_string()
    }
}

fn check_rules(answer: &Answer) -> Result<(), TemplateError> {
    let needed = answer.rules.iter().filter_map(|rule| rule.strip_prefix('!'));
    if let Some(unknown) = needed.into_iter().find(|rule| !UNDERSTOOD.contains(rule)) {
        return Err(TemplateError::Rule(unknown.to_owned()));
    }
    // OP_TRUE asks for no signature.
    match answer.signet_challenge.as_deref() {
        None | Some("51") => Ok(()),
        Some(_) => Err(TemplateError::Signet),
    }
}

/// Whether the witness rules are in force for this block.
fn is_segwit(answer: &Answer) -> bool {
    answer.rules.iter().any(|rule| matches!(rule.as_str(), "segwit" | "!segwit"))
}

struct Decoded {
    data: Vec<u8>,
    txid: [u8; 32],
    wtxid: [u8; 32],
}

fn decode_all(transactions: &[Transaction]) -> Result<Vec<Decoded>, TemplateError> {
    let decode = |(index, tx)| decode(tx).map_err(|fault| TemplateError::Transaction { index, fault });
    transactions.iter().enumerate().map(decode).collect()
}

fn decode(given: &Transaction) -> Result<Decoded, &'static str> {
    let data = hex::decode(&given.data).map_err(|_| "is not hex")?;
    let tx: bitcoin::Transaction = deserialize(&data).map_err(|_| "cannot be read")?;
    let txid = tx.compute_txid();
    if given.txid.as_ref().is_some_and(|said| !said.eq_ignore_ascii_case(&txid.to_string())) {
        return Err("is another than its txid says");
    }
    Ok(Decoded { data, txid: txid.to_byte_array(), wtxid: tx.compute_wtxid().to_byte_array() })
}

/// The scriptPubKey that commits to the witnesses, where the rules ask for one: a node before activation sends it all
/// the same and then refuses a block that has it.
fn commitment(answer: &Answer, transactions: &[Decoded]) -> Result<Option<Vec<u8>>, TemplateError> {
    if !is_segwit(answer) {
        return Ok(None);
    }
    let wtxids: Vec<_> = std::iter::once([0; 32]).chain(transactions.iter().map(|tx| tx.wtxid)).collect();
    let reserved = [0; 32];
    let hash = crate::sha256::sha256d(&[merkle_root_of(&wtxids), reserved].concat());
    let script = [&COMMITMENT[..], &hash].concat();
    match answer.default_witness_commitment.as_deref() {
        // More may follow the 38 bytes (BIP141).
        Some(given) if !given.to_ascii_lowercase().starts_with(&hex::encode(&script)) => Err(TemplateError::Commitment),
        Some(given) => Ok(Some(hex::decode(given).map_err(|_| TemplateError::Commitment)?)),
        None => Ok(Some(script)),
    }
}

fn field(name: &'static str, value: &str, fault: &'static str) -> TemplateError {
    TemplateError::Field { name, value: value.chars().take(80).collect(), fault }
}

fn version(version: i64) -> Result<u32, TemplateError> {
    // Consensus reads the same four bytes as a signed number.
    let unsigned = u32::try_from(version).or_else(|_| i32::try_from(version).map(i32::cast_unsigned));
    unsigned.map_err(|_| field("version", &version.to_string(), "not a 32-bit number"))
}

/// 32 bytes from big-endian hex, in the order of the hex.
fn hash(name: &'static str, value: &str) -> Result<[u8; 32], TemplateError> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(value, &mut bytes).map_err(|_| field(name, value, "not 64 hex digits"))?;
    Ok(bytes)
}

fn reversed(mut bytes: [u8; 32]) -> [u8; 32] {
    bytes.reverse();
    bytes
}

fn word(name: &'static str, value: &str, digits: &str) -> Result<u32, TemplateError> {
    let mut bytes = [0; 4];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| field(name, value, "not in hex of the right length"))?;
    Ok(u32::from_be_bytes(bytes))
}

fn bits(answer: &Answer) -> Result<u32, TemplateError> {
    word("bits", &answer.bits, &answer.bits)
}

/// `target` where given: it may be harder than nBits, never easier, or the block would be refused.
fn target(answer: &Answer) -> Result<Target, TemplateError> {
    let block = CompactTarget(bits(answer)?).to_target();
    let block = block.map_err(|_| field("bits", &answer.bits, "no target"))?;
    let Some(given) = &answer.target else { return Ok(block) };
    let target = Target::from_be_bytes(hash("target", given)?);
    if target > block { Err(field("target", given, "easier than its bits")) } else { Ok(target) }
}

fn time(answer: &Answer) -> TimeRule {
    let current = answer.curtime;
    TimeRule {
        current,
        min: answer.mintime.unwrap_or(current),
        max: answer.maxtime.unwrap_or(current.saturating_add(MAX_AHEAD_S)),
        rolls: answer.mutable.iter().flatten().any(|what| what == "time" || what == "time/increment"),
    }
}

fn nonces(answer: &Answer) -> Result<Range<u64>, TemplateError> {
    let Some(range) = &answer.noncerange else { return Ok(0..1 << 32) };
    let fault = || field("noncerange", range, "not a range of nonces");
    let (low, high) = range.split_at_checked(8).ok_or_else(fault)?;
    let (low, high) = (word("noncerange", range, low)?, word("noncerange", range, high)?);
    if low > high { Err(fault()) } else { Ok(u64::from(low)..u64::from(high) + 1) }
}

/// Marker, flag and the witness of the only input (BIP144) into a transaction serialised without.
fn with_witness(mut tx: Vec<u8>, witness: &[Vec<u8>]) -> Vec<u8> {
    if witness.is_empty() {
        return tx;
    }
    let lock_time = tx.split_off(tx.len() - 4);
    tx.splice(4..4, [0, 1]);
    tx.extend(serialize(&VarInt::from(witness.len())));
    witness.iter().for_each(|item| tx.extend(serialize(item)));
    tx.extend(lock_time);
    tx
}

#[cfg(test)]
mod tests;
