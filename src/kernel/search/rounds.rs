//! A round of SHA-256 and a step of its message schedule, in vectors.
//!
//! The working variables never move: in round T the variable called `a` lives in slot (64 - T) % 8. Every t is
//! a literal once these functions are inlined, so that each slot is a register.

use crate::kernel::lanes::Lanes;

/// a..h, each in the slot that the round says.
pub(super) type State<L> = [L; 8];

/// Sixteen words of a message schedule: W[T] takes the place of W[T - 16].
pub(in crate::kernel) type Window<L> = [L; 16];

#[inline(always)]
pub(super) fn sum<L: Lanes>(x: L, constant: u32) -> L {
    x.add(L::splat(constant))
}
#[inline(always)]
pub(in crate::kernel) fn sigma0<L: Lanes>(x: L) -> L {
    x.rotr::<7>().xor3(x.rotr::<18>(), x.shr::<3>())
}
#[inline(always)]
pub(in crate::kernel) fn sigma1<L: Lanes>(x: L) -> L {
    x.rotr::<17>().xor3(x.rotr::<19>(), x.shr::<10>())
}

/// W[T - 16], W[T - 15], W[T - 7] and W[T - 2], which W[T] is made of.
#[inline(always)]
pub(in crate::kernel) fn before<L: Lanes, const T: usize>(w: &Window<L>) -> [L; 4] {
    [w[T % 16], w[(T + 1) % 16], w[(T + 9) % 16], w[(T + 14) % 16]]
}

/// Round T; `kw` is K[T] + W[T].
#[inline(always)]
pub(super) fn round<L: Lanes, const T: usize>(s: &mut State<L>, kw: L) {
    round_with_h::<L, T>(s, s[(71 - T) % 8].add(kw));
}

/// Round T; `hkw` is h + K[T] + W[T].
#[inline(always)]
pub(super) fn round_with_h<L: Lanes, const T: usize>(s: &mut State<L>, hkw: L) {
    let (d, h, t1) = t1::<L, T>(s, hkw);
    let a = s[(64 - T) % 8];
    let big_sigma0 = a.rotr::<2>().xor3(a.rotr::<13>(), a.rotr::<22>());
    let t2 = big_sigma0.add(a.maj(s[(65 - T) % 8], s[(66 - T) % 8]));
    s[d] = s[d].add(t1);
    s[h] = t1.add(t2);
}

/// The half of round T that makes e; a of these last rounds is never read again.
#[inline(always)]
pub(super) fn round_e_only<L: Lanes, const T: usize>(s: &mut State<L>, kw: L) {
    let (d, _, t1) = t1::<L, T>(s, s[(71 - T) % 8].add(kw));
    s[d] = s[d].add(t1);
}

/// The slots of d and h in round T, and T1. e waits for the last addition here, the next round for e: what is known
/// earlier is added earlier.
///
/// Two slots come back as values for the compiler's sake: until it sees through them, the check of each ends a
/// block of its code. In one block of a whole double hash LLVM would look for things a hundred seconds long.
#[inline(always)]
fn t1<L: Lanes, const T: usize>(s: &State<L>, hkw: L) -> (usize, usize, L) {
    let e = s[(68 - T) % 8];
    let big_sigma1 = e.rotr::<6>().xor3(e.rotr::<11>(), e.rotr::<25>());
    let ch = e.ch(s[(69 - T) % 8], s[(70 - T) % 8]);
    ((67 - T) % 8, (71 - T) % 8, hkw.add(ch).settled().add(big_sigma1))
}
