//! Two units at once: the SHA unit does the rounds, the vector unit the message schedules of the second hashes.
//!
//! `sha-ni` spends two fifths of its time in the instructions that make a schedule, on the one pipe that its rounds
//! need too. Eight schedules side by side are little work for the other pipes. In a turn two batches of eight hashes are under way:
//!
//! ```text
//!            SHA unit                       vector unit
//! turn i     first hashes of batch i        the later words for the second hashes of batch i - 1
//!            second hashes of batch i - 1   the earlier words for the second hashes of batch i
//! ```
//!
//! # The seam
//!
//! The SHA instructions have legacy encodings only, and beside dirty upper halves of vector registers they can run a
//! hundred times slower. So the turn is cut into *steps*, pieces of assembler with a few rounds of four streams, which
//! begin with `vzeroupper` (a cycle) and hold no other instruction in a VEX encoding. Between steps stands plain Rust.
//! To change it, keep three things:
//!
//! - A step has its state in xmm1 to xmm8 and says that it changes all other registers: no vector is alive across it.
//! - The vector unit's words are in memory, and a step may change memory as far as the compiler knows. So each piece
//!   of the schedule stays between the two steps where it is written, and neither unit has to wait for the other.
//! - Zen 4 deals instructions to its pipes in groups, before it knows when they will run, and an addition on the SHA
//!   unit's pipe delays a round. Where each round must load its own words, steps of two such rounds lose least.

use super::avx2::V;
use super::sha_ni::{Quad, STREAMS, State, candidates as of_few_versions, lanes, schedule_apart};
use crate::job::Head;
use crate::kernel::lanes::Lanes;
use crate::kernel::search::{LENGTH, ONE, T1, T2, Window, second_word_begun, second_word_ended};
use crate::kernel::{Candidate, Work, each};
use crate::sha256::{IV, K};
use std::arch::{asm, x86_64::*};
use std::mem::swap;
use std::ops::Range;

/// Versions in a batch: the lanes of a vector, and two groups of the SHA unit's streams.
pub(in crate::kernel) const BATCH: usize = 8;

/// W[16] to W[60] are made in halves. So many of them beside the second hashes of the batch before, the rest beside the
/// next first hashes, whose rounds share their words and leave more room.
const EARLIER: usize = 44;
const HALVES: usize = 2 * (61 - 16);

/// Halves that are made before a step of the second hashes, of which there are 120. W[0] to W[8] come first.
const fn earlier(step: usize) -> usize {
    step.saturating_sub(10) * EARLIER / 110
}

/// Halves that are made before a step of the first hashes, of which there are 30.
const fn later(step: usize) -> usize {
    EARLIER + step * (HALVES - EARLIER) / 30
}

/// The halves that belong between one step and the next; two at most.
macro_rules! halves {
    ($vectors:ident, $second:ident, $made:ident, $step:ident) => {
        each!(I in [0 1] {
            const HALF: usize = $made($step) + I;
            const T: usize = if HALF < HALVES { 16 + HALF / 2 } else { 60 };
            if HALF < $made($step + 1) {
                $vectors.half::<T>(HALF % 2, $second);
            }
        })
    };
}

#[target_feature(enable = "avx2,sha,ssse3,sse4.1")]
#[inline(never)]
pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    if work.heads.len() < BATCH {
        return of_few_versions(work, nonces, out);
    }
    let batches = Batch::all(work.heads);
    let mut vectors = Vectors::new();
    // Their addresses are shown to the compiler as if someone kept them: see above.
    std::hint::black_box(&mut vectors);
    let (mut ready, mut begun) = (Second::new(), Second::new());
    let (mut ready, mut begun) = (&mut ready, &mut begun);
    let mut under_way = UnderWay { batch: &batches[0], nonces: [nonces.end; 2] };
    let mut words = [[_mm_setzero_si128(); STREAMS]; 16];
    let mut at = nonces.start;
    loop {
        if at == nonces.start || at.is_multiple_of(STREAMS as u64) {
            let first = at as u32 / STREAMS as u32 * STREAMS as u32; // `nonces` ends at 2^32 at the latest
            words = schedule_apart(work.tail, [0, 1, 2, 3].map(|i| (first + i).swap_bytes()));
        }
        for batch in &batches {
            let Some(pair) = batch.nonces(at, nonces.end) else { continue };
            let last = vectors.turn(&batch.heads, &words, pair.map(|nonce| nonce as u32), ready, begun);
            under_way.report(last.zero_lanes(work.zero_bits), &nonces, work.heads.len(), out);
            swap(&mut ready, &mut begun);
            if at >= nonces.end {
                return;
            }
            under_way = UnderWay { batch, nonces: pair };
        }
        at += 1;
    }
}

