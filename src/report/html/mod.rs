//! Pages: one self-contained file each, that asks the network for nothing and works without scripts.

pub mod shell;
