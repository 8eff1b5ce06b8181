//! Why a name gives no kernel.

use super::Kernel;
use alloc::string::String;
use core::fmt;

/// Why a kernel cannot run here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absent {
    /// This CPU, or its operating system, lacks the feature.
    Cpu(&'static str),
    /// It is for another architecture, or behind a feature of the crate that is off.
    Build,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu(feature) => write!(f, "this CPU lacks {feature}"),
            Self::Build => write!(f, "not in this build (another architecture, or a feature that is off)"),
        }
    }
}

/// A name that gives no kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KernelError {
    /// No kernel is called that.
    Unknown(String),
    /// The kernel exists, but not here.
    Absent {
        /// The kernel's name.
        name: &'static str,
        /// Why.
        why: Absent,
    },
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "there is no kernel '{name}'; there are {}", Kernel::NAMES.join(", ")),
            Self::Absent { name, why } => write!(f, "kernel {name} cannot run here: {why}"),
        }
    }
}

impl core::error::Error for KernelError {}
