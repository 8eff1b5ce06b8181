//! Stratum V1 with version rolling (BIP310), in three layers: lines to enums ([`message`]), a state
//! machine without I/O that is told the time ([`session`]), and the socket around both ([`client`]).

pub mod client;
pub mod endpoint;
#[cfg(any(test, feature = "internals"))]
#[doc(hidden)]
pub mod exercise;
pub mod job;
pub mod lines;
pub mod link;
pub mod message;
pub mod notify;
pub mod request;
pub mod session;
pub mod stream;
pub mod verdict;

pub use client::{PoolConfig, PoolSource, Status};
pub use endpoint::{Endpoint, EndpointError};
