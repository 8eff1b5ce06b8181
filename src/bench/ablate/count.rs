//! A word that counts: an operation on what is known beforehand is free, any other costs one.

use super::hash::{Inputs, Tricks, Word, first, schedule, second};
use crate::bench::work;
use std::cell::Cell;

thread_local! {
    /// Operations since the last reset, on this thread.
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// A word of which only this is of interest: whether it is the same for all nonces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    Known(u32),
    Varies,
}

use Counted::{Known, Varies};

/// Operations of the schedule of the second block, and of all the rest of a hash.
pub(super) fn operations(tricks: Tricks) -> (u32, u32) {
    let inputs = Inputs::new(&work::header());
    COUNT.set(0);
    let kw = schedule(&inputs, Varies, tricks);
    let of_schedule = COUNT.replace(0);
    let last = second(&inputs, first(&inputs, &kw, Varies, tricks), tricks);
    assert_eq!(last, Varies, "the hash varies with the nonce");
    (of_schedule, COUNT.take())
}

fn add_to_count(operations: usize) {
    COUNT.set(COUNT.get() + operations as u32); // a few at a time
}

/// One operation, unless all that goes in is known.
fn operation(inputs: &[Counted], result: impl Fn(&[u32]) -> u32) -> Counted {
    let known: Vec<u32> = inputs.iter().filter_map(|word| if let Known(x) = word { Some(*x) } else { None }).collect();
    if known.len() == inputs.len() {
        return Known(result(&known));
    }
    add_to_count(1);
    Varies
}

impl Word for Counted {
    fn known(x: u32) -> Self {
        Known(x)
    }
    fn opaque(_: u32) -> Self {
        Varies
    }
    fn seal(self) -> Self {
        Varies
    }
    /// What is known is added up beforehand, and a zero is not added at all.
    fn sum<const N: usize>(terms: [Self; N]) -> Self {
        let known = |sum: u32, term: &Self| if let Known(x) = term { sum.wrapping_add(*x) } else { sum };
        let constant = terms.iter().fold(0, known);
        let varying = terms.iter().filter(|&&term| term == Varies).count();
        if varying == 0 {
            return Known(constant);
        }
        add_to_count(varying - 1 + usize::from(constant != 0));
        Varies
    }
    fn xor3(self, b: Self, c: Self) -> Self {
        operation(&[self, b, c], |x| x[0] ^ x[1] ^ x[2])
    }
    fn ch(self, f: Self, g: Self) -> Self {
        operation(&[self, f, g], |x| crate::sha256::ch(x[0], x[1], x[2]))
    }
    fn maj(self, b: Self, c: Self) -> Self {
        operation(&[self, b, c], |x| crate::sha256::maj(x[0], x[1], x[2]))
    }
    fn rotr(self, bits: u32) -> Self {
        operation(&[self], |x| x[0].rotate_right(bits))
    }
    fn shr(self, bits: u32) -> Self {
        operation(&[self], |x| x[0] >> bits)
    }
}
