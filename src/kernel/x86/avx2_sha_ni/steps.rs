//! The SHA unit's part: rounds of four streams in assembler.

use super::super::sha_ni::{Quad, STREAMS, State};
use crate::sha256::K;
use core::arch::{asm, x86_64::*};
use core::ops::Range;

/// Where in a cache line a turn begins makes 2 % of its speed. This makes it the first byte, wherever the linker puts the
/// function.
#[inline(always)]
pub(super) fn begin_a_line() {
    // SAFETY: it aligns what follows, with empty instructions.
    unsafe { asm!(".p2align 6", options(nomem, nostack, preserves_flags)) };
}

/// A step: these lines, with ABEF of the streams in xmm1 to xmm4, CDGH in xmm5 to xmm8.
macro_rules! step {
    ($s:ident, $words:expr, $at:expr, $($line:literal,)*) => {{
        let [a0, a1, a2, a3] = &mut $s.abef;
        let [c0, c1, c2, c3] = &mut $s.cdgh;
        // SAFETY: it reads words of the table that it is given, at an offset within, and names all that it changes.
        unsafe {
            asm!("vzeroupper", $($line,)* words = in(reg) $words, at = const $at,
                inout("xmm1") *a0, inout("xmm2") *a1, inout("xmm3") *a2, inout("xmm4") *a3,
                inout("xmm5") *c0, inout("xmm6") *c1, inout("xmm7") *c2, inout("xmm8") *c3,
                out("ymm0") _, out("ymm9") _, out("ymm10") _, out("ymm11") _, out("ymm12") _, out("ymm13") _,
                out("ymm14") _, out("ymm15") _, options(nostack, preserves_flags));
        }
    }};
}

/// W+K of the first hashes of one nonce, in the table of four: every fourth is its own.
pub(super) type Column = [__m128i; 15 * STREAMS + 1];

/// Rounds 4Q to 4Q + 3 of four streams that share their words.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn four_rounds<const Q: usize>(s: &mut State, words: &Column) {
    step!(
        s,
        words.as_ptr(),
        Q * size_of::<Quad>(),
        "movdqa xmm0, [{words} + {at}]",
        "sha256rnds2 xmm5, xmm1",
        "sha256rnds2 xmm6, xmm2",
        "sha256rnds2 xmm7, xmm3",
        "sha256rnds2 xmm8, xmm4",
        "pshufd xmm0, xmm0, 0x0e",
        "sha256rnds2 xmm1, xmm5",
        "sha256rnds2 xmm2, xmm6",
        "sha256rnds2 xmm3, xmm7",
        "sha256rnds2 xmm4, xmm8",
    );
}

/// W+K of two rounds of eight second hashes, as `vpunpckldq` and `vpunpckhdq` leave them: streams 0, 1, 4, 5, 2, 3, 6, 7.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Pair(pub(super) [__m256i; 2]);

/// Those of rounds 2i + 1 and 2i + 2 for i from 0 to 29, but for the ones whose words, W[9] to W[14], are always zero.
pub(super) type Pairs = [Pair; PAIRS];
pub(super) const PAIRS: usize = 30 - ZEROS.0.len();

/// The i of those that are left out.
const OF_ZEROS: Range<usize> = 4..7;

/// W+K of these, which is K alone: once for each of the two streams of a step.
#[repr(align(64))]
struct Zeros([[u32; 4]; OF_ZEROS.end - OF_ZEROS.start]);

static ZEROS: Zeros = {
    const fn twice(t: usize) -> [u32; 4] {
        [K[t], K[t + 1], K[t], K[t + 1]]
    }
    Zeros([twice(9), twice(11), twice(13)])
};

const fn is_of_zeros(i: usize) -> bool {
    OF_ZEROS.start <= i && i < OF_ZEROS.end
}

/// The index of pair i in `Pairs`.
pub(super) const fn place(i: usize) -> usize {
    assert!(!is_of_zeros(i), "it is not among them");
    if i < OF_ZEROS.start { i } else { i - ZEROS.0.len() }
}

/// Bytes from the start of `Pairs`, or of `ZEROS`, to the words of pair i for two streams of group G.
const fn offset(i: usize, streams: usize, group: usize) -> usize {
    if is_of_zeros(i) {
        return (i - OF_ZEROS.start) * size_of::<[u32; 4]>();
    }
    offset_in(place(i), streams, group)
}

const fn offset_in(place: usize, streams: usize, group: usize) -> usize {
    place * size_of::<Pair>() + streams * size_of::<__m256i>() + group * size_of::<__m128i>()
}

macro_rules! two_rounds_of_two {
    ($s:ident, $words:expr, $at:expr, $part:ident) => {
        match $part {
            0 => two_rounds_of_two!($s, $words, $at, "sha256rnds2 xmm5, xmm1", "sha256rnds2 xmm6, xmm2"),
            1 => two_rounds_of_two!($s, $words, $at, "sha256rnds2 xmm7, xmm3", "sha256rnds2 xmm8, xmm4"),
            2 => two_rounds_of_two!($s, $words, $at, "sha256rnds2 xmm1, xmm5", "sha256rnds2 xmm2, xmm6"),
            _ => two_rounds_of_two!($s, $words, $at, "sha256rnds2 xmm3, xmm7", "sha256rnds2 xmm4, xmm8"),
        }
    };
    ($s:ident, $words:expr, $at:expr, $one:literal, $other:literal) => {
        step!($s, $words, $at, "movq xmm0, [{words} + {at}]", $one, "movq xmm0, [{words} + {at} + 8]", $other,)
    };
}

/// Two rounds of two streams, parts 0 and 2 of streams 0 and 1, parts 1 and 3 of streams 2 and 3. With each two rounds ABEF
/// and CDGH change places.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn two_rounds_of_two<const G: usize, const Q: usize, const PART: usize>(s: &mut State, pairs: &Pairs) {
    let words: *const u8 = if is_of_zeros(2 * Q + PART / 2) { ZEROS.0.as_ptr().cast() } else { pairs.as_ptr().cast() };
    two_rounds_of_two!(s, words, offset(2 * Q + PART / 2, PART % 2, G), PART);
}

/// W+K of rounds 16 to 63 of eight first hashes, in the same order.
pub(super) type FirstPairs = [Pair; FIRST_PAIRS];
pub(super) const FIRST_PAIRS: usize = 24;

/// The same of first hashes whose words differ.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn two_rounds_of_two_firsts<const G: usize, const Q: usize, const PART: usize>(
    s: &mut State,
    pairs: &FirstPairs,
) {
    two_rounds_of_two!(s, pairs.as_ptr(), offset_in(2 * (Q - 4) + PART / 2, PART % 2, G), PART);
}
