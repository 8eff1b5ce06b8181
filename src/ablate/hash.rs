//! The double hash of a header, every saving behind a switch.
//!
//! What a saving is not yet allowed to use is read from memory like any other word, so that neither the
//! counter nor the compiler can profit from it.

use super::word::{Word, extended, sum};
use super::{Allowed, Saving};
use crate::header::Header;
use crate::job::{Head, JobFamily, Tail};
use crate::kernel::each;
use crate::kernel::lanes::Lanes;
use crate::kernel::schedule::{DIGEST_PADDING, HEADER_PADDING, T1, T2};
use crate::sha256::{self, IV, K, State};
use crate::target::Target;
use std::ops::Range;

/// The slot into which round 60 puts its e; it is h after round 63.
const LAST: usize = 67 - 60;

/// What is known before the first nonce. The tables stand here too, for where no saving may use them.
pub(crate) struct Inputs {
    first_block: [u32; 16],
    tail: Tail,
    head: Head,
    after_round_2: State,
    iv: State,
    k: [u32; 64],
    digest_padding: [u32; 8],
}

impl Inputs {
    /// The header's own nonce is not looked at.
    pub(crate) fn new(header: &Header) -> Self {
        let family = JobFamily::new(header, Target::MAX, [header.version]);
        let (tail, head) = (family.tail, family.heads[0].clone());
        let round = |s: State, t: usize| sha256::round(&s, K[t].wrapping_add(tail.block[t]));
        let after_round_2 = (0..3).fold(head.midstate, round);
        let (iv, k, digest_padding) = std::hint::black_box((IV, K, DIGEST_PADDING));
        Self { first_block: header.first_block(), tail, head, after_round_2, iv, k, digest_padding }
    }
}

/// K[t] + W[t] of the second block: what all versions share.
#[inline(always)]
pub(super) fn schedule<L: Lanes>(inputs: &Inputs, nonce: L, allowed: Allowed) -> [L; 64] {
    let shortcuts = allowed.has(Saving::W18To33);
    let block = |t: usize| match t {
        3 => Word::Varies(nonce),
        4.. if shortcuts => Word::Known(HEADER_PADDING[t - 4]),
        _ => Word::Known(inputs.tail.block[t]),
    };
    let w = extended(64, block, |t| if t < 18 { allowed.has(Saving::W16And17) } else { shortcuts });
    let merged = if allowed.has(Saving::MergedConstants) { 4..18 } else { 0..0 };
    let mut kw = [L::splat(0); 64];
    each_round!(T in {
        kw[T] = match merged.contains(&T) {
            true => sum([Word::Known(K[T]), w[T]]).lane(),
            false if T < rounds_ahead(allowed) => L::splat(0),
            false => plus_k(inputs, T, w[T]),
        }
    });
    kw
}

/// The last word of the whole hash, from its schedule on.
#[inline(always)]
pub(super) fn last_word<L: Lanes>(inputs: &Inputs, kw: &[L; 64], nonce: L, allowed: Allowed) -> L {
    second_hash(inputs, first_hash(inputs, kw, nonce, allowed), allowed)
}

/// How many rounds of the first hash are done once a job.
#[inline(always)]
fn rounds_ahead(allowed: Allowed) -> usize {
    match (allowed.has(Saving::Rounds0To2), allowed.has(Saving::Round3)) {
        (false, _) => 0,
        (true, false) => 3,
        (true, true) => 4,
    }
}

#[inline(always)]
fn first_hash<L: Lanes>(inputs: &Inputs, kw: &[L; 64], nonce: L, allowed: Allowed) -> [L; 8] {
    let head = &inputs.head;
    let midstate = if allowed.has(Saving::Midstate) { head.midstate.map(L::splat) } else { first_chunk(inputs) };
    let ahead = rounds_ahead(allowed);
    let mut s = match ahead {
        0 => midstate,
        3 => slots(3, inputs.after_round_2.map(L::splat)),
        _ => {
            let [a, b, c, d, e, f, g, h] = head.after_round_3.map(L::splat);
            slots(4, [nonce.add(a), b, c, d, nonce.add(e), f, g, h])
        }
    };
    let constant_h = if allowed.has(Saving::MergedConstants) { 4..7 } else { 0..0 };
    let hkw = |t: usize, h: L| if constant_h.contains(&t) { L::splat(head.hkw[t - 4]) } else { h.add(kw[t]) };
    rounds(&mut s, ahead..64, 0..0, hkw);
    sums(midstate, s)
}