/// Eight hashes that are done together: one nonce in eight versions. Where one to four versions are left over, two
/// nonces in them.
struct Batch {
    heads: Heads,
    /// That of the first stream, and of the first one of the second group.
    versions: [usize; 2],
}

impl Batch {
    #[target_feature(enable = "avx2,sse4.1")]
    fn all(heads: &[Head]) -> Vec<Self> {
        (0..heads.len()).step_by(BATCH).map(|first| Self::new(heads, first)).collect()
    }

    #[target_feature(enable = "avx2,sse4.1")]
    fn new(heads: &[Head], first: usize) -> Self {
        let second = if heads.len() - first > STREAMS { first + STREAMS } else { first };
        let versions = [first, second];
        let head = |lane| heads.get(versions[lane / STREAMS] + lane % STREAMS).unwrap_or(&heads[0]);
        Self { heads: Heads::new(std::array::from_fn(head)), versions }
    }

    /// One for each group; if there are to be two, an even nonce waits for the odd one after it.
    #[inline]
    fn nonces(&self, at: u64, end: u64) -> Option<[u64; 2]> {
        match self.versions[0] == self.versions[1] {
            false => Some([at; 2]),
            true if at.is_multiple_of(2) && at + 1 < end => None,
            true => Some([at & !1, at | 1]),
        }
    }
}

/// What a turn that ends in the next one is about.
struct UnderWay<'a> {
    batch: &'a Batch,
    nonces: [u64; 2],
}

impl UnderWay<'_> {
    /// The lanes that hit, less those that only fill the batch up.
    #[inline]
    fn report(&self, hits: u32, nonces: &Range<u64>, versions: usize, out: &mut Vec<Candidate>) {
        if hits != 0 {
            self.record(hits, nonces, versions, out);
        }
    }

    #[cold]
    #[inline(never)]
    fn record(&self, hits: u32, nonces: &Range<u64>, versions: usize, out: &mut Vec<Candidate>) {
        for lane in (0..BATCH).filter(|lane| hits >> lane & 1 == 1) {
            let (nonce, version) = (self.nonces[lane / STREAMS], self.batch.versions[lane / STREAMS] + lane % STREAMS);
            if nonces.contains(&nonce) && version < versions {
                out.push(Candidate { version, nonce: nonce as u32 });
            }
        }
    }
}

/// The heads of a batch in the order of the SHA unit.
struct Heads {
    /// After round 3 but for the nonce.
    abef: [__m128i; BATCH],
    cdgh: [__m128i; BATCH],
    /// ABEF of streams i and i + 4, then CDGH.
    midstates: [[__m256i; STREAMS]; 2],
}

impl Heads {
    #[target_feature(enable = "avx2,sse4.1")]
    fn new(heads: [&Head; BATCH]) -> Self {
        let abef = |[a, b, _, _, e, f, _, _]: [u32; 8]| lanes([f, e, b, a]);
        let cdgh = |[_, _, c, d, _, _, g, h]: [u32; 8]| lanes([h, g, d, c]);
        let joined = |i: usize, half: &dyn Fn([u32; 8]) -> __m128i| {
            _mm256_set_m128i(half(heads[i + STREAMS].midstate), half(heads[i].midstate))
        };
        Self {
            abef: std::array::from_fn(|i| abef(heads[i].after_round_3)),
            cdgh: std::array::from_fn(|i| cdgh(heads[i].after_round_3)),
            midstates: [std::array::from_fn(|i| joined(i, &abef)), std::array::from_fn(|i| joined(i, &cdgh))],
        }
    }

    /// Rounds 0 to 3 of group G are done but for the nonce, which is added to a and e.
    #[target_feature(enable = "sse4.1")]
    #[inline]
    fn after_round_3<const G: usize>(&self, nonce: u32) -> State {
        let nonce = nonce.swap_bytes();
        let nonce = lanes([0, nonce, 0, nonce]);
        State {
            abef: std::array::from_fn(|i| _mm_add_epi32(self.abef[STREAMS * G + i], nonce)),
            cdgh: std::array::from_fn(|i| self.cdgh[STREAMS * G + i]),
        }
    }
}

