//! The coinbase transaction of a template: BIP34 height, extranonce, payout, witness commitment. Pure.

use super::answer::Answer;
use super::template::Recipe;
use crate::work::Coinbase;
use bitcoin::consensus::encode::{deserialize, serialize};

/// Consensus: the scriptSig of a coinbase is 2 to 100 bytes long.
pub const MAX_SCRIPT_SIG: usize = 100;

/// Bytes of extranonce that we put into the scriptSig.
const HOLE: usize = 8;

/// Why no coinbase can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CoinbaseError {
    /// The scriptSig would be over 100 bytes long.
    #[error(
        "the coinbase's text is too long by {over} bytes: height, extranonce, the node's data and the text share 100 bytes"
    )]
    TooLong {
        /// By how much.
        over: usize,
    },
    /// Neither `coinbasevalue` nor `coinbasetxn`.
    #[error("the node's template has neither a coinbasevalue nor a coinbasetxn")]
    Absent,
    /// Not a transaction, or not a coinbase.
    #[error("the node's coinbasetxn is no coinbase transaction: {reason}")]
    Transaction {
        /// What is wrong with it.
        reason: String,
    },
    /// `coinbaseaux` is not hex.
    #[error("the node's coinbaseaux value \"{value}\" is not hex")]
    Aux {
        /// As given.
        value: String,
    },
}

/// A coinbase, and the witness that the block needs with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub coinbase: Coinbase,
    /// The stack of its only input; empty when the block has no witness commitment.
    pub witness: Vec<Vec<u8>>,
}

/// Our own coinbase where the node gives a value, its own where it gives only that.
pub(super) fn make(answer: &Answer, recipe: &Recipe, commitment: Option<&[u8]>) -> Result<Made, CoinbaseError> {
    let witness: Vec<Vec<u8>> = commitment.iter().map(|_| vec![0; 32]).collect();
    match (answer.coinbasevalue, &answer.coinbasetxn) {
        (Some(value), _) => {
            let coinbase = ours(answer, value, recipe, commitment)?;
            Ok(Made { coinbase, witness })
        }
        (None, Some(given)) => theirs(&given.data, answer, recipe, witness),
        (None, None) => Err(CoinbaseError::Absent),
    }
}

/// BIP34: the height as a script pushes a number: OP_1 to OP_16, from 17 on the fewest little-endian bytes that leave
/// the sign bit free. Height 0 is OP_0.
pub fn height_push(height: u32) -> Vec<u8> {
    match height {
        0 => vec![0],
        // 0x51 is OP_1; at most 0x60.
        1..=16 => vec![0x50 + height as u8],
        _ => {
            let significant = 4 - height.leading_zeros() as usize / 8;
            let mut bytes = height.to_le_bytes()[..significant].to_vec();
            if bytes.last().is_some_and(|top| top & 0x80 != 0) {
                bytes.push(0);
            }
            push(&bytes)
        }
    }
}

/// A direct push; all of ours are far below the 76 bytes where another opcode begins.
fn push(bytes: &[u8]) -> Vec<u8> {
    debug_assert!(bytes.len() < 76);
    [&[bytes.len() as u8], bytes].concat()
}

fn ours(answer: &Answer, value: u64, recipe: &Recipe, commitment: Option<&[u8]>) -> Result<Coinbase, CoinbaseError> {
    let mut head = height_push(answer.height);
    // One push: the tag keeps two processes apart, the hole two headers of this one.
    head.push((recipe.tag.len() + HOLE) as u8);
    head.extend(recipe.tag);
    let tail = [text_push(&recipe.text)?, aux(answer)?].concat();
    let script_len = check_length(head.len() + HOLE + tail.len())?;

    let mut before = 2u32.to_le_bytes().to_vec();
    before.push(1);
    before.extend([0; 32]);
    before.extend(u32::MAX.to_le_bytes());
    before.push(script_len);
    before.extend(head);

    let mut after = tail;
    after.extend(u32::MAX.to_le_bytes());
    let outputs = [Some((value, &recipe.payout_script[..])), commitment.map(|script| (0, script))];
    after.push(outputs.iter().flatten().count() as u8);
    for (value, script) in outputs.into_iter().flatten() {
        after.extend(value.to_le_bytes());
        after.extend(serialize(&bitcoin::VarInt::from(script.len())));
        after.extend(script);
    }
    after.extend([0; 4]);
    Ok(Coinbase::new(before, HOLE, after))
}

