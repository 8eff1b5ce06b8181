//! JSON-RPC over HTTP with Basic authentication, as Bitcoin nodes speak it. Every answer is bounded in time and size.

use crate::work::{Secret, sanitised};
use bitreq::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// A block of 4 MB is 8 MB of hex, and its template says a little more about each transaction.
const MAX_ANSWER: usize = 64 << 20;

/// How the node knows us.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// The file that a node writes at each start: `user:password`. Read again for every call.
    Cookie(PathBuf),
    /// A user name and a password.
    Password(String, Secret),
    /// It does not ask.
    Nobody,
}

/// Why a call has no result. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RpcError {
    /// No connection.
    #[error("cannot reach {url}: {reason}")]
    Unreachable {
        /// Whom.
        url: String,
        /// What the system said.
        reason: String,
    },
    /// No whole answer in time.
    #[error("{url} did not answer within {seconds} s")]
    Timeout {
        /// Who.
        url: String,
        /// How long we waited.
        seconds: u64,
    },
    /// HTTP 401 or 403.
    #[error("{url} does not let us in (HTTP {status})")]
    Denied {
        /// Who.
        url: String,
        /// 401: wrong user or password. 403: this address or this user may not.
        status: i32,
    },
    /// The cookie file cannot be read.
    #[error("cannot read the cookie file {}: {source}", path.display())]
    Cookie {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An answer that is no JSON-RPC answer, or not of the form that the call has.
    #[error("{url} answered \"{method}\" with HTTP {status} and something else than we know: {reason}")]
    Content {
        /// Who.
        url: String,
        /// What was asked.
        method: String,
        /// Of the answer.
        status: i32,
        /// What is wrong with it.
        reason: String,
    },
    /// The node's own error.
    #[error("the node says: {message} (error {code})")]
    Node {
        /// As in Bitcoin Core's `rpc/protocol.h`.
        code: i64,
        /// Its words.
        message: String,
    },
}

impl RpcError {
    /// The node is there and will be ready: not connected (-9), initial download (-10), warming up (-28).
    pub fn is_not_ready(&self) -> bool {
        matches!(self, Self::Node { code: -9 | -10 | -28, .. })
    }

    /// A short name for JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "node-unreachable",
            Self::Timeout { .. } => "node-timeout",
            Self::Denied { .. } => "node-denied",
            Self::Cookie { .. } => "node-cookie",
            Self::Content { .. } => "node-content",
            Self::Node { .. } => "node-error",
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } => {
                Some("is the node running, with its RPC server on (server=1), and is this its RPC port?")
            }
            Self::Denied { status: 401, .. } => {
                Some("check --cookie, or --user with --password-file or HASHJOULE_PASSWORD")
            }
            Self::Denied { .. } => Some("the node's rpcallowip or rpcwhitelist keeps us out"),
            Self::Cookie { .. } => Some("the node writes it at start, into its data folder: is it running?"),
            Self::Content { .. } => Some("is this the RPC port of a Bitcoin node?"),
            Self::Node { .. } => None,
        }
    }
}

/// A node's address and how it knows us.
#[derive(Clone, Debug)]
pub struct Rpc {
    url: String,
    auth: Auth,
}

#[derive(Deserialize)]
struct Envelope<T> {
    // Missing and null are one: an answer of null is a result too.
    result: Option<T>,
    error: Option<NodeError>,
}

#[derive(Deserialize)]
struct NodeError {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    message: String,
}

impl Rpc {
    /// `url` is `http://host:port/` with an optional path, and without user or password.
    pub fn new(url: impl Into<String>, auth: Auth) -> Self {
        Self { url: url.into(), auth }
    }

