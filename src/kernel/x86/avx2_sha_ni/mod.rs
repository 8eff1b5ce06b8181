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
//! - How long steps and pieces are is measured, not derived: two rounds of two streams, half a word. `docs/kernels.md`
//!   says what else was tried.

mod one_version;
mod steps;
mod vectors;

use super::sha_ni::{STREAMS, State, candidates as of_few_versions, lanes, schedule_apart};
use crate::job::Head;
use crate::kernel::lanes::Lanes;
use crate::kernel::{Candidate, Work};
use alloc::vec::Vec;
use core::arch::x86_64::*;
use core::mem::swap;
use core::ops::Range;
use vectors::{Tables, Written};

/// Hashes in a batch, and the versions that make it worth while: the lanes of a vector, two groups of the SHA unit's
/// streams.
pub(in crate::kernel) const BATCH: usize = 8;

/// Batches in the working memory, which with them fits into the first cache. More versions are searched in parts.
const BATCHES: usize = 24;

#[target_feature(enable = "avx2,sha,ssse3,sse4.1")]
#[inline(never)]
pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    if let [head] = work.heads {
        return one_version::candidates(head, work, nonces, out);
    }
    if work.heads.len() < BATCH {
        return of_few_versions(work, nonces, out);
    }
    let mut memory = Memory::new(work.heads);
    // Its address is shown to the compiler as if someone kept it: see above.
    let memory = core::hint::black_box(&mut memory);
    for first in (0..work.heads.len()).step_by(BATCHES * BATCH) {
        let batches = memory.load(work.heads, first);
        memory.search(batches, work, &nonces, out);
    }
}

/// What a turn reads and writes, in one piece: the first cache of some CPUs tells its lines apart by a hash of their
/// addresses, and two pieces at random addresses may share it.
#[repr(C)]
struct Memory {
    written: Written,
    tables: Tables,
    batches: [Batch; BATCHES],
}

impl Memory {
    #[target_feature(enable = "avx2,sse4.1")]
    fn new(heads: &[Head]) -> Self {
        Self { written: Written::new(), tables: Tables::new(), batches: [Batch::new(heads, 0); BATCHES] }
    }

    /// As many batches as fit, from a version on; how many.
    #[target_feature(enable = "avx2,sse4.1")]
    fn load(&mut self, heads: &[Head], first: usize) -> usize {
        let versions = (first..heads.len()).step_by(BATCH).take(BATCHES);
        for (batch, first) in self.batches.iter_mut().zip(versions.clone()) {
            *batch = Batch::new(heads, first);
        }
        versions.len()
    }

    /// The hits of the first so many batches.
    #[target_feature(enable = "avx2,sha,ssse3,sse4.1")]
    #[inline]
    fn search(&mut self, batches: usize, work: Work<'_>, nonces: &Range<u64>, out: &mut Vec<Candidate>) {
        let Self { written: Written { seconds: [ready, begun], vectors }, tables, batches: all } = self;
        let (mut ready, mut begun) = (ready, begun);
        let batches = &all[..batches];
        let mut under_way = UnderWay { batch: &batches[0], nonces: [nonces.end; 2] };
        let mut at = nonces.start;
        loop {
            if at == nonces.start || at.is_multiple_of(STREAMS as u64) {
                let first = at as u32 / STREAMS as u32 * STREAMS as u32; // `nonces` ends at 2^32 at the latest
                tables.words = schedule_apart(work.tail, [0, 1, 2, 3].map(|i| (first + i).swap_bytes()));
            }
            for batch in batches {
                let Some(pair) = batch.nonces(at, nonces.end) else { continue };
                let last = vectors.turn(&batch.heads, tables, pair.map(|nonce| nonce as u32), ready, begun);
                under_way.report(last.zero_lanes(work.zero_bits), nonces, work.heads.len(), out);
                swap(&mut ready, &mut begun);
                if at >= nonces.end {
                    return;
                }
                under_way = UnderWay { batch, nonces: pair };
            }
            at += 1;
        }
    }
}

/// Eight hashes that are done together: one nonce in eight versions. Where one to four versions are left over, two
/// nonces in them.
#[derive(Clone, Copy)]
struct Batch {
    heads: Heads,
    /// That of the first stream, and of the first one of the second group.
    versions: [usize; 2],
}

impl Batch {
    #[target_feature(enable = "avx2,sse4.1")]
    fn new(heads: &[Head], first: usize) -> Self {
        let second = if heads.len() - first > STREAMS { first + STREAMS } else { first };
        let versions = [first, second];
        let head = |lane| heads.get(versions[lane / STREAMS] + lane % STREAMS).unwrap_or(&heads[0]);
        Self { heads: Heads::new(core::array::from_fn(head)), versions }
    }

    /// One for each group; if there are to be two, an even nonce waits for the odd one after it.
    #[inline]
    fn nonces(&self, at: u64, end: u64) -> Option<[u64; 2]> {
        let two = self.versions[0] == self.versions[1];
        let waits = two && at.is_multiple_of(2) && at + 1 < end;
        (!waits).then_some(if two { [at & !1, at | 1] } else { [at; 2] })
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
#[derive(Clone, Copy)]
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
            abef: core::array::from_fn(|i| abef(heads[i].after_round_3)),
            cdgh: core::array::from_fn(|i| cdgh(heads[i].after_round_3)),
            midstates: [core::array::from_fn(|i| joined(i, &abef)), core::array::from_fn(|i| joined(i, &cdgh))],
        }
    }

    /// Rounds 0 to 3 of group G are done but for the nonce, which is added to a and e.
    #[target_feature(enable = "sse4.1")]
    #[inline]
    fn after_round_3<const G: usize>(&self, nonce: u32) -> State {
        let nonce = nonce.swap_bytes();
        let nonce = lanes([0, nonce, 0, nonce]);
        State {
            abef: core::array::from_fn(|i| _mm_add_epi32(self.abef[STREAMS * G + i], nonce)),
            cdgh: core::array::from_fn(|i| self.cdgh[STREAMS * G + i]),
        }
    }
}
