//! The answer to `getblocktemplate`, as BIP 22, 23 and 145 describe it. Unknown keys are ignored.

use serde::Deserialize;
use std::collections::BTreeMap;

/// What a node says about the next block. Names are the BIPs'; optional keys that we can do without are options.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[non_exhaustive]
pub struct Answer {
    /// nVersion; signed on some nodes.
    pub version: i64,
    /// Deployments in force; a leading `!` means: whoever does not know it must not mine (BIP9).
    #[serde(default)]
    pub rules: Vec<String>,
    /// Big-endian hex, as everyone writes block hashes.
    pub previousblockhash: String,
    /// The block's other transactions, in order.
    #[serde(default)]
    pub transactions: Vec<Transaction>,
    /// Data for the coinbase's scriptSig, in hex.
    #[serde(default)]
    pub coinbaseaux: BTreeMap<String, String>,
    /// Subsidy and fees, in satoshi.
    pub coinbasevalue: Option<u64>,
    /// A coinbase made by the node.
    pub coinbasetxn: Option<Transaction>,
    /// Big-endian hex.
    pub target: Option<String>,
    /// nBits, big-endian hex.
    pub bits: String,
    /// The node's clock, seconds since 1970.
    pub curtime: u32,
    /// The lowest nTime allowed.
    pub mintime: Option<u32>,
    /// The highest nTime allowed.
    pub maxtime: Option<u32>,
    /// What may be changed.
    pub mutable: Option<Vec<String>>,
    /// Lowest and highest nonce, eight hex digits each.
    pub noncerange: Option<String>,
    /// The height of the block to be made.
    pub height: u32,
    /// Handed back to be told when the template is outdated.
    pub longpollid: Option<String>,
    /// Handed back with the block.
    pub workid: Option<String>,
    /// The scriptPubKey of the output that commits to the witnesses, in hex.
    pub default_witness_commitment: Option<String>,
    /// On a signet: the script that every block must be signed for, in hex.
    pub signet_challenge: Option<String>,
    /// What the server can do: `proposal`, for one.
    #[serde(default)]
    pub capabilities: Vec<String>,
}

/// A transaction of the template.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[non_exhaustive]
pub struct Transaction {
    /// Serialised with witness, in hex.
    pub data: String,
    /// Big-endian hex; servers older than segwit leave it out.
    pub txid: Option<String>,
}