    /// Where.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How the node knows us.
    pub(super) fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Calls `method`. A result of null is `None`.
    ///
    /// # Errors
    /// See [`RpcError`].
    pub fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        params: &Value,
        patience: Duration,
    ) -> Result<Option<T>, RpcError> {
        let body = format!(r#"{{"jsonrpc":"1.0","id":1,"method":"{method}","params":{params}}}"#);
        let mut request = bitreq::Request::new(Method::Post, self.url.clone())
            .with_header("Content-Type", "application/json")
            .with_header("Connection", "close")
            .with_timeout(patience)
            .with_max_body_size(MAX_ANSWER)
            // Whoever is sent elsewhere would take our password there.
            .with_max_redirects(0)
            .with_body(body);
        if let Some(credentials) = self.credentials()? {
            request = request.with_header("Authorization", format!("Basic {}", base64(credentials.as_bytes())));
        }
        let response = request.send().map_err(|error| self.transport(method, error, patience))?;
        self.read(method, &response)
    }

    fn credentials(&self) -> Result<Option<String>, RpcError> {
        match &self.auth {
            Auth::Nobody => Ok(None),
            Auth::Password(user, password) => Ok(Some(format!("{user}:{}", password.reveal()))),
            Auth::Cookie(path) => std::fs::read_to_string(path)
                .map(|text| Some(text.trim().to_owned()))
                .map_err(|source| RpcError::Cookie { path: path.clone(), source }),
        }
    }

    /// Nodes send their errors as HTTP 500 or 404, with JSON: the body comes first, the status only where it says nothing.
    fn read<T: DeserializeOwned>(&self, method: &str, response: &bitreq::Response) -> Result<Option<T>, RpcError> {
        let (status, body) = (response.status_code, response.as_bytes());
        if matches!(status, 401 | 403) {
            return Err(RpcError::Denied { url: self.url.clone(), status });
        }
        let announced = response.headers.get("content-length").and_then(|len| len.trim().parse().ok());
        if announced.is_some_and(|len: usize| len > body.len()) {
            return Err(self.content(method, status, "it was cut off"));
        }
        let envelope: Envelope<T> = serde_json::from_slice(body).map_err(|error| {
            // The words of a proxy are worth more than where the JSON ends.
            let start = sanitised(&String::from_utf8_lossy(&body[..body.len().min(200)]));
            let is_json = body.trim_ascii_start().starts_with(b"{");
            self.content(method, status, &if is_json { error.to_string() } else { format!("\"{start}\"") })
        })?;
        match envelope {
            Envelope { error: Some(NodeError { code, message }), .. } => {
                Err(RpcError::Node { code, message: sanitised(&message) })
            }
            Envelope { result, error: None } if (200..300).contains(&status) => Ok(result),
            Envelope { .. } => Err(self.content(method, status, "it names no error")),
        }
    }

    fn content(&self, method: &str, status: i32, reason: &str) -> RpcError {
        RpcError::Content { url: self.url.clone(), method: method.to_owned(), status, reason: sanitised(reason) }
    }

    fn transport(&self, method: &str, error: bitreq::Error, patience: Duration) -> RpcError {
        use std::io::ErrorKind::{TimedOut, WouldBlock};
        let url = self.url.clone();
        match error {
            bitreq::Error::IoError(error) if matches!(error.kind(), TimedOut | WouldBlock) => {
                RpcError::Timeout { url, seconds: patience.as_secs() }
            }
            bitreq::Error::IoError(error) => RpcError::Unreachable { url, reason: sanitised(&error.to_string()) },
            bitreq::Error::AddressNotFound => RpcError::Unreachable { url, reason: "no such host".to_owned() },
            bitreq::Error::BodyOverflow => self.content(method, 200, "it is longer than 64 MiB"),
            other => self.content(method, 0, &other.to_string()),
        }
    }
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let encode = |chunk: &[u8]| -> [char; 4] {
        let bits = chunk.iter().enumerate().fold(0u32, |bits, (i, byte)| bits | u32::from(*byte) << (16 - 8 * i));
        std::array::from_fn(|i| match i > chunk.len() {
            true => '=',
            false => char::from(ALPHABET[(bits >> (18 - 6 * i) & 63) as usize]),
        })
    };
    bytes.chunks(3).flat_map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_the_rfc() {
        let cases = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (len, expected) in cases.into_iter().enumerate() {
            assert_eq!(base64(&b"foobar"[..len]), expected);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn a_secret_shows_in_no_debug_output() {
        let rpc = Rpc::new("http://127.0.0.1:1/", Auth::Password("me".to_owned(), Secret::new("hunter2")));
        assert!(!format!("{rpc:?}").contains("hunter2"));
    }
}
