//! What a pool says, line by line, as enums. Pure, and callable by a fuzzer through [`parse`].
//!
//! Pools differ in all that the protocol leaves open, so the reading is lenient about the shape
//! (an id as a number, as text or missing; numbers as text; errors as arrays, objects or text) and
//! strict about the values that enter a header: hex of the right length, or an error with the input in it.

use super::notify::Notify;
use crate::work::sanitised;
use serde_json::Value;
use std::fmt;

/// The words of a share whose answer never came.
pub const NO_ANSWER: &str = "the pool never answered";

/// One line of a pool.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Message {
    /// The answer to one of our requests.
    Answer(Answer),
    /// `mining.notify`: a job.
    Notify(Box<Notify>),
    /// `mining.set_difficulty`, as sent: any float, even one that has no target.
    SetDifficulty(f64),
    /// `mining.set_version_mask` (BIP310).
    SetVersionMask(u32),
    /// `mining.set_extranonce`.
    SetExtranonce(Extranonce),
    /// `client.reconnect`.
    Reconnect(Reconnect),
    /// `client.show_message`, sanitised.
    ShowMessage(String),
    /// `client.get_version`, with the id that the answer repeats.
    GetVersion(Value),
    /// `mining.ping` or `client.ping`, with the id that the answer repeats.
    Ping(Value),
    /// A method that is not known here, with its id (null when it wants no answer).
    Unknown(Value, String),
}

/// The answer to one of our requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Whose answer; `None` when the pool left it out or made one up.
    pub id: Option<u64>,
    /// The result, or the pool's reason.
    pub outcome: Result<Value, PoolError>,
}

/// A pool's reason for a refusal, from `[code, text]`, `[code, text, data]`, an object or a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolError {
    /// 20 other, 21 stale, 22 duplicate, 23 low difficulty, 24 unauthorised, 25 not subscribed.
    pub code: Option<i64>,
    /// The words, sanitised.
    pub text: String,
}

/// What makes the coinbase of this connection its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extranonce {
    /// The pool's bytes, 0 to 64 of them.
    pub first: Vec<u8>,
    /// How many bytes of our own follow, 0 to 64.
    pub second_size: usize,
}

/// `client.reconnect`: all parts optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconnect {
    /// Another host.
    pub host: Option<String>,
    /// Another port.
    pub port: Option<u16>,
    /// Seconds to wait first.
    pub wait: Option<u64>,
}

/// A line that says nothing sensible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// No JSON.
    #[error("the pool sent what is no JSON: {line:?} ({reason})")]
    NoJson {
        /// The start of the line.
        line: String,
        /// The parser's words.
        reason: String,
    },
    /// JSON, but neither a request nor an answer.
    #[error("the pool sent neither a request nor an answer: {0:?}")]
    Shapeless(String),
    /// A value that is not what its place asks for.
    #[error("the pool sent a bad {field}: {value:?}")]
    Field {
        /// Which value.
        field: &'static str,
        /// What stood there.
        value: String,
    },
}

/// Reads one line, with or without its newline.
///
/// # Errors
/// When the line is no JSON object, or one whose values cannot be used.
pub fn parse(line: &[u8]) -> Result<Message, MessageError> {
    let value: Value = serde_json::from_slice(line).map_err(|error| MessageError::NoJson {
        line: excerpt(&String::from_utf8_lossy(line)),
        reason: error.to_string(),
    })?;
    match value.get("method") {
        Some(Value::String(method)) => request(method, &value),
        _ => answer(&value).map(Message::Answer),
    }
}

fn request(method: &str, value: &Value) -> Result<Message, MessageError> {
    let params = value.get("params").unwrap_or(&Value::Null);
    let id = || value.get("id").cloned().unwrap_or_default();
    Ok(match method {
        "mining.notify" => Message::Notify(Box::new(Notify::from_params(params)?)),
        "mining.set_difficulty" => Message::SetDifficulty(float(&params[0], "difficulty")?),
        "mining.set_version_mask" => Message::SetVersionMask(hex_u32(&params[0], "version mask")?),
        "mining.set_extranonce" => Message::SetExtranonce(Extranonce::from_values(&params[0], &params[1])?),
        "client.reconnect" => Message::Reconnect(Reconnect::from_params(params)?),
        "client.show_message" => Message::ShowMessage(sanitised(&text(params.get(0).unwrap_or(params)))),
        "client.get_version" => Message::GetVersion(id()),
        "mining.ping" | "client.ping" => Message::Ping(id()),
        other => Message::Unknown(id(), sanitised(other)),
    })
}

