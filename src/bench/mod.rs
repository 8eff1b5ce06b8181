//! Hashes per second and per joule: measure, write a record, and let everything later read only that.

pub mod record;
