//! AVX-512VL: eight lanes with the rotate and the ternary logic of AVX-512, for CPUs that slow down at 512 bits.

use crate::kernel::lanes::Lanes;
use crate::kernel::search::search;
use crate::kernel::{Candidate, Work};
use std::arch::asm;
use std::arch::x86_64::*;
use std::ops::Range;

#[target_feature(enable = "avx512f,avx512vl")]
#[inline(never)]
pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    search::<V>(work, nonces, out);
}

#[derive(Clone, Copy)]
struct V(__m256i);

// SAFETY, for every intrinsic below: V is private to this file, and its only user is the generic
// search inside the function above, into which these methods are inlined and which enables
// the instructions. That function is called by the holder of a `Kernel` alone, which exists
// only where the CPU has them.
impl Lanes for V {
    const N: usize = 8;
    const BESIDE: bool = true;

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
        Self(unsafe { _mm256_ternarylogic_epi32::<0x96>(self.0, b.0, c.0) })
    }
    #[inline(always)]
    fn ch(self, f: Self, g: Self) -> Self {
        Self(unsafe { _mm256_ternarylogic_epi32::<0xca>(self.0, f.0, g.0) })
    }
    #[inline(always)]
    fn maj(self, b: Self, c: Self) -> Self {
        Self(unsafe { _mm256_ternarylogic_epi32::<0xe8>(self.0, b.0, c.0) })
    }
    #[inline(always)]
    fn rotr<const R: i32>(self) -> Self {
        Self(unsafe { _mm256_ror_epi32::<R>(self.0) })
    }
    #[inline(always)]
    fn shr<const R: i32>(self) -> Self {
        Self(unsafe { _mm256_srli_epi32::<R>(self.0) })
    }
    #[inline(always)]
    fn settled(self) -> Self {
        Self(unsafe { settled(self.0) })
    }
    #[inline(always)]
    fn zero_lanes(self, bits: u32) -> u32 {
        u32::from(unsafe { _mm256_testn_epi32_mask(self.0, Self::splat(bits).0) })
    }
}

/// An empty instruction that the compiler takes for one which changes the register.
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn settled(mut x: __m256i) -> __m256i {
    // SAFETY: it is empty.
    unsafe { asm!("/* {} */", inout(ymm_reg) x, options(pure, nomem, nostack, preserves_flags)) };
    x
}
