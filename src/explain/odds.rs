//! What a block costs in time and in joules, from the first CPUs to today's ASICs.

use crate::asic::{Catalogue, Device, Kind, S9};
use crate::market::economics::equilibrium_hash_rate;
use crate::market::terms::DECEMBER_2018;
use crate::market::{Chain, Epoch};
use crate::units::{Efficiency, Energy, HashRate};
use serde::Serialize;

/// One of each age of mining, by its id in the catalogue.
const RUNGS: [&str; 7] =
    ["cpu-i7-3930k", "gpu-hd5870", "fpga-lx150-2011", "avalon-b1", S9, "antminer-s15", "antminer-s21-pro"];

/// A machine on the ladder. Both figures are the catalogue's; watts are declared, never measured here.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Rung {
    /// The catalogue's id.
    pub id: String,
    /// The model.
    pub name: String,
    /// cpu, gpu, fpga or asic.
    pub kind: &'static str,
    /// The month in which it came out.
    pub released: String,
    /// Hashes per second.
    pub hashes_per_second: f64,
    /// Joules per hash at the wall.
    pub joules_per_hash: f64,
    /// Where both figures come from.
    pub source: String,
}

impl Rung {
    fn of(device: &Device) -> Option<Self> {
        let kind = match device.kind {
            Kind::Cpu => "cpu",
            Kind::Gpu => "gpu",
            Kind::Fpga => "fpga",
            Kind::Asic => "asic",
            Kind::Plan => return None,
        };
        Some(Self {
            id: device.id.clone(),
            name: device.model.clone(),
            kind,
            released: device.released.to_string(),
            hashes_per_second: device.rate?.to_hashes_per_second(),
            joules_per_hash: device.efficiency?.to_joules_per_hash(),
            source: device.source.clone(),
        })
    }

    /// Expected seconds until so many hashes are done.
    pub fn seconds_for(&self, hashes: f64) -> f64 {
        hashes / HashRate::from_hashes_per_second(self.hashes_per_second).to_hashes_per_second()
    }

    /// Expected energy for so many hashes.
    pub fn energy_for(&self, hashes: f64) -> Energy {
        Energy::from_joules(Efficiency::from_joules_per_hash(self.joules_per_hash).to_joules_per_hash() * hashes)
    }
}

/// A difficulty of the main network, with its date.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Dated {
    /// Height of the epoch's first block.
    pub height: u32,
    /// The day of that block.
    pub date: String,
    /// nBits in hex.
    pub bits_hex: String,
    /// Difficulty.
    pub difficulty: f64,
    /// Whether that day is an estimate.
    pub date_is_estimated: bool,
    /// The whole network's mean hashes per second in the epoch; where its end is not known, those at which the
    /// difficulty brings a block in ten minutes.
    pub network_hashes_per_second: f64,
}

impl From<&Epoch> for Dated {
    fn from(epoch: &Epoch) -> Self {
        Self {
            height: epoch.height,
            date: epoch.date().to_string(),
            date_is_estimated: epoch.time_is_estimated,
            bits_hex: epoch.bits.to_string(),
            difficulty: epoch.difficulty(),
            network_hashes_per_second: epoch
                .hash_rate()
                .unwrap_or_else(|| equilibrium_hash_rate(epoch.difficulty()))
                .to_hashes_per_second(),
        }
    }
}

/// Machines, the slowest first, and difficulties, the oldest first.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Ladder {
    /// The machines.
    pub rungs: Vec<Rung>,
    /// The first epoch, December 2018, and the newest on record.
    pub difficulties: Vec<Dated>,
}

impl Ladder {
    /// From the catalogue and the chain record that ship.
    pub fn built_in() -> Self {
        let (catalogue, chain) = (Catalogue::built_in(), Chain::shipped());
        let rungs = RUNGS.iter().filter_map(|id| Rung::of(catalogue.get(id)?)).collect();
        let december = chain.at(DECEMBER_2018).ok();
        let epochs = chain.epochs().first().into_iter().chain(december).chain([chain.newest()]);
        Self { rungs, difficulties: epochs.map(Dated::from).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rung_is_in_the_catalogue_and_each_is_faster_than_the_last_but_one() {
        let ladder = Ladder::built_in();
        assert_eq!(ladder.rungs.len(), RUNGS.len());
        assert!(ladder.rungs.windows(2).all(|pair| pair[1].joules_per_hash < pair[0].joules_per_hash));
        assert_eq!(ladder.difficulties.len(), 3);
        assert!(ladder.difficulties.windows(2).all(|pair| pair[1].difficulty > pair[0].difficulty));
    }

    #[test]
    fn a_block_costs_hashes_over_rate_and_hashes_times_joules() {
        let s9 = Ladder::built_in().rungs.into_iter().find(|rung| rung.id == S9).unwrap();
        assert!((s9.seconds_for(13.5e12) - 1.0).abs() < 1e-9);
        assert!((s9.energy_for(1e12).to_joules() - 98.0).abs() < 1e-9);
    }
}
