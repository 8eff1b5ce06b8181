//! Chooses where the joules come from. A flag wins over probing, and what was probed is told all the same.

use super::{Command, Declared, Meter, MeterError, MeterInfo, Sampler, SystemClock, Tried, probe};
use crate::units;
use std::path::Path;
use std::time::Duration;

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// `--watts`.
    pub watts: Option<units::Power>,
    /// `--meter-cmd`.
    pub command: Option<String>,
    /// How often the command is asked.
    pub every: Duration,
}

/// Where the joules come from.
pub enum Source {
    /// Nowhere: what was tried says why.
    None,
    /// The user's word: watts at all times.
    Declared(Declared),
    /// A meter, read in step.
    Metered(Sampler<SystemClock>),
}

impl Source {
    /// Opens the source that the user wants, or else the first that works below `root`, which is `/` outside tests.
    ///
    /// # Errors
    /// When a command was asked for and does not work: there is no fallback from a wish.
    pub fn choose(wish: &Wish, root: &Path) -> Result<(Self, Vec<Tried>), MeterError> {
        let found = probe(root);
        let source = if let Some(line) = &wish.command {
            Self::metered(Box::new(Command::open(line, wish.every)?))
        } else if let Some(watts) = wish.watts {
            Self::Declared(Declared::new(watts))
        } else {
            found.meter.map_or(Self::None, Self::metered)
        };
        Ok((source, found.tried))
    }

    fn metered(meter: Box<dyn Meter>) -> Self {
        Self::Metered(Sampler::start(meter, SystemClock::start()))
    }

    /// What its figures are worth.
    pub fn info(&self) -> Option<&MeterInfo> {
        match self {
            Self::None => None,
            Self::Declared(declared) => Some(declared.info()),
            Self::Metered(sampler) => Some(sampler.info()),
        }
    }
}
