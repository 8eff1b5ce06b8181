//! nBits as text, as a number, and the arithmetic on the target that they hold.

use hashjoule::explain::read_bits;
use hashjoule::header::BlockHash;
use hashjoule::target::{CompactTarget, CompactTargetError, Target};

pub fn any(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        as_text(text);
    }
    // The number, two times, and a share difficulty.
    let word = |at: usize| bytes.get(at..at + 4).map(|four| u32::from_be_bytes(four.try_into().unwrap()));
    if let Some(bits) = word(0) {
        match CompactTarget(bits).to_target() {
            Ok(target) => sound(CompactTarget(bits), target),
            Err(error) => refused(bits, error),
        }
        if let (Some(first), Some(last)) = (word(4), word(8)) {
            next_epoch(CompactTarget(bits), first, last);
        }
    }
    if let Some(eight) = bytes.get(12..20) {
        share(f64::from_be_bytes(eight.try_into().unwrap()));
    }
}

fn as_text(text: &str) {
    match read_bits(text) {
        Ok(bits) => {
            assert_eq!(read_bits(&CompactTarget(bits).to_string()), Ok(bits));
            let bare = text.trim().trim_start_matches("0x").trim_start_matches("0X");
            assert_eq!(u32::from_str_radix(bare, 16), Ok(bits));
        }
        Err(error) => super::assert_plain(&error.to_string()),
    }
}

/// What a target that nBits hold owes us.
fn sound(bits: CompactTarget, target: Target) {
    assert_eq!(target.to_compact().to_target(), Ok(target), "three bytes of mantissa lose nothing");
    assert_eq!(target, bitcoin::Target::from_compact(bits.into()).into());
    assert_eq!(Target::from_be_bytes(target.to_be_bytes()), target);
    let mut equal = target.to_be_bytes();
    equal.reverse();
    assert!(target.is_met_by(&BlockHash(equal)));
    let theirs = Target::from_be_bytes(bitcoin::Target::from(target).to_work().to_be_bytes());
    // For a target of 1 the other crate gives 2^256 - 1; Bitcoin Core's rule gives 2^255, as ours does.
    assert!(target.work() == Some(theirs) || target == Target::from(1), "{target}");
    // A mantissa whose bytes are shifted out still counts in Bitcoin Core's difficulty.
    let difficulty = bits.difficulty();
    assert!((target.difficulty() / difficulty - 1.0).abs() < 1e-12 || target.to_compact() != bits, "{difficulty}");
}

fn refused(bits: u32, error: CompactTargetError) {
    assert!(error.to_string().contains(&format!("{bits:08x}")), "{error}");
    super::assert_plain(&error.to_string());
}

/// A slower epoch never makes the next target harder, and none is easier than the limit.
fn next_epoch(bits: CompactTarget, first: u32, last: u32) {
    let next = |last| bits.next(first, last, Target::DIFFICULTY_1).map(|next| next.decode().target);
    match (next(last), next(last.saturating_add(1_000_000))) {
        (Ok(next), Ok(slower)) => assert!(next <= slower && slower <= Target::DIFFICULTY_1),
        (faster, slower) => assert!(faster.is_err() && slower.is_err() && bits.to_target().is_err()),
    }
}

fn share(difficulty: f64) {
    let Ok(target) = Target::from_difficulty(difficulty) else {
        return assert!(difficulty.is_nan() || difficulty <= 0.0 || difficulty.is_infinite());
    };
    assert!(Target::from_difficulty(difficulty * 2.0).is_ok_and(|harder| harder <= target) || difficulty > 1e300);
    // Where the target has enough bits, it holds the difficulty to the float's last digits.
    if (1e-9..1e40).contains(&difficulty) {
        assert!((target.difficulty() / difficulty - 1.0).abs() < 1e-12, "{difficulty} {target}");
    }
}
