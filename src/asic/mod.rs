//! What mined Bitcoin from 2009 to today: one row a device, each with its source.
//!
//! The rows stand in `catalogue.csv`. Figures are those of the vendors or of public lists, at the wall where the note
//! does not say otherwise; vendors promise them within 5 to 7 %. A row of kind [`Kind::Plan`] is an announcement that
//! was never a device: [`Catalogue::devices`] leaves it out.

mod load;

pub use load::{CatalogueError, Problem};

use crate::units::{Efficiency, HashRate, Money, Power};
use std::fmt;
use std::str::FromStr;

/// How far a vendor's own figures may be off, as the data sheets of the large vendors say: 5 to 7 %.
pub const VENDOR_TOLERANCE: f64 = 0.07;

/// What a device is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A processor of a computer.
    Cpu,
    /// A graphics card.
    Gpu,
    /// A board of field-programmable gate arrays.
    Fpga,
    /// A machine of chips made for this one hash.
    Asic,
    /// Announced and never built: no device, not ranked, not plotted, not counted.
    Plan,
}

impl Kind {
    /// All kinds, the oldest first.
    pub const ALL: [Self; 5] = [Self::Cpu, Self::Gpu, Self::Fpga, Self::Asic, Self::Plan];

    /// The name in the catalogue and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
            Self::Fpga => "fpga",
            Self::Asic => "asic",
            Self::Plan => "plan",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == text);
        found.ok_or_else(|| format!("'{text}' is no kind of device (cpu, gpu, fpga, asic or plan)"))
    }
}

/// The process node in nanometres: a label that vendors give, not a length that anyone measured.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Node {
    /// As the vendor or the source says.
    Stated(f64),
    /// Sources disagree, or nobody verified it; written `5?` in the catalogue.
    Disputed(f64),
    /// Not disclosed, or a whole class of devices.
    Undisclosed,
}

impl Node {
    /// Nanometres, where any are given.
    pub const fn to_nanometres(self) -> Option<f64> {
        match self {
            Self::Stated(nm) | Self::Disputed(nm) => Some(nm),
            Self::Undisclosed => None,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stated(nm) => f.pad(&format!("{nm} nm")),
            Self::Disputed(nm) => f.pad(&format!("{nm} nm?")),
            Self::Undisclosed => f.pad("undisclosed"),
        }
    }
}

/// How good the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// The maker's own filing or manual, or several lists that agree.
    A,
    /// One good list or report.
    B,
    /// Second hand, claimed or announced.
    C,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        })
    }
}

/// A month of the calendar, `2018-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Year, four digits.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

impl Month {
    /// The middle of the month as a decimal year, for an axis.
    pub fn to_decimal_year(self) -> f64 {
        f64::from(self.year) + (f64::from(self.month) - 0.5) / 12.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year, self.month))
    }
}

impl FromStr for Month {
    type Err = String;
    /// `2018-10`, or `2018` for its January.
    fn from_str(text: &str) -> Result<Self, String> {
        let error = || format!("'{text}' is no month (write it like 2018-10)");
        let (year, month) = text.split_once('-').unwrap_or((text, "1"));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !(digits(year) && year.len() == 4 && digits(month) && month.len() <= 2) {
            return Err(error());
        }
        let parsed = Self { year: year.parse().map_err(|_| error())?, month: month.parse().map_err(|_| error())? };
        if (1..=12).contains(&parsed.month) { Ok(parsed) } else { Err(error()) }
    }
}

/// The id of the Antminer S9 of 13.5 TH/s, the rig that most of the network of 2018 was made of. Others are told
/// in multiples of it.
pub const S9: &str = "antminer-s9-13.5";

/// One row of the catalogue.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Device {
    /// A slug that stays: `antminer-s9-13.5`.
    pub id: String,
    /// Who made it; `(class)` for an anchor of a whole class.
    pub vendor: String,
    /// The name it was sold under.
    pub model: String,
    /// CPU, GPU, FPGA, ASIC or a mere plan.
    pub kind: Kind,
    /// The process node of its chips.
    pub node: Node,
    /// When it came out.
    pub released: Month,
    /// Hashes per second; unknown for the anchor of a class.
    pub rate: Option<HashRate>,
    /// Watts; unknown where the source gives none.
    pub power: Option<Power>,
    /// Joules per hash, watts over rate; unknown where watts are.
    pub efficiency: Option<Efficiency>,
    /// US dollars, at release where the note does not say otherwise.
    pub price: Option<Money>,
    /// Where the figures come from.
    pub source: String,
    /// How good that source is.
    pub tier: Tier,
    /// What else is to know.
    pub note: String,
}

/// The devices, in the order of the file; at least one, no id twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    rows: Vec<Device>,
}

impl Catalogue {
    /// The catalogue that ships with this version.
    pub fn built_in() -> Self {
        Self::from_csv(include_bytes!("catalogue.csv")).expect("a test loads the catalogue that ships")
    }

    /// Every device; no plans.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.rows.iter().filter(|row| row.kind != Kind::Plan)
    }

    /// Every row, announcements that never became a device included.
    pub fn rows(&self) -> &[Device] {
        &self.rows
    }

    /// The device (or plan) of that id.
    pub fn get(&self, id: &str) -> Option<&Device> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// The devices whose efficiency is known, the fewest joules per hash first.
    pub fn by_efficiency(&self) -> Vec<&Device> {
        let joules = |device: &&Device| device.efficiency.map_or(f64::INFINITY, Efficiency::to_joules_per_hash);
        let mut ranked: Vec<_> = self.devices().filter(|device| device.efficiency.is_some()).collect();
        ranked.sort_by(|a, b| joules(a).total_cmp(&joules(b)));
        ranked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_that_ships_has_132_devices_and_one_plan() {
        let catalogue = Catalogue::built_in();
        assert_eq!(catalogue.devices().count(), 132);
        assert_eq!(catalogue.rows().len(), 133);
        assert!(catalogue.devices().all(|device| device.id != "gmo-7nm-2017-plan"));
    }

    #[test]
    fn the_7_nm_b3_ranks_below_the_16_nm_s9() {
        let catalogue = Catalogue::built_in();
        let rank = |id: &str| catalogue.by_efficiency().iter().position(|device| device.id == id).unwrap();
        assert!(rank("gmo-b3") > rank("antminer-s9-13.5"));
        assert!(rank("gmo-b2") < rank("antminer-s9-13.5"));
        let nodes = |id: &str| catalogue.get(id).unwrap().node.to_nanometres();
        assert_eq!((nodes("gmo-b3"), nodes("antminer-s9-13.5")), (Some(7.0), Some(16.0)));
    }

    #[test]
    fn an_undisclosed_or_disputed_node_says_so() {
        let catalogue = Catalogue::built_in();
        let node = |id: &str| catalogue.get(id).unwrap().node.to_string();
        assert_eq!(node("antminer-s23"), "undisclosed");
        assert_eq!(node("antminer-s21-xp"), "3 nm?");
        assert_eq!(node("antminer-s9-13.5"), "16 nm");
    }

    #[test]
    fn months_are_months() {
        assert_eq!("2018-10".parse(), Ok(Month { year: 2018, month: 10 }));
        assert_eq!("2018".parse(), Ok(Month { year: 2018, month: 1 }));
        for bad in ["2018-13", "2018-00", "18-1", "2018-", "-2018", "2018-1x", "+201-1", ""] {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
        assert!((Month { year: 2018, month: 7 }.to_decimal_year() - 2_018.541_666).abs() < 1e-5);
    }
}