fn answer(value: &Value) -> Result<Answer, MessageError> {
    let (result, error) = (value.get("result"), value.get("error"));
    if result.is_none() && error.is_none() {
        return Err(MessageError::Shapeless(excerpt(&value.to_string())));
    }
    let id = value.get("id").and_then(natural);
    let outcome = match error {
        None | Some(Value::Null | Value::Bool(false)) => Ok(result.cloned().unwrap_or_default()),
        Some(error) => Err(PoolError::from_value(error)),
    };
    Ok(Answer { id, outcome })
}

impl PoolError {
    fn from_value(value: &Value) -> Self {
        let part = |at: usize, key: &str| value.get(at).or_else(|| value.get(key));
        match value {
            Value::Array(_) | Value::Object(_) => Self {
                code: part(0, "code").and_then(|code| code.as_i64().or_else(|| code.as_str()?.parse().ok())),
                text: part(1, "message").map(|words| sanitised(&text(words))).unwrap_or_default(),
            },
            other => Self { code: None, text: sanitised(&text(other)) },
        }
    }
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "{} (code {code})", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl Extranonce {
    /// Longer ones would not fit a coinbase, whose scriptSig has at most 100 bytes.
    const LONGEST: usize = 64;

    /// From the answer to `mining.subscribe`: `[subscriptions, extranonce1, extranonce2_size]`.
    ///
    /// # Errors
    /// When one of the two is missing, no hex, or too long.
    pub fn from_subscribe(result: &Value) -> Result<Self, MessageError> {
        Self::from_values(&result[1], &result[2])
    }

    fn from_values(first: &Value, size: &Value) -> Result<Self, MessageError> {
        let bytes = hex_bytes(first, "extranonce1")?;
        let fits = |n: usize| n <= Self::LONGEST;
        let second_size = natural(size).and_then(|n| usize::try_from(n).ok()).filter(|&n| fits(n));
        let second_size = second_size.ok_or_else(|| bad("extranonce2_size", size))?;
        if fits(bytes.len()) { Ok(Self { first: bytes, second_size }) } else { Err(bad("extranonce1", first)) }
    }
}

impl Reconnect {
    fn from_params(params: &Value) -> Result<Self, MessageError> {
        let given = |at: usize| params.get(at).filter(|value| !value.is_null() && value.as_str() != Some(""));
        let number =
            |at: usize, field| given(at).map(|value| natural(value).ok_or_else(|| bad(field, value))).transpose();
        let port = number(1, "port")?.map(|port| u16::try_from(port).ok().filter(|&port| port > 0));
        if port == Some(None) {
            return Err(bad("port", &params[1]));
        }
        let host =
            given(0).map(|host| host.as_str().map(str::to_owned).ok_or_else(|| bad("host", host))).transpose()?;
        Ok(Self { host, port: port.flatten(), wait: number(2, "wait")? })
    }
}

/// The mask that `mining.configure` granted; `None` for every way of saying no.
pub fn granted_mask(result: &Value) -> Option<u32> {
    let granted = result.get("version-rolling")? == &Value::Bool(true);
    hex_u32(result.get("version-rolling.mask")?, "version mask").ok().filter(|_| granted)
}

pub(super) fn bad(field: &'static str, value: &Value) -> MessageError {
    MessageError::Field { field, value: excerpt(&text(value)) }
}

/// A text as it is, everything else as JSON.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A whole number, also as text, also as 4.0.
fn natural(value: &Value) -> Option<u64> {
    let from_float = |x: f64| ((0.0..9e15).contains(&x) && x.fract() == 0.0).then_some(x as u64); // below 2^53: exact
    value.as_u64().or_else(|| value.as_f64().and_then(from_float)).or_else(|| value.as_str()?.trim().parse().ok())
}

fn float(value: &Value, field: &'static str) -> Result<f64, MessageError> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).ok_or_else(|| bad(field, value))
}

/// Up to eight hex digits, the most significant first.
pub(super) fn hex_u32(value: &Value, field: &'static str) -> Result<u32, MessageError> {
    let digits = value.as_str().ok_or_else(|| bad(field, value))?;
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    let plain = digits.len() <= 8 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| plain).ok_or_else(|| bad(field, value))
}

pub(super) fn hex_bytes(value: &Value, field: &'static str) -> Result<Vec<u8>, MessageError> {
    value.as_str().and_then(|digits| hex::decode(digits).ok()).ok_or_else(|| bad(field, value))
}

/// The start of a foreign text, for an error.
fn excerpt(text: &str) -> String {
    sanitised(&text.chars().take(120).collect::<String>())
}