/// The midstate, computed as if it were another one for each nonce.
#[inline(always)]
fn first_chunk<L: Lanes>(inputs: &Inputs) -> [L; 8] {
    let w = extended(64, |t| Word::Varies(L::splat(inputs.first_block[t])), |_| false);
    let iv = inputs.iv.map(L::splat);
    let mut s = iv;
    rounds(&mut s, 0..64, 0..0, |t, h| h.add(plus_k(inputs, t, w[t])));
    sums(iv, s)
}

/// The last word of the second hash: e after round 60, which is h after round 63.
#[inline(always)]
fn second_hash<L: Lanes>(inputs: &Inputs, digest: [L; 8], allowed: Allowed) -> L {
    let end = if allowed.has(Saving::StopAfterRound60) { 61 } else { 64 };
    let shortcuts = allowed.has(Saving::SecondW16To31);
    let padding = if shortcuts { DIGEST_PADDING } else { inputs.digest_padding };
    let block = |t: usize| if t < 8 { Word::Varies(digest[t]) } else { Word::Known(padding[t - 8]) };
    let w = extended(end, block, |_| shortcuts);
    let merged = allowed.has(Saving::SecondMergedConstants);
    let hkw = |t: usize, h: L| match t {
        1..4 if merged => w[t].lane().add(L::splat(K[t].wrapping_add(IV[7 - t]))),
        8..16 if merged => h.add(L::splat(K[t].wrapping_add(DIGEST_PADDING[t - 8]))),
        _ => h.add(plus_k(inputs, t, w[t])),
    };
    let iv = inputs.iv.map(L::splat);
    let from = usize::from(allowed.has(Saving::SecondRound0));
    let mut s = if from == 1 { after_round_0(iv, digest[0]) } else { iv };
    rounds(&mut s, from..end, if allowed.has(Saving::LastRoundsEOnly) { 57..61 } else { 0..0 }, hkw);
    if allowed.has(Saving::OneFinalAdd) {
        return iv[LAST].add(s[LAST]);
    }
    // Shown to the compiler as if somebody read all eight words, or it would stop early by itself.
    std::hint::black_box(sums(iv, s))[LAST]
}

/// Round 0 of the second hash: all but its word is the initial value.
#[inline(always)]
fn after_round_0<L: Lanes>([a, b, c, _, e, f, g, _]: [L; 8], w0: L) -> [L; 8] {
    let known = |x: u32| w0.add(L::splat(x));
    slots(1, [known(T1.wrapping_add(T2)), a, b, c, known(T1.wrapping_add(IV[3])), e, f, g])
}

/// a to h as round t has them. They stand in slots that move by one each round, so that nothing is copied.
#[inline(always)]
fn slots<L: Lanes>(t: usize, state: [L; 8]) -> [L; 8] {
    let mut s = state;
    each!(I in [0 1 2 3 4 5 6 7] s[I] = state[(I + t) % 8]);
    s
}

/// These rounds. `hkw` makes h + K[t] + W[t] of t and h; those of `e_only` do not make their a.
#[inline(always)]
fn rounds<L: Lanes>(s: &mut [L; 8], which: Range<usize>, e_only: Range<usize>, hkw: impl Fn(usize, L) -> L) {
    each_round!(T in if which.contains(&T) {
        round(s, T, hkw(T, s[(71 - T) % 8]), e_only.contains(&T));
    });
}

#[inline(always)]
fn round<L: Lanes>(s: &mut [L; 8], t: usize, hkw: L, e_only: bool) {
    let slot = |i: usize| (64 + i - t) % 8;
    let (a, b, c, d) = (slot(0), slot(1), slot(2), slot(3));
    let (e, f, g, h) = (slot(4), slot(5), slot(6), slot(7));
    let sigma1 = s[e].rotr::<6>().xor3(s[e].rotr::<11>(), s[e].rotr::<25>());
    let t1 = hkw.add(s[e].ch(s[f], s[g])).add(sigma1);
    s[d] = s[d].add(t1);
    if !e_only {
        let sigma0 = s[a].rotr::<2>().xor3(s[a].rotr::<13>(), s[a].rotr::<22>());
        s[h] = t1.add(sigma0.add(s[a].maj(s[b], s[c])));
    }
}

#[inline(always)]
fn plus_k<L: Lanes>(inputs: &Inputs, t: usize, word: Word<L>) -> L {
    L::splat(inputs.k[t]).add(word.lane())
}

#[inline(always)]
fn sums<L: Lanes>(mut a: [L; 8], b: [L; 8]) -> [L; 8] {
    each!(I in [0 1 2 3 4 5 6 7] a[I] = a[I].add(b[I]));
    a
}
