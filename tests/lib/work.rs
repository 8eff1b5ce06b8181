//! The miner's own code against the vector files: merkle roots, and headers and shares from a pool's job.
//!
//! `tests/cli/verify` holds the plain functions to the same files; what builds the headers that are mined is other code.

use hashjoule::header::Header;
use hashjoule::vectors::{self, Hex, Merkle, StratumInput, StratumJob};
use hashjoule::work::Secret;
use hashjoule::work::pool::job::Share;
use hashjoule::work::pool::session::{Action, Config, Session};
use hashjoule::work::template::merkle_root_of;
use serde_json::{Value, json};
use std::time::Duration;

/// The other way round: txids and roots are written backwards.
fn reversed(mut hash: [u8; 32]) -> [u8; 32] {
    hash.reverse();
    hash
}

#[test]
fn merkle_roots_are_those_of_the_vectors() {
    for vector in vectors::of::<Merkle>() {
        let leaves: Vec<[u8; 32]> = vector.input.txids.iter().map(|txid| reversed(txid.0)).collect();
        assert_eq!(Hex(reversed(merkle_root_of(&leaves))), vector.expect.root, "{}", vector.id);
    }
}

/// A session with the pool of the vector: the handshake, a difficulty that every hash meets, and the job.
fn session(input: &StratumInput) -> Session {
    let mask = input.version_mask.map_or(0, Hex::to_u32);
    let password = Secret::new("x");
    let (user, host) = ("worker".to_owned(), String::new());
    let config = Config { user, password, mask, suggest_difficulty: None, host, follows_anywhere: false };
    let mut session = Session::new(config, 0, Duration::ZERO);
    let granted = json!({ "version-rolling": true, "version-rolling.mask": format!("{mask:08x}") });
    let subscribed = json!([[], hex::encode(&input.extranonce1.0), input.extranonce2.0.len()]);
    let handshake = [granted, subscribed, json!(true)];
    // Without a mask nobody asks for one.
    for (id, result) in (1..).zip(handshake.iter().skip(usize::from(mask == 0))) {
        hear(&mut session, &json!({ "id": id, "result": result, "error": null }));
    }
    hear(&mut session, &json!({ "id": null, "method": "mining.set_difficulty", "params": [1e-12] }));
    hear(&mut session, &json!({ "id": null, "method": "mining.notify", "params": notify(input) }));
    while session.action().is_some() {}
    session
}

fn hear(session: &mut Session, line: &Value) {
    session.line(Duration::ZERO, line.to_string().as_bytes());
}

fn notify(input: &StratumInput) -> Value {
    let branch: Vec<String> = input.merkle_branch.iter().map(|sibling| hex::encode(sibling.0)).collect();
    let [version, bits, time] = [input.version, input.nbits, input.ntime].map(|word| hex::encode(word.0));
    let (coinb1, coinb2) = (hex::encode(&input.coinb1.0), hex::encode(&input.coinb2.0));
    json!(["job", hex::encode(input.prevhash.0), coinb1, coinb2, branch, version, bits, time, true])
}

/// The miner's choices of the vector; bits outside the mask are no choice.
fn share(input: &StratumInput) -> Share {
    let extranonce = input.extranonce2.0.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let version = input.version.to_u32();
    let rolled = input.version_mask.zip(input.version_bits).map(|(mask, bits)| (mask.to_u32(), bits.to_u32()));
    let version = rolled.map_or(version, |(mask, bits)| version & !mask | bits & mask);
    Share { job: 0, extranonce, time: input.ntime.to_u32(), version, nonce: input.nonce.to_u32() }
}

#[test]
fn headers_and_shares_of_pools_are_those_of_the_vectors() {
    for vector in vectors::of::<StratumJob>() {
        let (input, id) = (&vector.input, &vector.id);
        let (mut session, share) = (session(input), share(input));
        let header: Header = session.job().unwrap_or_else(|| panic!("{id}: no job")).header(&share);
        assert_eq!(Hex(header.to_bytes()), vector.expect.header, "{id}");
        session.submit(Duration::ZERO, "find", &share).unwrap();
        let Some(Action::Send(line)) = session.action() else { panic!("{id}: no share is sent") };
        let submit: Value = serde_json::from_str(&line).unwrap();
        let bits = input.version_bits.zip(input.version_mask).map(|(bits, mask)| bits.to_u32() & mask.to_u32());
        let words = [hex::encode(&input.extranonce2.0), hex::encode(input.ntime.0), hex::encode(input.nonce.0)];
        let params: Vec<String> = ["worker", "job"].map(str::to_owned).into_iter().chain(words).collect();
        let params = [params, bits.map(|bits| format!("{bits:08x}")).into_iter().collect()].concat();
        assert_eq!((&submit["method"], &submit["params"]), (&json!("mining.submit"), &json!(params)), "{id}");
    }
}
