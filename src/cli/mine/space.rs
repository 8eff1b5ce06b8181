//! What to search: header, target, nonces, versions, as people write them.

use super::Args;
use crate::cli::{Failure, input};
use hashjoule::header::Header;
use hashjoule::job::{BIP320_MASK, VersionMask};
use hashjoule::kernel::NONCES;
use hashjoule::scan::Space;
use hashjoule::target::{CompactTarget, Target};
use hashjoule::units::spoken;
use std::time::Duration;

/// What the arguments say is to be searched.
pub(super) fn space(args: &Args) -> Result<Space, Failure> {
    let named = args.header.as_deref().map(input::header_to_mine).transpose()?;
    let (header, make) = named.unwrap_or((Header::GENESIS, Failure::usage));
    let target = target(args, &header, make)?;
    let nonces = nonces(args.from, args.count)?;
    let space = match &args.roll_versions {
        None => Space::one_version(header, target),
        Some(mask) => Space::rolling(header, target, version_mask(mask)?),
    };
    Ok(Space { nonces, ..space })
}

fn target(args: &Args, header: &Header, make: input::Make) -> Result<Target, Failure> {
    if let Some(hex) = &args.target {
        return target_in_hex(hex);
    }
    let (bits, whose, make): (_, _, input::Make) = match &args.bits {
        Some(bits) => (CompactTarget(word_in_hex("bits", bits, "nBits", "1d00ffff")?), "--bits", Failure::usage),
        None => (CompactTarget(header.bits), "the header's own", make),
    };
    bits.to_target().map_err(|error| {
        make("bits", format!("{error} ({whose})")).hint("give --bits like 1d00ffff, or --target with 64 hex digits")
    })
}

fn target_in_hex(text: &str) -> Result<Target, Failure> {
    let mut bytes = [0; 32];
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode_to_slice(digits, &mut bytes).map_err(|error| {
        let fault = match error {
            hex::FromHexError::InvalidHexCharacter { c, index } => {
                format!("'{c}' at digit {} is no hex digit", index + 1)
            }
            _ => format!("it has {} digits instead of 64", digits.chars().count()),
        };
        Failure::usage("target", format!("'{text}' is no target: {fault}"))
            .hint("give 64 hex digits, the most significant first, or nBits with --bits")
    })?;
    Ok(Target::from_be_bytes(bytes))
}

/// Eight hex digits or fewer, with or without 0x.
fn word_in_hex(code: &'static str, text: &str, what: &str, example: &str) -> Result<u32, Failure> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let plain = (1..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let word = plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten();
    word.ok_or_else(|| {
        Failure::usage(code, format!("'{text}' is no {what}"))
            .hint(format!("give at most eight hex digits, such as {example}"))
    })
}

pub(super) fn version_mask(text: &str) -> Result<VersionMask, Failure> {
    let example = BIP320_MASK.to_string();
    word_in_hex("mask", text, "version mask", &example).map(VersionMask)
}

/// Digits, perhaps grouped by commas or underscores.
pub(super) fn whole_number(text: &str) -> Result<u64, String> {
    let digits = text.replace([',', '_'], "");
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    let number = plain.then(|| digits.parse().ok()).flatten();
    number.ok_or_else(|| format!("a whole number from 0 to {NONCES} is wanted"))
}

fn nonces(from: u64, count: Option<u64>) -> Result<std::ops::Range<u64>, Failure> {
    let end = count.map_or(Some(NONCES), |count| from.checked_add(count));
    match end {
        Some(end) if from < NONCES && end <= NONCES => Ok(from..end),
        _ => {
            let range =
                count.map_or_else(|| format!("--from {from}"), |count| format!("--from {from} --count {count}"));
            let message = format!("{range} goes beyond the last nonce, {}", NONCES - 1);
            Err(Failure::usage("range", message)
                .hint("a nonce has 32 bits; for more to try, roll versions (--roll-versions) or take another header"))
        }
    }
}

/// Hits that `--all` may collect: the list is held in memory, and as JSON.
const MOST_HITS: f64 = 1e5;

/// No thread hashes faster, by far.
const FASTEST_THREAD: f64 = 1e8;

/// An easy target over a large range would fill the memory with hits before the first one is told.
pub(super) fn refuse_too_many_hits(space: &Space, time: Option<Duration>, threads: usize) -> Result<(), Failure> {
    let seconds = time.unwrap_or(Duration::from_secs(3600)).as_secs_f64();
    let tried = (space.size() as f64).min(seconds * FASTEST_THREAD * threads as f64);
    let hits = tried / space.target.expected_hashes();
    if hits <= MOST_HITS {
        return Ok(());
    }
    let (hits, most) = (spoken(hits, 2), spoken(MOST_HITS, 2));
    Err(Failure::usage("too-many-hits", format!("--all may find {hits} hits here, and holds no more than {most}"))
        .hint("give a smaller --count or --time, a harder target, or leave --all out"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_up_to_the_last_nonce_and_no_further() {
        assert_eq!(nonces(0, None).unwrap(), 0..NONCES);
        assert_eq!(nonces(0, Some(NONCES)).unwrap(), 0..NONCES);
        assert_eq!(nonces(NONCES - 1, Some(1)).unwrap(), NONCES - 1..NONCES);
        assert_eq!(nonces(5, Some(0)).unwrap(), 5..5);
        for (from, count) in [(NONCES, None), (NONCES - 1, Some(2)), (1, Some(u64::MAX)), (0, Some(NONCES + 1))] {
            assert!(nonces(from, count).is_err(), "{from} {count:?}");
        }
    }

    #[test]
    fn numbers_with_and_without_commas() {
        assert_eq!(whole_number("2083236893"), Ok(2_083_236_893));
        assert_eq!(whole_number("2,083,236,893"), Ok(2_083_236_893));
        assert_eq!(whole_number("1_000"), Ok(1000));
        for bad in ["", ",", "-1", "+1", "1e9", "1.5", "18446744073709551616", "0x10"] {
            assert!(whole_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_more_hits_than_fit() {
        let space = |target| Space::one_version(Header::GENESIS, target);
        let hour = None;
        assert!(refuse_too_many_hits(&space(Target::DIFFICULTY_1), hour, 2).is_ok());
        assert!(refuse_too_many_hits(&space(Target::ZERO), hour, 2).is_ok());
        assert!(refuse_too_many_hits(&space(Target::from_leading_zeros(16)), hour, 2).is_ok());
        assert!(refuse_too_many_hits(&space(Target::from_leading_zeros(8)), hour, 2).is_err());
        let little = Space { nonces: 7..1007, ..space(Target::MAX) };
        assert!(refuse_too_many_hits(&little, hour, 2).is_ok());
        let rolling = Space::rolling(Header::GENESIS, Target::from_leading_zeros(20), BIP320_MASK);
        assert!(refuse_too_many_hits(&rolling, hour, 2).is_err());
        assert!(refuse_too_many_hits(&rolling, Some(Duration::from_secs(60)), 2).is_ok());
    }

    #[test]
    fn words_in_hex() {
        let word = |text| word_in_hex("bits", text, "nBits", "1d00ffff");
        assert_eq!(word("1d00ffff").unwrap(), 0x1d00_ffff);
        assert_eq!(word("0x20").unwrap(), 0x20);
        for bad in ["", "0x", "1d00ffff0", "1d00fffg", "+1d00fff", "-1"] {
            assert!(word(bad).is_err(), "{bad}");
        }
    }
}
