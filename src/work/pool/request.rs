//! What we say to a pool: one JSON object a line, the newline included.

use super::job::{PoolJob, Share};
use serde_json::{Value, json};

/// nVersion bits that BIP320 leaves to miners.
pub const BIP320_MASK: u32 = 0x1fff_e000;

/// Who says it: "hashjoule/1.2.3".
pub const AGENT: &str = concat!("hashjoule/", env!("CARGO_PKG_VERSION"));

/// `mining.configure` for version rolling and nothing else (BIP310).
pub fn configure(id: u64, mask: u32) -> String {
    let options = json!({ "version-rolling.mask": format!("{mask:08x}"), "version-rolling.min-bit-count": 2 });
    request(id, "mining.configure", &json!([["version-rolling"], options]))
}

/// `mining.subscribe`.
pub fn subscribe(id: u64) -> String {
    request(id, "mining.subscribe", &json!([AGENT]))
}

/// `mining.authorize`.
pub fn authorize(id: u64, user: &str, password: &str) -> String {
    request(id, "mining.authorize", &json!([user, password]))
}

/// `mining.suggest_difficulty`.
pub fn suggest_difficulty(id: u64, difficulty: f64) -> String {
    request(id, "mining.suggest_difficulty", &json!([difficulty]))
}

/// `mining.submit`; with `bits`, the version bits within the mask, when rolling is active.
pub fn submit(id: u64, user: &str, job: &PoolJob, share: &Share, bits: Option<u32>) -> String {
    let word = |word: u32| Value::String(format!("{word:08x}"));
    let extranonce2 = hex::encode(job.template.coinbase.extranonce_bytes(share.extranonce));
    let mut params = vec![json!(user), json!(job.job_id), json!(extranonce2), word(share.time), word(share.nonce)];
    params.extend(bits.map(word));
    request(id, "mining.submit", &Value::Array(params))
}

/// The answer to a request of the pool.
pub fn answer(id: &Value, result: &str) -> String {
    line(&json!({ "id": id, "result": result, "error": null }))
}

/// The answer to a request that is not known here.
pub fn refusal(id: &Value, method: &str) -> String {
    line(&json!({ "id": id, "result": null, "error": [20, format!("unknown method {method}"), null] }))
}

fn request(id: u64, method: &str, params: &Value) -> String {
    line(&json!({ "id": id, "method": method, "params": params }))
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}
