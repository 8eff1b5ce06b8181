//! Bytes that are written as lower-case hex in JSON.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// `N` bytes, in the order in which their hex is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hex<const N: usize>(
    /// The bytes.
    pub [u8; N],
);

/// Any number of bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HexBytes(
    /// The bytes.
    pub Vec<u8>,
);

impl Hex<4> {
    /// Eight digits as a number, the most significant first: how nBits and nTime are written.
    pub fn to_u32(self) -> u32 {
        u32::from_be_bytes(self.0)
    }
}

impl From<u32> for Hex<4> {
    fn from(number: u32) -> Self {
        Self(number.to_be_bytes())
    }
}

/// Why a text is not hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HexError {
    /// An odd number of digits.
    Odd(usize),
    /// The first character that is none of 0-9 and a-f, and its place.
    Digit(char, usize),
    /// Digits wanted and found.
    Length(usize, usize),
}

impl fmt::Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Odd(found) => write!(f, "{found} hex digits, an odd number"),
            Self::Digit(c, at) if c.is_ascii_uppercase() => write!(f, "{c:?} at place {at}: hex is lower case here"),
            Self::Digit(c, at) => write!(f, "{c:?} at place {at} is no hex digit"),
            Self::Length(wanted, found) => write!(f, "{found} hex digits where {wanted} are wanted"),
        }
    }
}

pub(super) fn decode(text: &str) -> Result<Vec<u8>, HexError> {
    let is_digit = |c: &char| matches!(c, '0'..='9' | 'a'..='f');
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| !is_digit(c)) {
        return Err(HexError::Digit(c, at));
    }
    if text.len() % 2 == 1 {
        return Err(HexError::Odd(text.len()));
    }
    let nibble = |c: u8| if c.is_ascii_digit() { c - b'0' } else { c - b'a' + 10 };
    Ok(text.as_bytes().chunks_exact(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1])).collect())
}

fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    let bytes = decode(text)?;
    let found = 2 * bytes.len();
    bytes.try_into().map_err(|_| HexError::Length(2 * N, found))
}

fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}
impl fmt::Display for HexBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}
impl<const N: usize> fmt::Debug for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hex({self})")
    }
}
impl fmt::Debug for HexBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HexBytes({self})")
    }
}

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl Serialize for HexBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct HexVisitor<T>(fn(&str) -> Result<T, HexError>, usize);

impl<T> Visitor<'_> for HexVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1 > 0 { write!(f, "{} hex digits", self.1) } else { write!(f, "hex digits") }
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        self.0(text).map_err(E::custom)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(HexVisitor(|text| decode_array(text).map(Self), 2 * N))
    }
}
impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(HexVisitor(|text| decode(text).map(Self), 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_hex_is_said() {
        assert_eq!(decode("00ff"), Ok(vec![0, 255]));
        assert_eq!(decode("123").unwrap_err().to_string(), "3 hex digits, an odd number");
        assert_eq!(decode("0é").unwrap_err().to_string(), "'é' at place 1 is no hex digit");
        assert_eq!(decode("FF").unwrap_err().to_string(), "'F' at place 0: hex is lower case here");
        assert_eq!(decode_array::<2>("00").unwrap_err().to_string(), "2 hex digits where 4 are wanted");
    }
}