fn text_push(text: &[u8]) -> Result<Vec<u8>, CoinbaseError> {
    match text.len() {
        0 => Ok(Vec::new()),
        len if len >= 76 => Err(CoinbaseError::TooLong { over: len + 1 - 76 }),
        _ => Ok(push(text)),
    }
}

/// The values as they are: they are pieces of script already.
fn aux(answer: &Answer) -> Result<Vec<u8>, CoinbaseError> {
    let decode = |value: &String| hex::decode(value).map_err(|_| CoinbaseError::Aux { value: value.clone() });
    answer.coinbaseaux.values().map(decode).collect::<Result<Vec<_>, _>>().map(|all| all.concat())
}

fn check_length(len: usize) -> Result<u8, CoinbaseError> {
    if len > MAX_SCRIPT_SIG {
        return Err(CoinbaseError::TooLong { over: len - MAX_SCRIPT_SIG });
    }
    Ok(len as u8) // at most 100
}

/// The node's coinbase, with an extranonce at the end of its scriptSig if that is allowed and fits.
fn theirs(data: &str, answer: &Answer, recipe: &Recipe, reserved: Vec<Vec<u8>>) -> Result<Made, CoinbaseError> {
    let refuse = |reason: String| CoinbaseError::Transaction { reason };
    let bytes = hex::decode(data).map_err(|error| refuse(error.to_string().to_lowercase()))?;
    let mut tx: bitcoin::Transaction = deserialize(&bytes).map_err(|error| refuse(error.to_string()))?;
    if !tx.is_coinbase() {
        return Err(refuse("its input is not the null outpoint".to_owned()));
    }
    let given = std::mem::take(&mut tx.input[0].witness).to_vec();
    let commits = tx.output.iter().any(|output| output.script_pubkey.as_bytes().starts_with(&COMMITMENT));
    let witness = if given.is_empty() && commits { reserved } else { given };

    let may = |what: &str| answer.mutable.iter().flatten().any(|allowed| allowed == what);
    let script_sig = tx.input[0].script_sig.to_bytes();
    let room = MAX_SCRIPT_SIG.saturating_sub(script_sig.len());
    let extra = 1 + recipe.tag.len() + HOLE;
    // Without leave to append, nothing can be told apart but time, version and nonce.
    let appends = (may("coinbase") || may("coinbase/append")) && extra <= room;
    // Version, count, outpoint: the scriptSig's length stands at byte 41.
    let stripped = serialize(&tx);
    let (head, rest) = stripped.split_at(41);
    let (script, after) = rest[1..].split_at(script_sig.len());
    if script_sig.len() > MAX_SCRIPT_SIG {
        return Err(refuse(format!("its scriptSig is {} bytes long", script_sig.len())));
    }
    let coinbase = if appends {
        let len = (script.len() + extra) as u8; // at most 100
        let before = [head, &[len], script, &[extra as u8 - 1], &recipe.tag].concat();
        Coinbase::new(before, HOLE, after)
    } else {
        Coinbase::new(stripped.clone(), 0, Vec::new())
    };
    Ok(Made { coinbase, witness })
}

/// OP_RETURN, a push of 36 bytes, and the four bytes that mark a witness commitment (BIP141).
pub(super) const COMMITMENT: [u8; 6] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_at_every_seam() {
        for (height, hex) in [
            (0, "00"),
            (1, "51"),
            (16, "60"),
            (17, "0111"),
            (127, "017f"),
            (128, "028000"),
            (255, "02ff00"),
            (256, "020001"),
            (32_767, "02ff7f"),
            (32_768, "03008000"),
            (8_388_607, "03ffff7f"),
            (8_388_608, "0400008000"),
            (u32::MAX, "05ffffffff00"),
        ] {
            assert_eq!(hex::encode(height_push(height)), hex, "height {height}");
        }
    }

    #[test]
    fn the_bitcoin_crate_pushes_heights_the_same_way() {
        for height in (0..70_000).chain([500_000, 8_388_607, 8_388_608, 16_777_216]) {
            let script = bitcoin::script::Builder::new().push_int(i64::from(height)).into_script();
            assert_eq!(height_push(height), script.to_bytes(), "height {height}");
        }
    }
}
