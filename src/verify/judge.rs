//! Right or wrong, and if wrong, how: a reversed hash is told apart from a wrong one.

use crate::vectors::Case;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Difficulties may differ by so much, relatively.
const TOLERANCE: f64 = 1e-12;

/// The one key that an answer must have. Other keys of `expect` are compared when they are given.
pub(super) fn answer_key(op: &str) -> &'static str {
    match op {
        "header_hash" => "hash",
        "midstate" => "midstate",
        "compress" => "state",
        "meets_target" => "meets",
        "target_bits" => "target",
        "difficulty" => "difficulty",
        "retarget" => "bits",
        "merkle" => "root",
        "scan" => "nonces",
        "rolled" => "hits",
        "stratum_job" => "header",
        _ => "digest",
    }
}

/// What is wrong with the answer; `None` when nothing is.
pub(super) fn difference(case: &Case, answer: &Map<String, Value>) -> Option<String> {
    let expect = serde_json::to_value(&case.answer).unwrap_or(Value::Null);
    let key = answer_key(case.question.op());
    if !answer.contains_key(key) {
        let keys: Vec<&str> = answer.keys().map(String::as_str).take(10).collect();
        return Some(format!("the answer has no key {key:?}; its keys are {keys:?}"));
    }
    let mut expected = expect.as_object()?.iter();
    expected.find_map(|(key, wanted)| field(key, wanted, answer.get(key)?))
}

fn field(key: &str, wanted: &Value, found: &Value) -> Option<String> {
    let text = match (wanted, found) {
        (Value::String(wanted), Value::String(found)) => strings(wanted, found)?,
        (Value::Number(wanted), Value::Number(found)) => {
            let (wanted, found) = (wanted.as_f64()?, found.as_f64().unwrap_or(f64::NAN));
            let tolerance = if key == "difficulty" { TOLERANCE * wanted.abs() } else { 0.0 };
            if (wanted - found).abs() <= tolerance {
                return None;
            }
            format!("{found}, expected {wanted}")
        }
        (Value::Array(wanted), Value::Array(found)) if key == "nonces" => lists(wanted, found, &number)?,
        (Value::Array(wanted), Value::Array(found)) if key == "hits" => {
            lists(wanted, found, &version_and_nonce).or_else(|| hashes_of_hits(wanted, found))?
        }
        (wanted, found) if is_same(wanted, found) => return None,
        (wanted, found) => format!("{}, expected {}", short(&found.to_string()), short(&wanted.to_string())),
    };
    Some(format!("{key} is {text}"))
}

/// Equal, with hex in upper or lower case, also in lists.
fn is_same(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::String(wanted), Value::String(found)) => wanted.eq_ignore_ascii_case(found),
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len() && wanted.iter().zip(found).all(|(wanted, found)| is_same(wanted, found))
        }
        (wanted, found) => wanted == found,
    }
}

/// Foreign values may be long.
fn short(text: &str) -> String {
    let mut short: String = text.chars().take(200).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    short
}

/// Hex, upper or lower case.
fn strings(wanted: &str, found: &str) -> Option<String> {
    if wanted.eq_ignore_ascii_case(found) {
        return None;
    }
    let found = found.to_ascii_lowercase();
    let hint = if in_groups(&found, found.len()) == wanted {
        " (the right bytes in reverse order)"
    } else if in_groups(&found, 8) == wanted {
        " (the right words, each with its bytes reversed)"
    } else {
        ""
    };
    Some(format!("{}, expected {wanted}{hint}", short(&format!("{found:?}"))))
}

/// Reverses the bytes within each group of so many hex digits.
fn in_groups(hex: &str, digits: usize) -> String {
    let bytes: Vec<&[u8]> = hex.as_bytes().chunks(2).collect();
    let groups = bytes.chunks((digits / 2).max(1));
    groups.flat_map(|group| group.iter().rev().flat_map(|pair| pair.iter().map(|&c| char::from(c)))).collect()
}

/// A number, even when written as 5.0.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the fraction is compared with zero before")]
fn number(value: &Value) -> Option<u64> {
    let float = value.as_f64().filter(|f| f.fract() == 0.0 && (0.0..9e15).contains(f))?;
    value.as_u64().or(Some(float as u64))
}

fn version_and_nonce(value: &Value) -> Option<(u64, u64)> {
    Some((number(value.get("version")?)?, number(value.get("nonce")?)?))
}

/// Lists of hits: what is missing, what is too much, and whether only the order is wrong.
fn lists<T: Ord + Copy + std::fmt::Debug>(
    wanted: &[Value],
    found: &[Value],
    read: &dyn Fn(&Value) -> Option<T>,
) -> Option<String> {
    let Some(hits) = found.iter().map(read).collect::<Option<Vec<T>>>() else {
        return Some(format!("{}, expected a list of {} hits", short(&Value::from(found).to_string()), wanted.len()));
    };
    let right: Vec<T> = wanted.iter().filter_map(read).collect();
    let (have, want): (BTreeSet<T>, BTreeSet<T>) = (hits.iter().copied().collect(), right.iter().copied().collect());
    let counts = format!("{} hits, expected {}", hits.len(), right.len());
    if let Some(missing) = want.difference(&have).next() {
        return Some(format!("{counts}; {missing:?} is missing"));
    }
    if let Some(surplus) = have.difference(&want).next() {
        return Some(format!("{counts}; {surplus:?} is none"));
    }
    if hits.len() != right.len() {
        return Some(format!("{counts}; one is listed twice"));
    }
    (hits != right).then(|| format!("the right list of {} hits, but not in ascending order", right.len()))
}

