//! Where joules come from, and what a figure in joules is worth.
//!
//! A joule is useless without three labels: how it was known ([`Provenance`]), what drew it
//! ([`Boundary`]) and how good the method is ([`Quality`]). They travel with every figure, from
//! the meter through the record to the last table.
//!
//! Every reader takes the root of the file system and the clock as parameters: what they do with a
//! counter that wraps, a file that vanishes or two sockets is tested on machines that are made up.

#[cfg(feature = "energy")]
mod battery;
#[cfg(feature = "energy")]
mod command;
#[cfg(feature = "energy")]
mod declared;
#[cfg(feature = "energy")]
mod error;
#[cfg(feature = "energy")]
mod hwmon;
#[cfg(feature = "energy")]
mod meter;
#[cfg(feature = "energy")]
mod perf;
#[cfg(feature = "energy")]
mod powercap;
#[cfg(feature = "energy")]
mod probe;
#[cfg(feature = "energy")]
mod sampler;
#[cfg(feature = "energy")]
mod source;
#[cfg(feature = "energy")]
mod sysfs;

#[cfg(feature = "energy")]
pub use self::{
    battery::Battery,
    command::{Command, CommandError},
    declared::Declared,
    error::MeterError,
    hwmon::Hwmon,
    meter::{Clock, Meter, MeterInfo, Reading, SystemClock, between},
    perf::Perf,
    powercap::Powercap,
    probe::{NO_METER_ADVICE, Probe, Tried, probe},
    sampler::Sampler,
    source::{Source, Wish},
};

use std::fmt;

/// How an energy figure was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "vectors", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Provenance {
    /// A meter or a counter gave it.
    Measured,
    /// The user typed it in.
    Declared,
    /// Taken from a document, such as a cited TDP.
    Estimated,
}

/// What the figure includes. Two figures compare only within one boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "vectors", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Boundary {
    /// The processor packages alone: no memory, fans, or losses of the power supply.
    Package,
    /// The whole machine on the low-voltage side: a battery or a board sensor.
    System,
    /// The whole machine at the socket in the wall, as catalogues of miners count.
    Wall,
    /// Whatever the user meant by the watts they declared.
    Declared,
}

/// How good the method is, from L0 (declared) to L3 (an external meter at the wall).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "vectors", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Quality {
    /// Watts that the user declared.
    L0,
    /// An average over the work: RAPL without idle, a battery, a board sensor.
    L1,
    /// RAPL with a measured idle and repeats.
    L2,
    /// An external meter.
    L3,
}

/// The labels without which a joule means nothing: one value, carried whole from the meter to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "vectors", derive(serde::Serialize, serde::Deserialize))]
pub struct Labels {
    /// How the figure is known.
    pub provenance: Provenance,
    /// What the figure includes.
    pub boundary: Boundary,
    /// How good the method is.
    pub quality: Quality,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Measured => "measured",
            Self::Declared => "declared",
            Self::Estimated => "estimated",
        })
    }
}

impl fmt::Display for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Package => "package",
            Self::System => "system",
            Self::Wall => "wall",
            Self::Declared => "declared",
        })
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
        })
    }
}
