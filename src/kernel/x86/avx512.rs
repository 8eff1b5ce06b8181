//! AVX-512: sixteen lanes. Its verbs are those of AVX-512VL too, at another width, so they are a macro.

/// The entry and the lane type of a vector width. The intrinsics are named one by one, since a macro cannot make names.
macro_rules! avx512 {
    (
        features: $features:literal, vector: $vector:ident, register: $register:ident, lanes: $lanes:literal,
        count: $count:expr, set1: $set1:ident, add: $add:ident, ternary: $ternary:ident, ror: $ror:ident, srl: $srl:ident,
        testn: $testn:ident,
    ) => {
        use crate::kernel::lanes::Lanes;
        use crate::kernel::search::search;
        use crate::kernel::{Candidate, Work};
        use core::arch::asm;
        use core::arch::x86_64::*;
        use alloc::vec::Vec;
        use core::ops::Range;

        #[target_feature(enable = $features)]
        #[inline(never)]
        pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
            search::<V>(work, nonces, out);
        }

        #[derive(Clone, Copy)]
        struct V($vector);

        // SAFETY, for every intrinsic below: V is private to its file, and its only user is the generic
        // search inside the function above, into which these methods are inlined and which enables
        // the instructions. That function is called by the holder of a `Kernel` alone, which exists
        // only where the CPU has them.
        impl Lanes for V {
            const N: usize = $lanes;
            const BESIDE: bool = true;

            #[inline(always)]
            fn splat(x: u32) -> Self {
                Self(unsafe { $set1(x.cast_signed()) })
            }
            #[inline(always)]
            fn count_up(from: u32) -> Self {
                Self::splat(from).add(Self(unsafe { $count }))
            }
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                Self(unsafe { $add(self.0, other.0) })
            }
            #[inline(always)]
            fn xor3(self, b: Self, c: Self) -> Self {
                Self(unsafe { $ternary::<0x96>(self.0, b.0, c.0) })
            }
            #[inline(always)]
            fn ch(self, f: Self, g: Self) -> Self {
                Self(unsafe { $ternary::<0xca>(self.0, f.0, g.0) })
            }
            #[inline(always)]
            fn maj(self, b: Self, c: Self) -> Self {
                Self(unsafe { $ternary::<0xe8>(self.0, b.0, c.0) })
            }
            #[inline(always)]
            fn rotr<const R: i32>(self) -> Self {
                Self(unsafe { $ror::<R>(self.0) })
            }
            #[inline(always)]
            fn shr<const R: i32>(self) -> Self {
                Self(unsafe { $srl(self.0, _mm_cvtsi32_si128(R)) })
            }
            #[inline(always)]
            fn settled(self) -> Self {
                Self(unsafe { settled(self.0) })
            }
            #[inline(always)]
            fn zero_lanes(self, bits: u32) -> u32 {
                u32::from(unsafe { $testn(self.0, Self::splat(bits).0) })
            }
        }

        /// An empty instruction that the compiler takes for one which changes the register.
        #[target_feature(enable = $features)]
        #[inline]
        fn settled(mut x: $vector) -> $vector {
            // SAFETY: it is empty.
            unsafe { asm!("/* {} */", inout($register) x, options(pure, nomem, nostack, preserves_flags)) };
            x
        }
    };
}
pub(super) use avx512;

avx512! {
    features: "avx512f", vector: __m512i, register: zmm_reg, lanes: 16,
    count: _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), set1: _mm512_set1_epi32,
    add: _mm512_add_epi32, ternary: _mm512_ternarylogic_epi32, ror: _mm512_ror_epi32, srl: _mm512_srl_epi32,
    testn: _mm512_testn_epi32_mask,
}