/// W+K of two rounds of eight second hashes, as `vpunpckldq` and `vpunpckhdq` leave them: streams 0, 1, 4, 5, 2, 3, 6, 7.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Pair([__m256i; 2]);

/// What the SHA unit needs for the second hashes of a batch.
struct Second {
    /// Of rounds 2i + 1 and 2i + 2.
    pairs: [Pair; 30],
    /// ABEF of streams i and i + 4 after round 0.
    abef: [__m256i; STREAMS],
}

impl Second {
    #[target_feature(enable = "avx2")]
    #[inline]
    fn new() -> Self {
        let k = |t: usize| V::splat(K[t]).0;
        let zero = _mm256_setzero_si256();
        let mut pairs = [Pair([zero; 2]); 30];
        // Words 9 to 14 are zeros.
        each!(I in [4 5 6] pairs[I] = interleaved(k(2 * I + 1), k(2 * I + 2)));
        Self { pairs, abef: [zero; STREAMS] }
    }

    /// State of group G after round 0.
    #[target_feature(enable = "avx2,sse4.1")]
    #[inline]
    fn after_round_0<const G: usize>(&self) -> State {
        let half = |v| if G == 0 { _mm256_castsi256_si128(v) } else { _mm256_extracti128_si256::<1>(v) };
        let [_, b, c, _, _, f, g, _] = IV;
        State { abef: self.abef.map(half), cdgh: [lanes([g, f, c, b]); STREAMS] }
    }
}

/// The vector unit's memory.
struct Vectors {
    /// The window of eight second schedules.
    w: Window<V>,
    /// The round constants, in full: with AVX2 an addition takes no single word from memory.
    k: [V; 64],
}

impl Vectors {
    #[target_feature(enable = "avx2")]
    #[inline]
    fn new() -> Self {
        Self { w: [V::splat(0); 16], k: K.map(V::splat) }
    }

    /// The last words of the second digests of the batch before this one.
    #[target_feature(enable = "avx2,sha,ssse3,sse4.1")]
    #[inline]
    fn turn(
        &mut self,
        heads: &Heads,
        words: &[Quad; 16],
        nonces: [u32; 2],
        ready: &mut Second,
        begun: &mut Second,
    ) -> V {
        let mut first = [heads.after_round_3::<0>(nonces[0]), heads.after_round_3::<1>(nonces[1])];
        let words = nonces.map(|nonce| (&raw const words[0][nonce as usize % STREAMS]).cast());
        each!(G in [0 1] each!(Q in [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15] {
            const STEP: usize = 15 * G + Q - 1;
            four_rounds::<Q>(&mut first[G], words[G]);
            halves!(self, ready, later, STEP);
        }));
        self.message(&first, heads);
        begun.abef = after_round_0(self.w[0]);
        let mut second = [ready.after_round_0::<0>(), ready.after_round_0::<1>()];
        each!(G in [0 1] each!(Q in [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14] each!(PART in [0 1 2 3] {
            const STEP: usize = 60 * G + 4 * Q + PART;
            two_rounds_of_two::<G, Q, PART>(&mut second[G], ready);
            each!(T in [2 4 6 8] if STEP == T { self.pair::<T>(begun) });
            halves!(self, begun, earlier, STEP);
        })));
        let [low, high] = second.map(|s| last_words(&s));
        V(_mm256_set_m128i(high, low)).add(V::splat(IV[7]))
    }

    /// Words 0 to 7: the first digests.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn message(&mut self, [low, high]: &[State; 2], heads: &Heads) {
        let digest = |half: usize, low: Quad, high: Quad| {
            transposed(std::array::from_fn(|i| {
                _mm256_add_epi32(_mm256_set_m128i(high[i], low[i]), heads.midstates[half][i])
            }))
        };
        let w = &mut self.w;
        [w[5], w[4], w[1], w[0]] = digest(0, low.abef, high.abef).map(V);
        [w[7], w[6], w[3], w[2]] = digest(1, low.cdgh, high.cdgh).map(V);
    }

    /// A half of W[T]; after the second one, what can be handed over.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn half<const T: usize>(&mut self, half: usize, second: &mut Second) {
        if half == 0 {
            return second_word_begun::<V, T>(&mut self.w);
        }
        second_word_ended::<V, T>(&mut self.w);
        if T.is_multiple_of(2) {
            self.pair::<T>(second);
        }
    }

    /// W+K of rounds T - 1 and T.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn pair<const T: usize>(&self, second: &mut Second) {
        let kw = |t: usize| match t {
            8 => V::splat(ONE.wrapping_add(K[8])).0,
            15 => V::splat(LENGTH.wrapping_add(K[15])).0,
            _ => self.w[t % 16].add(self.k[t]).0,
        };
        second.pairs[T / 2 - 1] = interleaved(kw(T - 1), kw(T));
    }
}

