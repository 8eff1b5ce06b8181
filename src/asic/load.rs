//! From CSV to checked devices. A row that cannot be true is refused with its line.

use super::{Catalogue, Device, Kind, Month, Node, Tier};
use crate::units::{Efficiency, HashRate, Money, Power};
use serde::Deserialize;
use std::collections::HashSet;
use std::ops::RangeInclusive;

/// A catalogue that was refused: which line, and why.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
#[non_exhaustive]
pub struct CatalogueError {
    /// Line of the file, from 1; the header is line 1.
    pub line: u64,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong with a catalogue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Not CSV, a column missing, a row of another length, or not UTF-8.
    #[error("{0}")]
    Csv(String),
    /// No rows.
    #[error("no device at all")]
    Empty,
    /// A column that must not be empty.
    #[error("column {0} must not be empty")]
    Missing(&'static str),
    /// A field that is not what its column wants.
    #[error("column {column}: '{value}' is no {wanted}")]
    Field {
        /// The column's name.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What should.
        wanted: String,
    },
    /// An id that an earlier row has.
    #[error("the id '{0}' was used before")]
    Twice(String),
    /// Neither a rate nor an efficiency: nothing to compare with.
    #[error("neither hashrate_hs nor efficiency_j_per_th is given")]
    Nothing,
    /// Watts over rate is not the efficiency beside it.
    #[error("efficiency_j_per_th is {stated}, but {watts} W over {rate} H/s is {computed:.6} J/TH")]
    Inconsistent {
        /// J/TH in the row.
        stated: f64,
        /// Watts in the row.
        watts: f64,
        /// Hashes per second in the row.
        rate: f64,
        /// J/TH that follow.
        computed: f64,
    },
}

/// How far J/TH may be from watts over rate: they are rounded when published.
const ROUNDING: f64 = 0.005;

/// The columns, by name; the order is free and further columns are ignored.
#[derive(Deserialize)]
struct Row {
    id: String,
    vendor: String,
    model: String,
    kind: String,
    process_nm: String,
    released: String,
    hashrate_hs: String,
    power_w: String,
    efficiency_j_per_th: String,
    #[serde(alias = "price_usd_at_release")]
    price_usd: String,
    source: String,
    tier: String,
    note: String,
}

impl Catalogue {
    /// Reads and checks a catalogue: the columns of the one that ships, in any order.
    ///
    /// # Errors
    /// The first bad row, with its line.
    pub fn from_csv(bytes: &[u8]) -> Result<Self, CatalogueError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let headers = reader.byte_headers().map_err(|error| from_csv_error(&error))?.clone();
        let (mut rows, mut ids) = (Vec::new(), HashSet::new());
        for record in reader.byte_records() {
            let record = record.map_err(|error| from_csv_error(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            let at = |problem| CatalogueError { line, problem };
            let row: Row = record.deserialize(Some(&headers)).map_err(|error| at(Problem::Csv(why(&error))))?;
            let device = row.check().map_err(at)?;
            if !ids.insert(device.id.clone()) {
                return Err(at(Problem::Twice(device.id)));
            }
            rows.push(device);
        }
        if rows.is_empty() { Err(CatalogueError { line: 1, problem: Problem::Empty }) } else { Ok(Self { rows }) }
    }
}

fn from_csv_error(error: &csv::Error) -> CatalogueError {
    CatalogueError { line: error.position().map_or(1, csv::Position::line), problem: Problem::Csv(why(error)) }
}

/// The reason without the position, which [`CatalogueError`] gives in one way for all.
fn why(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} fields, but the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "not UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

impl Row {
    fn check(self) -> Result<Device, Problem> {
        let watts = number("power_w", &self.power_w, 0.01..=1e7)?;
        let rate = number("hashrate_hs", &self.hashrate_hs, 1.0..=1e18)?;
        let stated = number("efficiency_j_per_th", &self.efficiency_j_per_th, 1e-3..=1e12)?;
        Ok(Device {
            id: slug(self.id)?,
            vendor: text("vendor", self.vendor)?,
            model: text("model", self.model)?,
            kind: parsed("kind", &self.kind)?,
            node: node(&self.process_nm)?,
            released: released(&self.released)?,
            rate: rate.map(HashRate::from_hashes_per_second),
            power: watts.map(Power::from_watts),
            efficiency: efficiency(stated, watts, rate)?,
            price: number("price_usd", &self.price_usd, 0.01..=1e9)?.map(Money::from_usd),
            source: text("source", self.source)?,
            tier: tier(&self.tier)?,
            note: plain("note", self.note)?,
        })
    }
}

/// Stated, computed, or unknown; the two must agree.
fn efficiency(stated: Option<f64>, watts: Option<f64>, rate: Option<f64>) -> Result<Option<Efficiency>, Problem> {
    let computed = watts.zip(rate).map(|(watts, rate)| watts / rate * 1e12);
    if let (Some(stated), Some(watts), Some(rate), Some(computed)) = (stated, watts, rate, computed)
        && (stated / computed - 1.0).abs() > ROUNDING
    {
        return Err(Problem::Inconsistent { stated, watts, rate, computed });
    }
    if stated.is_none() && rate.is_none() {
        return Err(Problem::Nothing);
    }
    Ok(computed.or(stated).map(Efficiency::from_joules_per_terahash))
}

fn field(column: &'static str, value: &str, wanted: impl Into<String>) -> Problem {
    Problem::Field { column, value: value.escape_debug().to_string(), wanted: wanted.into() }
}

/// Text without control characters: it goes to terminals.
fn plain(column: &'static str, value: String) -> Result<String, Problem> {
    let bad = value.chars().any(char::is_control);
    if bad { Err(field(column, &value, "plain text of one line")) } else { Ok(value) }
}

fn text(column: &'static str, value: String) -> Result<String, Problem> {
    if value.is_empty() { Err(Problem::Missing(column)) } else { plain(column, value) }
}

fn slug(value: String) -> Result<String, Problem> {
    let value = text("id", value)?;
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    if value.bytes().all(good) { Ok(value) } else { Err(field("id", &value, "id of a-z, 0-9, - and .")) }
}

fn number(column: &'static str, value: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, Problem> {
    if value.is_empty() {
        return Ok(None);
    }
    let found: Option<f64> = value.parse().ok().filter(|x| range.contains(x));
    let wanted = || format!("number from {:e} to {:e}", range.start(), range.end());
    found.map(Some).ok_or_else(|| field(column, value, wanted()))
}

fn parsed(column: &'static str, value: &str) -> Result<Kind, Problem> {
    value.parse().map_err(|_| field(column, value, "kind (cpu, gpu, fpga, asic or plan)"))
}

fn node(value: &str) -> Result<Node, Problem> {
    let (digits, disputed) = value.strip_suffix('?').map_or((value, false), |digits| (digits, true));
    Ok(match (number("process_nm", digits, 0.1..=10_000.0)?, disputed) {
        (Some(nm), false) => Node::Stated(nm),
        (Some(nm), true) => Node::Disputed(nm),
        (None, false) => Node::Undisclosed,
        (None, true) => return Err(field("process_nm", value, "node in nanometres (7, 5? or nothing)")),
    })
}

fn released(value: &str) -> Result<Month, Problem> {
    let month: Option<Month> = value.parse().ok().filter(|_| value.len() == "2018-10".len());
    month.filter(|m| (1990..=2100).contains(&m.year)).ok_or_else(|| field("released", value, "month like 2018-10"))
}

fn tier(value: &str) -> Result<Tier, Problem> {
    match value {
        "A" => Ok(Tier::A),
        "B" => Ok(Tier::B),
        "C" => Ok(Tier::C),
        _ => Err(field("tier", value, "tier (A, B or C)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "id,vendor,model,kind,process_nm,released,hashrate_hs,power_w,efficiency_j_per_th,price_usd,\
                          source,tier,note\n";
    const GOOD: &str = "s9,Bitmain,S9,asic,16,2016-06,13.5e12,1323,98,2400,a list,A,\n";

    fn load(rows: &str) -> Result<Catalogue, String> {
        Catalogue::from_csv(format!("{HEADER}{rows}").as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_good_row_keeps_its_units() {
        let catalogue = load(GOOD).unwrap();
        let s9 = catalogue.get("s9").unwrap();
        assert_eq!(s9.rate.unwrap().to_hashes_per_second(), 13.5e12);
        assert_eq!(s9.power.unwrap().to_watts(), 1323.0);
        assert!((s9.efficiency.unwrap().to_joules_per_terahash() - 98.0).abs() < 1e-9);
        assert_eq!(s9.price.unwrap().to_usd(), 2400.0);
        assert_eq!(s9.tier, Tier::A);
    }

    #[test]
    fn empty_fields_that_may_be_empty() {
        let catalogue = load("a,V,M,cpu,,2009-01,,,1e8,,src,B,\nb,V,M,gpu,28?,2012-01,5e8,,,,src,C,n\n").unwrap();
        assert_eq!(catalogue.get("a").unwrap().rate, None);
        assert_eq!(catalogue.get("b").unwrap().efficiency, None);
        assert_eq!(catalogue.get("b").unwrap().node, Node::Disputed(28.0));
        let computed = load("c,V,M,asic,7,2019-01,1e12,50,,,src,A,\n").unwrap();
        assert_eq!(computed.get("c").unwrap().efficiency.unwrap().to_joules_per_terahash(), 50.0);
    }

    #[test]
    fn a_bad_row_names_its_line_and_what_is_wrong() {
        let cases = [
            (",V,M,asic,7,2019-01,1e12,50,50,,src,A,", "column id must not be empty"),
            ("A b,V,M,asic,7,2019-01,1e12,50,50,,src,A,", "column id: 'A b'"),
            ("s9,V,M,asic,7,2019-01,1e12,50,50,,src,A,", "the id 's9' was used before"),
            ("x,,M,asic,7,2019-01,1e12,50,50,,src,A,", "column vendor must not be empty"),
            ("x,V,M,toaster,7,2019-01,1e12,50,50,,src,A,", "column kind: 'toaster'"),
            ("x,V,M,asic,seven,2019-01,1e12,50,50,,src,A,", "column process_nm: 'seven'"),
            ("x,V,M,asic,?,2019-01,1e12,50,50,,src,A,", "column process_nm: '?'"),
            ("x,V,M,asic,7,2019-13,1e12,50,50,,src,A,", "column released: '2019-13'"),
            ("x,V,M,asic,7,2019,1e12,50,50,,src,A,", "column released: '2019'"),
            ("x,V,M,asic,7,2019-01,-1,50,50,,src,A,", "column hashrate_hs: '-1'"),
            ("x,V,M,asic,7,2019-01,NaN,50,50,,src,A,", "column hashrate_hs: 'NaN'"),
            ("x,V,M,asic,7,2019-01,1e12,-50,50,,src,A,", "column power_w: '-50'"),
            ("x,V,M,asic,7,2019-01,1e12,50,0,,src,A,", "column efficiency_j_per_th: '0'"),
            ("x,V,M,asic,7,2019-01,1e12,50,60,,src,A,", "efficiency_j_per_th is 60, but 50 W"),
            ("x,V,M,asic,7,2019-01,,50,,,src,A,", "neither hashrate_hs nor"),
            ("x,V,M,asic,7,2019-01,1e12,50,50,free,src,A,", "column price_usd: 'free'"),
            ("x,V,M,asic,7,2019-01,1e12,50,50,,,A,", "column source must not be empty"),
            ("x,V,M,asic,7,2019-01,1e12,50,50,,src,D,", "column tier: 'D'"),
            ("x,V,M,asic,7,2019-01,1e12,50,50,,src,A,\x1b[31m", "column note: '\\u{1b}[31m'"),
            ("x,V,M,asic,7,2019-01,1e12,50,50,,src", "11 fields, but the header has 13"),
        ];
        for (row, wanted) in cases {
            let error = load(&format!("{GOOD}{row}\n")).unwrap_err();
            assert!(error.starts_with("line 3: ") && error.contains(wanted), "{row}: {error}");
        }
    }

    #[test]
    fn the_file_as_a_whole() {
        assert!(load("").unwrap_err().contains("no device"));
        let no_source = "id,vendor,model\nx,V,M\n";
        assert!(Catalogue::from_csv(no_source.as_bytes()).unwrap_err().to_string().contains("missing field"));
        let not_text = [HEADER.as_bytes(), b"x,\xff,M,asic,7,2019-01,1e12,50,50,,src,A,\n"].concat();
        assert!(Catalogue::from_csv(&not_text).unwrap_err().to_string().starts_with("line 2: "));
        assert!(Catalogue::from_csv(b"").is_err());
    }
}