/// The hash of a hit may be left out, but not be wrong.
fn hashes_of_hits(wanted: &[Value], found: &[Value]) -> Option<String> {
    wanted.iter().zip(found).find_map(|(wanted, found)| {
        let (wanted, found, nonce) = (wanted.get("hash")?, found.get("hash")?, wanted.get("nonce")?);
        let found = (!is_same(wanted, found)).then(|| short(&found.to_string()))?;
        Some(format!("right but for the hash of nonce {nonce}, which is {found}, expected {wanted}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn case(id: &str) -> Case {
        let files = crate::vectors::embedded();
        files.into_iter().flat_map(|file| file.cases).find(|case| case.id == id).unwrap()
    }

    #[track_caller]
    fn differs(id: &str, answer: &Value, part: &str) {
        let found = difference(&case(id), answer.as_object().unwrap()).unwrap();
        assert!(found.contains(part), "{found}");
    }

    #[test]
    fn answers_of_every_group_equal_themselves() {
        for case in crate::vectors::embedded().into_iter().flat_map(|file| file.cases) {
            let Value::Object(answer) = serde_json::to_value(&case.answer).unwrap() else { panic!("{}", case.id) };
            assert_eq!(difference(&case, &answer), None, "{}", case.id);
            assert!(answer.contains_key(answer_key(case.question.op())), "{}", case.id);
        }
    }

    #[test]
    fn optional_keys_and_upper_case_may_be_given_or_not() {
        let hash = "000000000019D6689C085AE165831E934FF763AE46A2A6C172B3F1B60A8CE26F";
        let answer = json!({"hash": hash, "comment": 7});
        assert_eq!(difference(&case("header_hash/genesis"), answer.as_object().unwrap()), None);
        let answer = json!({"target": null});
        assert_eq!(difference(&case("target_bits/01fedcba"), answer.as_object().unwrap()), None);
        differs(
            "target_bits/01fedcba",
            &json!({"target": null, "negative": false}),
            "negative is false, expected true",
        );
        differs("target_bits/1d00ffff", &json!({"target": null}), "target is null, expected \"00000000ffff");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let reversed = "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000";
        differs("header_hash/genesis", &json!({"hash": reversed}), "the right bytes in reverse order");
        let swapped = in_groups("bc909a336358bff090ccac7d1e59caa8c3c8d8e94f0103c896b187364719f91b", 8);
        differs("midstate/genesis", &json!({"midstate": swapped}), "each with its bytes reversed");
        differs("header_hash/genesis", &json!({"hsh": reversed}), "no key \"hash\"; its keys are [\"hsh\"]");
        differs("header_hash/genesis", &json!({"hash": 5}), "hash is 5, expected \"0000");
        differs("scan/genesis-own-bits", &json!({"nonces": []}), "0 hits, expected 1; 2083236893 is missing");
        differs("scan/genesis-own-bits", &json!({"nonces": [2_083_236_893_u32, 2_083_236_893_u32]}), "listed twice");
        differs("scan/genesis-own-bits", &json!({"nonces": [1, 2_083_236_893_u32]}), "1 is none");
        differs("scan/genesis-own-bits", &json!({"nonces": ["2083236893"]}), "expected a list of 1 hits");
        differs("difficulty/1d00ffff", &json!({"difficulty": 1.000_000_001}), "difficulty is 1.000000001, expected 1");
        differs("meets_target/genesis-equal", &json!({"meets": "true"}), "meets is \"true\", expected true");
    }

    #[test]
    fn order_alone_is_told_apart() {
        let mut nonces: Vec<Value> = case_nonces("scan/top-dense");
        nonces.reverse();
        differs("scan/top-dense", &json!({ "nonces": nonces }), "not in ascending order");
        let float = json!({"nonces": [2_083_236_893.0]});
        assert_eq!(difference(&case("scan/genesis-own-bits"), float.as_object().unwrap()), None);
    }

    #[test]
    fn the_hashes_of_hits_count_when_they_are_given() {
        let hit = |hash: Value| json!({"hits": [{"version": 549_453_828, "nonce": 1_554_058_904, "hash": hash}]});
        let right = "000000000000000000032C781dbe11459fba50312acfca3cd96fa2bc4367d5b1";
        let judged = |answer: &Value| difference(&case("rolled/block-757753"), answer.as_object().unwrap());
        assert_eq!(judged(&hit(json!(right))), None);
        assert_eq!(judged(&json!({"hits": [{"version": 549_453_828, "nonce": 1_554_058_904}]})), None);
        differs("rolled/block-757753", &hit(json!("00")), "the hash of nonce 1554058904, which is \"00\", expected");
        differs("rolled/block-757753", &hit(Value::Null), "which is null");
    }

    #[test]
    fn a_list_of_hashes_may_be_in_upper_case() {
        let hashes = json!(["000000000019D6689C085AE165831E934FF763AE46A2A6C172B3F1B60A8CE26F"]);
        let answer = |hashes: &Value| json!({"nonces": [2_083_236_893_u32], "hashes": hashes});
        assert_eq!(difference(&case("scan/genesis-own-bits"), answer(&hashes).as_object().unwrap()), None);
        differs("scan/genesis-own-bits", &answer(&json!([])), "hashes is [], expected [\"0000");
    }

    fn case_nonces(id: &str) -> Vec<Value> {
        serde_json::to_value(&case(id).answer).unwrap()["nonces"].as_array().unwrap().clone()
    }

    #[test]
    fn bytes_are_reversed_within_words() {
        assert_eq!(in_groups("0011223344556677", 8), "3322110077665544");
        assert_eq!(in_groups("00112233", 8), "33221100");
        assert_eq!(in_groups("", 0), "");
    }
}