/// After round 60 the last word is final; it is e.
#[target_feature(enable = "avx2")]
#[inline]
fn last_words(s: &State) -> __m128i {
    let [a, b, c, d] = s.abef;
    _mm_unpackhi_epi64(_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d))
}

#[target_feature(enable = "avx2")]
#[inline]
fn interleaved(a: __m256i, b: __m256i) -> Pair {
    Pair([_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)])
}

/// Four words of the low halves' four streams, and of the high halves'.
#[target_feature(enable = "avx2")]
#[inline]
fn transposed([a, b, c, d]: [__m256i; STREAMS]) -> [__m256i; STREAMS] {
    let (ab, cd) = (interleaved(a, b).0, interleaved(c, d).0);
    [
        _mm256_unpacklo_epi64(ab[0], cd[0]),
        _mm256_unpackhi_epi64(ab[0], cd[0]),
        _mm256_unpacklo_epi64(ab[1], cd[1]),
        _mm256_unpackhi_epi64(ab[1], cd[1]),
    ]
}

/// F, E, B, A after round 0 of the second hash: two additions.
#[target_feature(enable = "avx2")]
#[inline]
fn after_round_0(w0: V) -> [__m256i; STREAMS] {
    let (a, e) = (w0.add(V::splat(T1.wrapping_add(T2))), w0.add(V::splat(T1.wrapping_add(IV[3]))));
    transposed([V::splat(IV[4]).0, e.0, V::splat(IV[0]).0, a.0])
}

/// A step: these lines, with ABEF of the streams in xmm1 to xmm4, CDGH in xmm5 to xmm8.
macro_rules! step {
    ($s:ident, $words:expr, $at:expr, $($line:literal,)*) => {{
        let [a0, a1, a2, a3] = &mut $s.abef;
        let [c0, c1, c2, c3] = &mut $s.cdgh;
        // SAFETY: it reads words of the table that it is given, and names all that it changes.
        unsafe {
            asm!("vzeroupper", $($line,)* words = in(reg) $words, at = const $at,
                inout("xmm1") *a0, inout("xmm2") *a1, inout("xmm3") *a2, inout("xmm4") *a3,
                inout("xmm5") *c0, inout("xmm6") *c1, inout("xmm7") *c2, inout("xmm8") *c3,
                out("ymm0") _, out("ymm9") _, out("ymm10") _, out("ymm11") _, out("ymm12") _, out("ymm13") _,
                out("ymm14") _, out("ymm15") _, options(nostack, preserves_flags));
        }
    }};
}

/// Rounds 4Q to 4Q + 3 of four streams that share their words.
#[target_feature(enable = "avx2")]
#[inline]
fn four_rounds<const Q: usize>(s: &mut State, words: *const __m128i) {
    step!(
        s,
        words,
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

/// Two rounds of two streams, parts 0 and 2 of streams 0 and 1, parts 1 and 3 of streams 2 and 3. With each two rounds ABEF
/// and CDGH change places.
#[target_feature(enable = "avx2")]
#[inline]
fn two_rounds_of_two<const G: usize, const Q: usize, const PART: usize>(s: &mut State, second: &Second) {
    let pairs = second.pairs.as_ptr();
    macro_rules! streams {
        ($one:literal, $other:literal) => {
            step!(
                s,
                pairs,
                (4 * Q + PART) * size_of::<__m256i>() + G * size_of::<__m128i>(),
                "movq xmm0, [{words} + {at}]",
                $one,
                "movq xmm0, [{words} + {at} + 8]",
                $other,
            )
        };
    }
    match PART {
        0 => streams!("sha256rnds2 xmm5, xmm1", "sha256rnds2 xmm6, xmm2"),
        1 => streams!("sha256rnds2 xmm7, xmm3", "sha256rnds2 xmm8, xmm4"),
        2 => streams!("sha256rnds2 xmm1, xmm5", "sha256rnds2 xmm2, xmm6"),
        _ => streams!("sha256rnds2 xmm3, xmm7", "sha256rnds2 xmm4, xmm8"),
    }
}
