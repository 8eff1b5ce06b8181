//! A record for people: the table, the joules or why there are none, the warnings.

use crate::cli::{Failure, Output};
use comfy_table::{CellAlignment, Table, presets};
use hashjoule::bench::record::{Measured, Record, Spread};
use hashjoule::bench::{sources, summary};
use hashjoule::energy::{Boundary, Provenance};
use hashjoule::units::{Efficiency, HashRate, Power, si, significant};

/// A table without lines, its numbers on the right.
pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

pub(super) fn summary(record: &Record, output: &mut Output) -> Result<(), Failure> {
    if record.results.is_empty() {
        return output.line("Nothing was measured.");
    }
    output.line(rates(record))?;
    let confidence = record.method.confidence * 100.0;
    output.line(
        "rate: wall time, all threads. per CPU second: one thread while it runs. x sha2: over the sha2 crate from",
    )?;
    output.line(format_args!(
        "the midstate in the same rounds, {confidence:.0} % interval. The hits of every round were checked."
    ))?;
    output.line("")?;
    energy(record, output)?;
    if record.interrupted {
        output.line("")?;
        output.line("Interrupted: fewer rounds than planned.")?;
    }
    Ok(())
}

fn rates(record: &Record) -> Table {
    let has_joules = record.results.iter().any(|r| r.joules_per_hash.is_some());
    let mut header = vec!["kernel", "mode", "threads", "rate", "+/-", "per CPU second", "x sha2", "interval"];
    if has_joules {
        header.extend(["J/TH", "MH/J"]);
    }
    let mut table = table(&header);
    let mut results: Vec<&Measured> = record.results.iter().collect();
    results.sort_by(|a, b| {
        (a.threads, cpu_rate(a)).partial_cmp(&(b.threads, cpu_rate(b))).unwrap_or(std::cmp::Ordering::Equal)
    });
    table.add_rows(results.into_iter().map(|result| row(result, has_joules)));
    table
}

/// Hashes per CPU second, or by the wall where a record has no more.
pub(super) fn cpu_rate(result: &Measured) -> f64 {
    result.hashes_per_cpu_second.map_or(result.hashes_per_second.median / f64::from(result.threads), |s| s.median)
}

fn row(result: &Measured, has_joules: bool) -> Vec<String> {
    let rate = result.hashes_per_second;
    let mut row = vec![
        result.kernel.clone(),
        result.mode.to_string(),
        result.threads.to_string(),
        si(rate.median, "H/s"),
        format!("{:.1} %", rate.mad / rate.median * 100.0),
        si(cpu_rate(result), "H"),
    ];
    row.extend(ratio(result.ratio_to_sha2));
    if has_joules {
        let efficiency = result.joules_per_hash.map(|j| j.efficiency());
        let cell =
            |f: fn(&Efficiency) -> f64| efficiency.as_ref().map(f).map_or_else(String::new, |x| significant(x, 2));
        row.extend([cell(|e| e.to_joules_per_terahash()), cell(|e| e.to_megahashes_per_joule())]);
    }
    row
}

/// The ratio and its interval.
pub(super) fn ratio(ratio: Option<Spread>) -> [String; 2] {
    ratio.map_or_else(Default::default, |r| [format!("{:.2}", r.median), format!("{:.2} - {:.2}", r.low, r.high)])
}

fn energy(record: &Record, output: &mut Output) -> Result<(), Failure> {
    match &record.energy.meter {
        Some(_) => joules(record, output),
        None => no_joules(record, output),
    }
}

fn joules(record: &Record, output: &mut Output) -> Result<(), Failure> {
    let Some(meter) = &record.energy.meter else { return Ok(()) };
    let best = record.results.iter().filter(|r| r.joules_per_hash.is_some()).min_by(|a, b| {
        let joules = |r: &Measured| r.joules_per_hash.map_or(f64::INFINITY, |j| j.spread.median);
        joules(a).total_cmp(&joules(b))
    });
    let Some((result, gross)) = best.and_then(|r| Some((r, r.joules_per_hash?))) else {
        return output.line(format_args!("Energy: no window was finished ({}, {}).", meter.source, meter.detail));
    };
    let label = format!(
        "{}, {}, {} ({})",
        gross.labels.provenance,
        boundary(gross.labels.boundary),
        gross.labels.quality,
        meter.detail
    );
    let e = gross.efficiency();
    output.line(format_args!(
        "Energy, {}: {e} = {} MH/J gross; {label}",
        result.name(),
        significant(e.to_megahashes_per_joule(), 2)
    ))?;
    let totals =
        result.energy_windows.iter().fold((0.0, 0u64, 0.0), |t, w| (t.0 + w.joules, t.1 + w.hashes, t.2 + w.seconds));
    output.line(format_args!(
        "  {} and {} in {:.1} s, {} windows: {}",
        si(totals.0, "J"),
        si(totals.1 as f64, "hashes"),
        totals.2,
        result.energy_windows.len(),
        Power::from_watts(totals.0 / totals.2)
    ))?;
    if let (Some(net), Some(idle)) = (result.net_joules_per_hash, summary::idle_watts(&record.energy.idle)) {
        output.line(format_args!("  less the idle power of {}: {} net", Power::from_watts(idle), net.efficiency()))?;
    }
    if gross.labels.provenance == Provenance::Measured && gross.labels.boundary == Boundary::Package {
        output.line("  The package is less than the wall, where catalogues measure: a lower bound.")?;
    }
    Ok(())
}

/// The boundary in words.
pub(super) fn boundary(boundary: Boundary) -> &'static str {
    match boundary {
        Boundary::Package => "processor package",
        Boundary::System => "system",
        Boundary::Wall => "at the wall",
        Boundary::Declared => "as declared",
    }
}

fn no_joules(record: &Record, output: &mut Output) -> Result<(), Failure> {
    output.line("Energy: not measured here.")?;
    for line in sources::why_no_joules(&record.energy) {
        output.line(format_args!("  {line}"))?;
    }
    match record.fastest() {
        Some(fastest) => without_a_meter(fastest, output),
        None => Ok(()),
    }
}

/// What can be said of a rate alone.
fn without_a_meter(fastest: &Measured, output: &mut Output) -> Result<(), Failure> {
    let rate = fastest.rate();
    let at_one_watt = Power::from_watts(1.0) / rate;
    output.line(format_args!("What the rate alone says, {} ({rate}):", fastest.name()))?;
    let Some(s9) = s9() else {
        return output.line(format_args!("  if it drew 1 W, it would need {at_one_watt}."));
    };
    output.line(format_args!("  to equal an Antminer S9 ({s9}) it would have to draw {};", equal(s9, rate)))?;
    let factor = at_one_watt.to_joules_per_hash() / s9.to_joules_per_hash();
    output.line(format_args!(
        "  if it drew 1 W, it would need {at_one_watt}, still {} times an S9.",
        significant(factor, 2)
    ))
}

fn equal(device: Efficiency, rate: HashRate) -> Power {
    device * rate
}

#[cfg(feature = "market")]
fn s9() -> Option<Efficiency> {
    hashjoule::asic::Catalogue::built_in().get(hashjoule::asic::S9).and_then(|device| device.efficiency)
}

#[cfg(not(feature = "market"))]
fn s9() -> Option<Efficiency> {
    None
}

pub(super) fn warnings(record: &Record, output: &Output) {
    for warning in &record.warnings {
        output.note(format_args!("warning: {}\n  {}", warning.message, warning.advice));
    }
}
