//! Renders finished structs; computes nothing.

pub mod learn;
