//! `hashjoule info`: this CPU, and which kernels it can run and why not the others.

use super::{Exit, Failure, Outcome, Output};
use comfy_table::{Table, presets};
use hashjoule::bench::record::Cpu;
use hashjoule::kernel::{Kernel, Listing};
use hashjoule::scan::{Placement, Timing, fastest};
use hashjoule::units::si;
use serde::Serialize;
use std::path::Path;

/// What `hashjoule info` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  hashjoule info
  hashjoule info --measure    which kernel is fastest, in a tenth of a second
  hashjoule info --json")]
pub struct Args {
    /// Time each kernel for a few milliseconds in both modes
    #[arg(long)]
    measure: bool,
}

/// `hashjoule-info/1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    version: &'static str,
    cpu: Cpu,
    os: String,
    hypervisor: Option<String>,
    threads: usize,
    pinned_to_cpus: Option<Vec<usize>>,
    kernels: Vec<KernelDocument>,
    energy: Vec<EnergyDocument>,
}

/// A source of joules: what it would read, or why it cannot.
#[derive(Serialize)]
struct EnergyDocument {
    source: &'static str,
    available: bool,
    reason: String,
}

#[derive(Serialize)]
struct KernelDocument {
    name: &'static str,
    lanes: u32,
    available: bool,
    reason: String,
    default: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_version_hashes_per_second: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rolling_hashes_per_second: Option<f64>,
}

/// Shows the machine as the search sees it.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    let document = document(args.measure);
    if output.is_json() {
        output.json(&document)?;
    } else {
        print(&document, args.measure, output)?;
    }
    Ok(Exit::Success)
}

fn document(measure: bool) -> Document {
    let machine = hashjoule::bench::machine::read(Path::new("/"));
    let placement = Placement::all();
    let timings = if measure { [fastest(false), fastest(true)] } else { [Vec::new(), Vec::new()] };
    let kernels = Kernel::listing().map(|listing| kernel(&listing, &timings)).collect();
    Document {
        schema: "hashjoule-info/1",
        version: env!("CARGO_PKG_VERSION"),
        cpu: machine.cpu,
        os: machine.os,
        hypervisor: machine.hypervisor,
        threads: placement.threads,
        pinned_to_cpus: placement.cpus,
        kernels,
        energy: energy(),
    }
}

fn kernel(listing: &Listing, timings: &[Vec<Timing>; 2]) -> KernelDocument {
    let rate = |mode: usize| {
        let timing = timings[mode].iter().find(|timing| timing.kernel.name() == listing.name);
        timing.map(|timing| timing.rate.to_hashes_per_second())
    };
    let fastest = timings[0].first().map_or_else(Kernel::detect, |timing| timing.kernel);
    KernelDocument {
        name: listing.name,
        lanes: listing.lanes,
        available: listing.kernel.is_ok(),
        reason: listing.kernel.err().map_or(String::new(), |why| why.to_string()),
        default: listing.kernel == Ok(fastest),
        one_version_hashes_per_second: rate(0),
        rolling_hashes_per_second: rate(1),
    }
}

#[cfg(feature = "energy")]
fn energy() -> Vec<EnergyDocument> {
    let tried = hashjoule::energy::probe(Path::new("/")).tried;
    let document = |tried: hashjoule::energy::Tried| EnergyDocument {
        source: tried.source,
        available: tried.outcome.is_ok(),
        reason: tried.outcome.unwrap_or_else(|why| why.to_string()),
    };
    tried.into_iter().map(document).collect()
}

#[cfg(not(feature = "energy"))]
fn energy() -> Vec<EnergyDocument> {
    Vec::new()
}

fn print(document: &Document, measured: bool, output: &mut Output) -> Result<(), Failure> {
    output.line(format_args!("hashjoule {}\n", document.version))?;
    output.line(machine(document))?;
    output.line(kernels(document, measured))?;
    output.line("* the default")?;
    if !measured {
        output.note("Which one is fastest is a matter of measurement: hashjoule info --measure");
    }
    if !document.energy.is_empty() {
        output.line("\nSources of joules:")?;
        for source in &document.energy {
            let mark = if source.available { "yes" } else { "no " };
            output.line(format_args!("  {:<9} {mark}  {}", source.source, source.reason))?;
        }
    }
    Ok(())
}

fn machine(document: &Document) -> String {
    let cpu = &document.cpu;
    let number = |n: Option<u32>| n.map_or("?".to_owned(), |n| n.to_string());
    let pins = match &document.pinned_to_cpus {
        Some(cpus) => format!("pinned to CPUs {}", cpus.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
        None => "not pinned".to_owned(),
    };
    let guest = document
        .hypervisor
        .as_ref()
        .map_or(String::new(), |name| format!("\nguest of  {name}: clocks and rates are the host's to give"));
    format!(
        "CPU       {} ({}, family {}, model {}, stepping {})\nsystem    {}{guest}\nthreads   {}, {pins}\n",
        cpu.brand,
        cpu.vendor,
        number(cpu.family),
        number(cpu.model),
        number(cpu.stepping),
        document.os,
        document.threads
    )
}

fn kernels(document: &Document, measured: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let rates: &[&str] = if measured { &["one-version", "rolling"] } else { &[] };
    table.set_header(["kernel", "lanes", "here"].iter().chain(rates));
    for kernel in &document.kernels {
        let star = if kernel.default { " *" } else { "" };
        let here = if kernel.available { "yes".to_owned() } else { format!("no: {}", kernel.reason) };
        let mut row = vec![format!("{}{star}", kernel.name), kernel.lanes.to_string(), here];
        if measured {
            let rates = [kernel.one_version_hashes_per_second, kernel.rolling_hashes_per_second];
            row.extend(rates.map(|rate| rate.map_or("-".to_owned(), |rate| si(rate, "H/s"))));
        }
        table.add_row(row);
    }
    table
}
