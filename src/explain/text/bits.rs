//! nBits: a 256-bit number in four bytes.

use super::{Ink, Pen};
use crate::explain::Story;
use crate::target::{CompactTarget, CompactTargetError, Target};
use crate::units::{grouped, significant};

pub(super) fn lines(story: &Story, pen: Pen) -> Vec<String> {
    about(CompactTarget(story.header.bits), story.target, pen)
}

/// The chapter for an nBits without a header.
///
/// # Errors
/// nBits that hold no target.
pub fn bits_alone(bits: CompactTarget, pen: Pen) -> Result<String, CompactTargetError> {
    Ok(about(bits, bits.to_target()?, pen).join("\n"))
}

fn about(bits: CompactTarget, target: Target, pen: Pen) -> Vec<String> {
    let (length, digits) = (bits.0 >> 24, bits.0 & 0x00ff_ffff);
    vec![
        pen.ink(Ink::Title, format!("nBits {bits}: the target in four bytes")),
        format!("  {length:02x}        the target is {length} bytes long"),
        format!("    {digits:06x}  it begins with these three bytes (the top bit is a sign); zeros follow"),
        format!("  target      {target}"),
        format!("  that means  a hash, read as a number, must not exceed it{}", zero_bits(target)),
        format!("  difficulty  {}   (00000000ffff0000... over the target)", exact_or_short(bits.difficulty())),
        format!(
            "  one block   takes {} hashes on average   (2^256 / (target + 1))",
            exact_or_short(target.expected_hashes().round())
        ),
    ]
}

/// What the target's own zeros ask of a hash.
fn zero_bits(target: Target) -> String {
    let bits: u32 = target.to_be_bytes().iter().map_while(leading_zeros_so_far()).sum();
    match bits {
        0 => String::new(),
        1 => ": its first bit must be zero".into(),
        n => format!(": its first {n} bits must be zero"),
    }
}

/// The zero bits of each byte, up to and with the first byte that is not zero.
fn leading_zeros_so_far() -> impl FnMut(&u8) -> Option<u32> {
    let mut ended = false;
    move |&byte| {
        let zeros = (!ended).then(|| byte.leading_zeros());
        ended |= byte != 0;
        zeros
    }
}

/// Whole numbers in full while a float surely holds them, others with six digits.
fn exact_or_short(x: f64) -> String {
    let is_whole = x.fract() == 0.0 && x < 1e12;
    if is_whole { grouped(&format!("{x:.0}")) } else { significant(x, 6) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_bits_at_the_seams() {
        assert_eq!(zero_bits(Target::MAX), "");
        assert_eq!(zero_bits(Target::from_leading_zeros(1)), ": its first bit must be zero");
        assert_eq!(zero_bits(Target::DIFFICULTY_1), ": its first 32 bits must be zero");
        assert_eq!(zero_bits(Target::from_leading_zeros(77)), ": its first 77 bits must be zero");
    }

    #[test]
    fn the_easiest_target_of_regtest() {
        let text = bits_alone(CompactTarget(0x207f_ffff), Pen::new(false)).unwrap();
        assert!(text.contains("7fffff0000") && text.contains("its first bit must be zero"), "{text}");
    }
}
