//! What several claims need: peak, trough and return of the hash rate, prices, rigs.

use super::{Evidence, Gap};
use crate::asic::{Device, Kind, Month};
use crate::market::constants::{ConstantsError, Figure, Quote};
use crate::market::terms::{TermsRequest, When};
use crate::market::{BreakEven, Date, Epoch, Rig, Terms};
use crate::units::HashRate;

/// Where hash rates and difficulties come from.
pub const CHAIN: &str = "chain_epochs.csv (nBits and times of every 2016th header)";
/// Where figures of rigs come from.
pub const CATALOGUE: &str = "catalogue.csv (each row with its source)";

/// The evidence, with peak, trough and return found in it.
pub struct Facts<'a> {
    pub evidence: &'a Evidence,
    /// The epoch of 2018 with the highest hash rate.
    pub peak: Epoch,
    /// The lowest one between the peak and the middle of 2019.
    pub trough: Epoch,
    /// The first one after the trough that is at the peak's rate again.
    pub back: Option<Epoch>,
}

impl<'a> Facts<'a> {
    pub fn of(evidence: &'a Evidence) -> Result<Self, Gap> {
        let within = |from: &str, to: &str| {
            let day = |text: &str| text.parse::<Date>().expect("a date that is written in this file");
            evidence.chain.between(day(from)..=day(to)).copied().collect::<Vec<_>>()
        };
        let gap = || Gap("the chain history does not reach over 2018 and 2019".to_owned());
        let by_rate = |a: &Epoch, b: &Epoch| rate(a).total_cmp(&rate(b));
        let peak = within("2018-01-01", "2018-12-31").into_iter().max_by(by_rate).ok_or_else(gap)?;
        let after = |epoch: &Epoch| epoch.height > peak.height;
        let trough = within("2018-01-01", "2019-06-30").into_iter().filter(after).min_by(by_rate).ok_or_else(gap)?;
        let mut later = evidence.chain.epochs().iter().filter(|epoch| epoch.height > trough.height);
        let back = later.find(|epoch| rate(epoch) >= rate(&peak)).copied();
        Ok(Self { evidence, peak, trough, back })
    }

    /// 1 - trough / peak.
    pub fn fall(&self) -> f64 {
        1.0 - rate(&self.trough) / rate(&self.peak)
    }

    /// Standard error of the fall: each epoch's mean scatters by 1/sqrt(2016).
    pub fn fall_error(&self) -> f64 {
        (1.0 - self.fall()) * (2.0_f64 / 2016.0).sqrt()
    }

    /// EH/s that went off between peak and trough.
    pub fn ehs_off(&self) -> f64 {
        rate(&self.peak) - rate(&self.trough)
    }

    pub fn quote(&self, epoch: &Epoch) -> Result<Quote, Gap> {
        let quote = self.evidence.constants.quote_for(&self.evidence.chain, epoch);
        quote.ok_or_else(|| Gap(format!("no price is quoted for the epoch of {}", epoch.date())))
    }

    pub fn price(&self, epoch: &Epoch) -> Result<f64, Gap> {
        self.quote(epoch).map(|quote| quote.price.to_usd())
    }

    pub fn figure(&self, name: &'static str) -> Result<&'a Figure, Gap> {
        self.evidence.constants.get(name).map_err(|error: ConstantsError| Gap(error.to_string()))
    }

    pub fn value(&self, name: &'static str) -> Result<f64, Gap> {
        self.figure(name).map(|figure| figure.value)
    }

    pub fn device(&self, id: &str) -> Result<&'a Device, Gap> {
        self.evidence.catalogue.get(id).ok_or_else(|| Gap(format!("no {id} in the catalogue")))
    }

    pub fn rig(&self, id: &str) -> Result<Rig, Gap> {
        let unknown = || Gap(format!("rate and watts of {id} are unknown"));
        Rig::from_device(self.device(id)?).ok_or_else(unknown)
    }

    /// The terms of the trough, at the evidence's power price.
    pub fn terms(&self) -> Result<Terms, Gap> {
        let when = When::Height(self.trough.height);
        let request = TermsRequest { when, power_price: self.evidence.power_price, ..TermsRequest::default() };
        let resolved = request.resolve(&self.evidence.chain, &self.evidence.constants);
        resolved.map(|dated| dated.terms).map_err(|error| Gap(error.to_string()))
    }

    /// The ASICs that came out in the twelve months up to the trough, on its terms.
    pub fn on_sale(&self) -> Result<Vec<BreakEven>, Gap> {
        let terms = self.terms()?;
        let month = self.trough.date().month();
        let year_before = Month { year: month.year - 1, ..month };
        let recent = |rig: &Rig| rig.released.is_some_and(|released| released > year_before && released <= month);
        let rigs: Vec<_> = Rig::all(&self.evidence.catalogue).into_iter().filter(recent).collect();
        if rigs.is_empty() {
            return Err(Gap(format!("no ASIC of the year before {month} in the catalogue")));
        }
        Ok(BreakEven::table(&rigs, &terms, 0.0))
    }

    /// GMO's rigs, on the terms of the trough.
    pub fn gmo(&self) -> Result<Vec<BreakEven>, Gap> {
        let devices = self.evidence.catalogue.devices().filter(|device| device.vendor.starts_with("GMO"));
        let rigs: Vec<_> = devices.filter_map(Rig::from_device).collect();
        if rigs.is_empty() {
            return Err(Gap("no rig of GMO Internet in the catalogue".to_owned()));
        }
        Ok(BreakEven::table(&rigs, &self.terms()?, 0.0))
    }

    /// The ASICs that came out after this month, the oldest first.
    pub fn asics_after(&self, month: Month) -> Vec<&'a Device> {
        let later = |device: &&Device| device.kind == Kind::Asic && device.released > month;
        let mut devices: Vec<_> = self.evidence.catalogue.devices().filter(later).collect();
        devices.sort_by_key(|device| device.released);
        devices
    }
}

/// Mean EH/s of an epoch; not a number while it has not ended.
pub fn rate(epoch: &Epoch) -> f64 {
    epoch.hash_rate().map_or(f64::NAN, HashRate::to_hashes_per_second) / 1e18
}

/// Months from one to the other.
pub fn months(from: Month, to: Month) -> i32 {
    12 * (i32::from(to.year) - i32::from(from.year)) + i32::from(to.month) - i32::from(from.month)
}

/// Several sources as one, each told once.
pub fn sources<S: AsRef<str>>(parts: impl IntoIterator<Item = S>) -> String {
    let mut told: Vec<String> = Vec::new();
    for part in parts {
        if !told.iter().any(|known| known == part.as_ref()) {
            told.push(part.as_ref().to_owned());
        }
    }
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_once_and_in_their_order() {
        assert_eq!(sources(["chain", "catalogue", "chain"]), "chain; catalogue");
    }
}
