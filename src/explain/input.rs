//! Reading what people type or paste: a header in hex, nBits in hex. The errors teach.

use crate::header::Header;
use std::fmt;

/// Hex digits of a header.
const DIGITS: usize = 160;

/// Why a text is no header.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderError {
    /// Nothing there.
    Empty,
    /// Words, not hex: perhaps a name that nobody knows.
    Text(String),
    /// Hex but for one character, at a digit counted from 1.
    Typo {
        /// The character that is no hex digit.
        found: char,
        /// Its place among the digits, from 1.
        digit: usize,
        /// The digits around it.
        context: String,
    },
    /// 64 digits: a hash or a merkle root.
    Hash(String),
    /// Hex of another length.
    Length(usize),
}

/// Reads 160 hex digits; white space and a leading `0x` do not count.
///
/// # Errors
/// Says what the text looks like instead.
pub fn read_header(text: &str) -> Result<Header, HeaderError> {
    let digits: Vec<char> = strip(text).chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        return Err(HeaderError::Empty);
    }
    if let Some(at) = digits.iter().position(|c| !c.is_ascii_hexdigit()) {
        return Err(not_hex(text, &digits, at));
    }
    match digits.len() {
        DIGITS => Ok(Header::from_bytes(&bytes(&digits))),
        64 => Err(HeaderError::Hash(digits.iter().collect())),
        length => Err(HeaderError::Length(length)),
    }
}

fn strip(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text)
}

/// A long text that is nearly all hex has a typo; anything else is text.
fn not_hex(text: &str, digits: &[char], at: usize) -> HeaderError {
    let wrong = digits.iter().filter(|c| !c.is_ascii_hexdigit()).count();
    if digits.len() < 40 || wrong * 10 > digits.len() {
        return HeaderError::Text(text.trim().chars().take(60).collect());
    }
    let context = digits[at.saturating_sub(8)..digits.len().min(at + 9)].iter().collect();
    HeaderError::Typo { found: digits[at], digit: at + 1, context }
}

fn bytes(digits: &[char]) -> [u8; 80] {
    let nibble = |i: usize| digits[i].to_digit(16).and_then(|d| u8::try_from(d).ok()).unwrap_or(0); // all are hex
    std::array::from_fn(|i| nibble(2 * i) << 4 | nibble(2 * i + 1))
}

/// The field in which a hex digit, counted from 1, lies.
fn field_of(digit: usize) -> &'static str {
    match (digit - 1) / 2 {
        0..4 => "the version",
        4..36 => "the previous block's hash",
        36..68 => "the merkle root",
        68..72 => "the time",
        72..76 => "nBits",
        76..80 => "the nonce",
        _ => "what follows the header",
    }
}

impl HeaderError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::Text(_) => "give 160 hex digits, @FILE, - for stdin, or a name such as genesis",
            Self::Typo { .. } => "hex digits are 0-9 and a-f; l is not 1, O is not 0",
            Self::Hash(_) => "a hash cannot be taken apart again; give the 80 bytes that were hashed",
            Self::Length(_) => {
                "the fields have 8 + 64 + 64 + 8 + 8 + 8 digits: version, previous block, merkle root, time, nBits, nonce"
            }
        }
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "there is no header: the input is empty"),
            Self::Text(text) => {
                let text = text.escape_debug(); // it goes to a terminal
                write!(f, "'{text}' is text, not hex, and not the name of a header known here")
            }
            Self::Typo { found, digit, context } => {
                let (byte, field) = ((digit - 1) / 2, field_of(*digit));
                let (found, context) = (found.escape_debug(), context.escape_debug());
                write!(f, "'{found}' at digit {digit} (byte {byte}, in {field}) is no hex digit: ...{context}...")
            }
            Self::Hash(_) => write!(f, "64 hex digits are 32 bytes: a hash, not a header of 80 bytes"),
            Self::Length(digits) if digits % 2 == 1 => {
                write!(f, "{digits} hex digits are {} bytes and a half; a header has 80 bytes, 160 digits", digits / 2)
            }
            Self::Length(digits) => {
                write!(f, "{digits} hex digits are {} bytes; a header has 80 bytes, 160 digits", digits / 2)
            }
        }
    }
}

impl std::error::Error for HeaderError {}

/// A text that is no nBits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BitsError(String);

impl fmt::Display for BitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.escape_debug();
        write!(f, "'{text}' is no nBits: that is one to eight hex digits, as in 1d00ffff")
    }
}

impl std::error::Error for BitsError {}

/// Reads nBits in hex, with or without a leading `0x`.
///
/// # Errors
/// Anything but one to eight hex digits.
pub fn read_bits(text: &str) -> Result<u32, BitsError> {
    let digits = strip(text);
    let fits = (1..=8).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit());
    let value = fits.then(|| u32::from_str_radix(digits, 16).ok()).flatten();
    value.ok_or_else(|| BitsError(text.chars().take(60).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn genesis() -> String {
        Header::GENESIS.to_bytes().iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn hex_as_people_paste_it() {
        let hex = genesis();
        let broken_lines = format!("0x{}\n  {}\r\n", &hex[..70], hex[70..].to_uppercase());
        assert_eq!(read_header(&broken_lines), Ok(Header::GENESIS));
    }

    #[test]
    fn a_typo_is_shown_where_it_is() {
        let mut hex = genesis();
        hex.replace_range(76..77, "g");
        let error = read_header(&hex).unwrap_err().to_string();
        assert!(error.contains("'g' at digit 77 (byte 38, in the merkle root)"), "{error}");
    }

    #[test]
    fn other_things_are_told_apart() {
        let hex = genesis();
        let said = |text: &str| read_header(text).unwrap_err().to_string();
        assert!(said(&hex[2..]).contains("79 bytes"));
        assert!(said(&hex[1..]).contains("79 bytes and a half"));
        assert!(said(&hex[..64]).contains("a hash, not a header"));
        assert!(said("the genesis block").contains("is text, not hex"));
        assert!(said(" \n").contains("empty"));
        assert!(said("\u{1b}[2J").starts_with("'\\u{1b}[2J' is text"));
        assert!(said(&format!("{}\u{7}", &hex[1..])).starts_with("'\\u{7}' at digit 160"));
    }

    #[test]
    fn bits_as_people_write_them() {
        assert_eq!(read_bits("0x1d00ffff"), Ok(0x1d00_ffff));
        assert_eq!(read_bits("207FFFFF"), Ok(0x207f_ffff));
        for bad in ["", "0x", "1d00fffff", "+1d00ff", "ten"] {
            assert!(read_bits(bad).is_err(), "{bad}");
        }
        assert!(read_bits("\u{1b}[2J").unwrap_err().to_string().starts_with("'\\u{1b}[2J' is no nBits"));
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in ".{0,200}") {
            let _ = read_header(&text).map_err(|error| error.to_string());
            let _ = read_bits(&text).map_err(|error| error.to_string());
        }

        #[test]
        fn any_header_is_read(raw in prop::collection::vec(any::<u8>(), 80)) {
            let bytes: [u8; 80] = raw.try_into().unwrap();
            let hex: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
            prop_assert_eq!(read_header(&hex).unwrap().to_bytes(), bytes);
        }
    }
}
