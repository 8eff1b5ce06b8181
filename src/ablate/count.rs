//! A lane type that counts: run the generic search over it, and it says what the search costs.

use crate::header::Header;
use crate::job::{BIP320_MASK, JobFamily};
use crate::kernel::Work;
use crate::kernel::lanes::Lanes;
use crate::kernel::search::search;
use crate::target::Target;
use std::cell::Cell;

/// Vector operations by kind. Loads, stores and broadcasts run beside them and do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Operations {
    /// 32-bit additions.
    pub(crate) adds: u32,
    /// Rotates.
    pub(crate) rotates: u32,
    /// Shifts.
    pub(crate) shifts: u32,
    /// Ch, Maj and the exclusive or of three: one `vpternlogd` each where there is one.
    pub(crate) logic: u32,
}

impl Operations {
    /// All of them.
    pub(crate) fn total(self) -> u32 {
        self.adds + self.rotates + self.shifts + self.logic
    }

    fn less(self, other: Self) -> Self {
        Self {
            adds: self.adds - other.adds,
            rotates: self.rotates - other.rotates,
            shifts: self.shifts - other.shifts,
            logic: self.logic - other.logic,
        }
    }
}

thread_local! {
    static COUNT: Cell<Operations> = const { Cell::new(Operations { adds: 0, rotates: 0, shifts: 0, logic: 0 }) };
}

/// What the work costs, counted on this thread.
pub(super) fn counted(work: impl FnOnce()) -> Operations {
    COUNT.set(Operations::default());
    work();
    COUNT.get()
}

/// The cost of one vector of nonces in so many versions, by the generic search itself.
pub(crate) fn operations(versions: u64) -> Operations {
    let family = JobFamily::rolled(&Header::GENESIS, Target::DIFFICULTY_1, BIP320_MASK, 0..versions);
    let work = Work { tail: &family.tail, heads: &family.heads, zero_bits: family.zero_bits() };
    let [one, two] = [1, 2].map(|vectors| counted(|| counted_search(work, vectors)));
    two.less(one) // one vector more: what is done once a search is not its cost
}

/// One copy of the search, which is long.
#[inline(never)]
fn counted_search(work: Work<'_>, vectors: u64) {
    search::<Counted>(work, 0..vectors, &mut Vec::new());
}

/// A word whose every use is counted.
#[derive(Clone, Copy)]
pub(super) struct Counted(pub(super) u32);

impl Counted {
    /// Never inlined: three thousand copies of it would take the compiler longer than all else.
    #[inline(never)]
    fn count(self, one_more: fn(&mut Operations)) -> Self {
        let mut count = COUNT.get();
        one_more(&mut count);
        COUNT.set(count);
        self
    }
}

impl Lanes for Counted {
    const N: usize = 1;

    fn splat(x: u32) -> Self {
        Self(x)
    }
    fn count_up(from: u32) -> Self {
        Self(from)
    }
    fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0)).count(|c| c.adds += 1)
    }
    fn xor3(self, b: Self, c: Self) -> Self {
        Self(self.0.xor3(b.0, c.0)).count(|c| c.logic += 1)
    }
    fn ch(self, f: Self, g: Self) -> Self {
        Self(self.0.ch(f.0, g.0)).count(|c| c.logic += 1)
    }
    fn maj(self, b: Self, c: Self) -> Self {
        Self(self.0.maj(b.0, c.0)).count(|c| c.logic += 1)
    }
    fn rotr<const R: i32>(self) -> Self {
        Self(self.0.rotr::<R>()).count(|c| c.rotates += 1)
    }
    fn shr<const R: i32>(self) -> Self {
        Self(self.0.shr::<R>()).count(|c| c.shifts += 1)
    }
    fn zero_lanes(self, bits: u32) -> u32 {
        self.0.zero_lanes(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts made by hand: 2,847 for one version; 2,387 and a share of 460 when N versions share a schedule.
    #[test]
    fn the_search_costs_what_was_counted_by_hand_within_one_percent() {
        let one = operations(1).total();
        assert!(one.abs_diff(2_847) <= 28, "{one}");
        for versions in [2u32, 16, 128] {
            let each = f64::from(operations(versions.into()).total()) / f64::from(versions);
            let by_hand = 2_387.0 + 460.0 / f64::from(versions);
            assert!((each / by_hand - 1.0).abs() < 0.01, "{versions} versions: {each}, by hand {by_hand}");
        }
    }

    #[test]
    fn counts_are_by_kind_and_add_up() {
        let (one, two) = (operations(1), operations(2));
        assert_eq!(one.total(), one.adds + one.rotates + one.shifts + one.logic);
        assert!(two.rotates > one.rotates && two.total() < 2 * one.total());
    }
}
