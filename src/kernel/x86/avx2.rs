//! AVX2: eight lanes, two shifts for a rotate.

use crate::kernel::lanes::Lanes;
use crate::kernel::search::search;
use crate::kernel::{Candidate, Work};
use alloc::vec::Vec;
use core::arch::x86_64::*;
use core::ops::Range;

#[target_feature(enable = "avx2")]
#[inline(never)]
pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    search::<V>(work, nonces, out);
}

#[derive(Clone, Copy)]
pub(super) struct V(pub(super) __m256i);

// SAFETY, for every intrinsic below: only this file and avx2_sha_ni use V, inside functions into which these
// methods are inlined and which enable the instructions. Those functions are called by the holder of a `Kernel` alone,
// which exists only where the CPU has them.
impl Lanes for V {
    const N: usize = 8;

    #[inline(always)]
    fn splat(x: u32) -> Self {
        Self(unsafe { _mm256_set1_epi32(x.cast_signed()) })
    }
    #[inline(always)]
    fn count_up(from: u32) -> Self {
        Self::splat(from).add(Self(unsafe { _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7) }))
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(unsafe { _mm256_add_epi32(self.0, other.0) })
    }
    #[inline(always)]
    fn xor3(self, b: Self, c: Self) -> Self {
        Self(unsafe { _mm256_xor_si256(_mm256_xor_si256(self.0, b.0), c.0) })
    }
    #[inline(always)]
    fn ch(self, f: Self, g: Self) -> Self {
        Self(unsafe { _mm256_xor_si256(g.0, _mm256_and_si256(self.0, _mm256_xor_si256(f.0, g.0))) })
    }
    /// The a ^ b of this round is the b ^ c of the next one: the compiler keeps it.
    #[inline(always)]
    fn maj(self, b: Self, c: Self) -> Self {
        let (ab, bc) = unsafe { (_mm256_xor_si256(self.0, b.0), _mm256_xor_si256(b.0, c.0)) };
        Self(unsafe { _mm256_xor_si256(b.0, _mm256_and_si256(ab, bc)) })
    }
    /// There is no rotate: two shifts. (`32 - R` is no constant argument, but folds into an immediate.)
    #[inline(always)]
    fn rotr<const R: i32>(self) -> Self {
        unsafe {
            let left = _mm256_sll_epi32(self.0, _mm_cvtsi32_si128(32 - R));
            Self(_mm256_or_si256(_mm256_srli_epi32::<R>(self.0), left))
        }
    }
    #[inline(always)]
    fn shr<const R: i32>(self) -> Self {
        Self(unsafe { _mm256_srli_epi32::<R>(self.0) })
    }
    #[inline(always)]
    fn zero_lanes(self, bits: u32) -> u32 {
        unsafe {
            let kept = _mm256_and_si256(self.0, Self::splat(bits).0);
            let zero = _mm256_cmpeq_epi32(kept, _mm256_setzero_si256());
            _mm256_movemask_ps(_mm256_castsi256_ps(zero)).cast_unsigned()
        }
    }
}
