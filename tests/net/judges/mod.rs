//! The miner and its blocks before judges of other people's making, on regression-test chains of their own.
//!
//! `tests/counterparties/run` fetches the judges and runs these; without them they are ignored, which cargo shows.

mod bcoin;
mod engine;

use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness, absolute, transaction};

/// A payment of `value` satoshi, all in one output.
fn spend(from: OutPoint, value: u64, to: ScriptBuf, witness: Witness) -> Transaction {
    Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn { previous_output: from, script_sig: ScriptBuf::new(), sequence: Sequence::MAX, witness }],
        output: vec![TxOut { value: Amount::from_sat(value), script_pubkey: to }],
    }
}
