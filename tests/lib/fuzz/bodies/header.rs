//! A header: 80 bytes, and 160 hex digits as people paste them.

use hashjoule::explain::{HeaderError, read_header};
use hashjoule::header::Header;

pub fn any(bytes: &[u8]) {
    if let Some(wire) = bytes.first_chunk::<80>() {
        there_and_back(wire);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        pasted(text);
    }
}

fn there_and_back(wire: &[u8; 80]) {
    let header = Header::from_bytes(wire);
    assert_eq!(header.to_bytes(), *wire);
    assert_eq!(read_header(&hex::encode(wire)), Ok(header));
    let theirs: bitcoin::block::Header = bitcoin::consensus::deserialize(wire).expect("any 80 bytes are a header");
    assert_eq!(Header::from(theirs), header);
    assert_eq!(header.block_hash().to_string(), theirs.block_hash().to_string());
}

fn pasted(text: &str) {
    let bare = text.trim();
    let bare = bare.strip_prefix("0x").or(bare.strip_prefix("0X")).unwrap_or(bare);
    let digits: Vec<char> = bare.chars().filter(|c| !c.is_whitespace()).collect();
    match read_header(text) {
        Ok(header) => {
            assert_eq!(hex::encode(header.to_bytes()), String::from_iter(digits).to_ascii_lowercase());
        }
        Err(error) => {
            assert_true(&error, &digits);
            super::assert_plain(&error.to_string());
            super::assert_plain(error.hint());
        }
    }
}

/// The error says what is there.
fn assert_true(error: &HeaderError, digits: &[char]) {
    let is_hex = |digits: &[char]| digits.iter().all(char::is_ascii_hexdigit);
    match error {
        HeaderError::Empty => assert!(digits.is_empty()),
        HeaderError::Text(_) => assert!(!is_hex(digits)),
        HeaderError::Typo { found, digit, context } => {
            assert_eq!(digits[digit - 1], *found);
            assert!(!found.is_ascii_hexdigit() && is_hex(&digits[..digit - 1]) && context.contains(*found));
        }
        HeaderError::Hash(hash) => assert!(is_hex(digits) && digits.len() == 64 && hash.chars().eq(digits.to_vec())),
        HeaderError::Length(length) => {
            assert!(is_hex(digits) && *length == digits.len() && ![0, 64, 160].contains(length));
        }
        other => panic!("what is true of {other:?}?"),
    }
}
