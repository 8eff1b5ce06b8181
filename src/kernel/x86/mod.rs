//! x86-64: one file for each instruction set. Every file holds verbs and one entry that enables them.
#![allow(unsafe_code, reason = "intrinsics; each file argues why its instructions are there")]

pub(super) mod avx2;
pub(super) mod avx2_sha_ni;
pub(super) mod avx512;
pub(super) mod avx512vl;
pub(super) mod sha_ni;
mod sha_ni_one;
pub(super) mod sse2;
