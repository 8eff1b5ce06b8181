//! Our kernels as implementations: a kernel says which nonces hit, and every question that can be put that way is put to it.

use super::functions::{Functions, accumulated};
use super::{Implementation, Reply, Sink, as_reply, ask_each};
use crate::header::Header;
use crate::job::{Job, JobFamily};
use crate::kernel::Kernel;
use crate::target::Target;
use crate::vectors::{self, Answer, Case, Hex, Question, RangeInput, RolledInput};
use std::sync::atomic::AtomicBool;

/// One kernel under test.
#[derive(Clone, Copy, Debug)]
pub struct KernelUnderTest(
    /// The kernel.
    pub Kernel,
);

impl Implementation for KernelUnderTest {
    fn name(&self) -> String {
        self.0.name().into()
    }

    fn concerns(&self, case: &Case) -> bool {
        use Question::{Accumulated, HeaderHash, MeetsTarget, Rolled, Scan};
        matches!(case.question, HeaderHash(_) | MeetsTarget(_) | Scan(_) | Rolled(_) | Accumulated(_))
    }

    fn run(&mut self, cases: &[&Case], sink: &mut Sink, stop: &AtomicBool) {
        ask_each(cases, sink, stop, |case| match self.answer(&case.question) {
            Some(answer) => as_reply(&answer),
            None => Reply::Skip("a kernel only searches".into()),
        });
    }
}

impl KernelUnderTest {
    fn answer(self, question: &Question) -> Option<Answer> {
        Some(match question {
            Question::HeaderHash(input) => Answer::HeaderHash(vectors::HashAnswer { hash: self.hash(&input.header.0) }),
            Question::MeetsTarget(input) => {
                let target = Target::from_be_bytes(input.target.0);
                let meets = self.meets(&Header::from_bytes(&input.header.0), target);
                Answer::MeetsTarget(vectors::MeetsAnswer { meets })
            }
            Question::Scan(range) => Answer::Scan(vectors::ScanAnswer { nonces: self.search(range), hashes: None }),
            Question::Rolled(input) => self.rolled(input),
            Question::Accumulated(range) => {
                let hash = |nonce| (Functions::RIGHT.header_hash)(&header(&range.header, nonce).to_bytes());
                accumulated(&self.search(range), hash)
            }
            _ => return None,
        })
    }

    fn meets(self, header: &Header, target: Target) -> bool {
        let mut hits = Vec::new();
        let nonce = u64::from(header.nonce);
        self.0.search(&Job::new(header, target), nonce..nonce + 1, &mut hits);
        hits == [header.nonce]
    }

    /// A kernel says yes or no to a target, never a hash. 256 such answers are the hash: from the top, each bit is one
    /// when the target with that bit zero and ones below is not met.
    fn hash(self, header: &[u8; 80]) -> Hex<32> {
        let header = Header::from_bytes(header);
        let mut target = [0xff; 32];
        for bit in 0..256 {
            target[bit / 8] ^= 0x80 >> (bit % 8);
            if !self.meets(&header, Target::from_be_bytes(target)) {
                target[bit / 8] ^= 0x80 >> (bit % 8);
            }
        }
        Hex(target)
    }

    fn search(self, range: &RangeInput) -> Vec<u32> {
        let job = Job::new(&header(&range.header, 0), Target::from_be_bytes(range.target.0));
        let mut hits = Vec::new();
        self.0.search(&job, range.start..range.start + range.count, &mut hits);
        hits
    }

    fn rolled(self, input: &RolledInput) -> Answer {
        let target = Target::from_be_bytes(input.target.0);
        let jobs = JobFamily::new(&header(&input.header, 0), target, input.versions.iter().copied());
        let mut hits = Vec::new();
        self.0.search_rolled(&jobs, input.start..input.start + input.count, &mut hits);
        let hit =
            |hit: crate::kernel::RolledHit| vectors::RolledHit { version: hit.version, nonce: hit.nonce, hash: None };
        Answer::Rolled(vectors::RolledAnswer { hits: hits.into_iter().map(hit).collect() })
    }
}

fn header(prefix: &Hex<76>, nonce: u32) -> Header {
    let mut bytes = [0; 80];
    bytes[..76].copy_from_slice(&prefix.0);
    Header { nonce, ..Header::from_bytes(&bytes) }
}
