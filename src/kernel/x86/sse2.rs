//! SSE2: four lanes. Every x86-64 CPU has it.

use crate::kernel::lanes::Lanes;
use crate::kernel::search::search;
use crate::kernel::{Candidate, Work};
use alloc::vec::Vec;
use core::arch::x86_64::*;
use core::ops::Range;

#[target_feature(enable = "sse2")]
#[inline(never)]
pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    search::<V>(work, nonces, out);
}

#[derive(Clone, Copy)]
struct V(__m128i);

// SAFETY, for every intrinsic below: V is private to this file, and its only user is the generic
// search inside the function above, into which these methods are inlined and which enables
// the instructions. That function is called by the holder of a `Kernel` alone, which exists
// only where the CPU has them.
impl Lanes for V {
    const N: usize = 4;

    #[inline(always)]
    fn splat(x: u32) -> Self {
        Self(unsafe { _mm_set1_epi32(x.cast_signed()) })
    }
    #[inline(always)]
    fn count_up(from: u32) -> Self {
        Self::splat(from).add(Self(unsafe { _mm_setr_epi32(0, 1, 2, 3) }))
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(unsafe { _mm_add_epi32(self.0, other.0) })
    }
    #[inline(always)]
    fn xor3(self, b: Self, c: Self) -> Self {
        Self(unsafe { _mm_xor_si128(_mm_xor_si128(self.0, b.0), c.0) })
    }
    #[inline(always)]
    fn ch(self, f: Self, g: Self) -> Self {
        Self(unsafe { _mm_xor_si128(g.0, _mm_and_si128(self.0, _mm_xor_si128(f.0, g.0))) })
    }
    /// The a ^ b of this round is the b ^ c of the next one: the compiler keeps it.
    #[inline(always)]
    fn maj(self, b: Self, c: Self) -> Self {
        let (ab, bc) = unsafe { (_mm_xor_si128(self.0, b.0), _mm_xor_si128(b.0, c.0)) };
        Self(unsafe { _mm_xor_si128(b.0, _mm_and_si128(ab, bc)) })
    }
    /// There is no rotate: two shifts. (`32 - R` is no constant argument, but folds into an immediate.)
    #[inline(always)]
    fn rotr<const R: i32>(self) -> Self {
        unsafe {
            let left = _mm_sll_epi32(self.0, _mm_cvtsi32_si128(32 - R));
            Self(_mm_or_si128(_mm_srli_epi32::<R>(self.0), left))
        }
    }
    #[inline(always)]
    fn shr<const R: i32>(self) -> Self {
        Self(unsafe { _mm_srli_epi32::<R>(self.0) })
    }
    #[inline(always)]
    fn zero_lanes(self, bits: u32) -> u32 {
        unsafe {
            let kept = _mm_and_si128(self.0, Self::splat(bits).0);
            let zero = _mm_cmpeq_epi32(kept, _mm_setzero_si128());
            _mm_movemask_ps(_mm_castsi128_ps(zero)).cast_unsigned()
        }
    }
}
