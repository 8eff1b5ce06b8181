//! AVX-512, two vectors of sixteen lanes side by side. Each verb of the rounds is a statement of assembler of one
//! instruction: the compiler gives it registers, and leaves it where the weave has put it.

use crate::kernel::lanes::{FromMemory, Lanes};
use crate::kernel::weave::search;
use crate::kernel::{Candidate, Work};
use std::arch::asm;
use std::arch::x86_64::*;
use std::ops::Range;

#[target_feature(enable = "avx512f")]
#[inline(never)]
pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    search::<V>(work, nonces, out);
}

#[derive(Clone, Copy)]
struct V(__m512i);

// SAFETY, for every intrinsic and verb below: V is private to this file, and its only user is the
// generic search inside the function above, into which these methods are inlined and which enables
// the instructions. That function is called by the holder of a `Kernel` alone, which exists
// only where the CPU has them.
impl Lanes for V {
    const N: usize = 16;

    #[inline(always)]
    fn splat(x: u32) -> Self {
        Self(unsafe { _mm512_set1_epi32(x.cast_signed()) })
    }
    #[inline(always)]
    fn count_up(from: u32) -> Self {
        Self::splat(from).add(Self(unsafe { _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }))
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(unsafe { add(self.0, other.0) })
    }
    #[inline(always)]
    fn xor3(self, b: Self, c: Self) -> Self {
        Self(unsafe { ternary::<0x96>(self.0, b.0, c.0) })
    }
    #[inline(always)]
    fn ch(self, f: Self, g: Self) -> Self {
        Self(unsafe { ternary::<0xca>(self.0, f.0, g.0) })
    }
    #[inline(always)]
    fn maj(self, b: Self, c: Self) -> Self {
        Self(unsafe { ternary::<0xe8>(self.0, b.0, c.0) })
    }
    #[inline(always)]
    fn rotr<const R: i32>(self) -> Self {
        Self(unsafe { rotr::<R>(self.0) })
    }
    #[inline(always)]
    fn shr<const R: i32>(self) -> Self {
        Self(unsafe { shr::<R>(self.0) })
    }
    #[inline(always)]
    fn zero_lanes(self, bits: u32) -> u32 {
        u32::from(unsafe { _mm512_testn_epi32_mask(self.0, Self::splat(bits).0) })
    }
}

impl FromMemory for V {
    #[inline(always)]
    fn add_at(self, other: &Self) -> Self {
        Self(unsafe { add_at(self.0, &other.0) })
    }
    #[inline(always)]
    fn add_word(self, word: &u32) -> Self {
        Self(unsafe { add_word(self.0, word) })
    }
    #[inline(always)]
    fn rotr_at<const R: i32>(x: &Self) -> Self {
        Self(unsafe { rotr_at::<R>(&x.0) })
    }
    #[inline(always)]
    fn shr_at<const R: i32>(x: &Self) -> Self {
        Self(unsafe { shr_at::<R>(&x.0) })
    }
    #[inline(always)]
    fn load_at(vector: &Self) -> Self {
        Self(unsafe { load_at(&vector.0) })
    }
    #[inline(always)]
    fn splat_at(word: &u32) -> Self {
        Self(unsafe { splat_at(word) })
    }
    #[inline(always)]
    fn idle<const INSTRUCTIONS: i32>() {
        // SAFETY: it does nothing.
        unsafe { asm!(".rept {}", "nop", ".endr", const INSTRUCTIONS, options(nomem, nostack, preserves_flags)) };
    }
    #[inline(always)]
    fn xor_at(word: &u32, words: &[u32]) -> Self {
        Self(unsafe { xor_at(word, &words[..Self::N]) })
    }
}

/// A verb of one instruction, which the compiler may not move among the others.
macro_rules! verb {
    ($name:ident $(<$r:ident>)?($($from:ident: $type:ty),+), $line:literal, $($operand:tt)+) => {
        #[target_feature(enable = "avx512f")]
        #[inline]
        fn $name<$(const $r: i32)?>($($from: $type),+) -> __m512i {
            let result: __m512i;
            // SAFETY: it reads what it is given, a vector or word of memory at most, and writes one register.
            unsafe { asm!($line, lateout(zmm_reg) result, $($operand)+, options(readonly, nostack, preserves_flags)) };
            result
        }
    };
}

verb!(add(a: __m512i, b: __m512i), "vpaddd {}, {}, {}", in(zmm_reg) a, in(zmm_reg) b);
verb!(add_at(a: __m512i, b: &__m512i), "vpaddd {}, {}, [{}]", in(zmm_reg) a, in(reg) b);
verb!(add_word(a: __m512i, b: &u32), "vpaddd {}, {}, dword ptr [{}]{{1to16}}", in(zmm_reg) a, in(reg) b);
verb!(load_at(a: &__m512i), "vmovdqa64 {}, [{}]", in(reg) a);
verb!(splat_at(a: &u32), "vpbroadcastd {}, dword ptr [{}]", in(reg) a);
verb!(rotr<R>(a: __m512i), "vprord {}, {}, {}", in(zmm_reg) a, const R);
verb!(rotr_at<R>(a: &__m512i), "vprord {}, [{}], {}", in(reg) a, const R);
verb!(shr<R>(a: __m512i), "vpsrld {}, {}, {}", in(zmm_reg) a, const R);
verb!(shr_at<R>(a: &__m512i), "vpsrld {}, [{}], {}", in(reg) a, const R);

/// Two instructions, the first of which only reads.
#[target_feature(enable = "avx512f")]
#[inline]
fn xor_at(word: &u32, words: &[u32]) -> __m512i {
    let result: __m512i;
    // SAFETY: it reads a word and sixteen, and writes one register.
    unsafe {
        asm!(
            "vpbroadcastd {0}, dword ptr [{1}]", "vpxord {0}, {0}, [{2}]",
            out(zmm_reg) result, in(reg) word, in(reg) words.as_ptr(), options(readonly, nostack, preserves_flags),
        );
    }
    result
}

/// The register of `a` becomes that of the result: of the three it is waited for the least long on Zen 4, a cycle
/// instead of two. So `a` is what is known last.
#[target_feature(enable = "avx512f")]
#[inline]
fn ternary<const F: i32>(mut a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    // SAFETY: it reads and writes registers.
    unsafe {
        asm!(
            "vpternlogd {}, {}, {}, {}", inout(zmm_reg) a, in(zmm_reg) b, in(zmm_reg) c, const F,
            options(readonly, nostack, preserves_flags),
        );
    }
    a
}
