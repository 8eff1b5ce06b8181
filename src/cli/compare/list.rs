//! `compare --list`: the catalogue, filtered and sorted.

use crate::cli::{Exit, Outcome, Output};
use hashjoule::asic::{Catalogue, Device, Kind, Month};
use hashjoule::report::catalogue;
use hashjoule::units::{Efficiency, HashRate};

/// Filters and order of the list.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The catalogue itself")]
pub struct ListArgs {
    /// List the catalogue instead of comparing
    #[arg(long)]
    list: bool,
    /// As CSV, which `--catalogue` reads again
    #[arg(long, requires = "list", conflicts_with = "json")]
    csv: bool,
    /// Only cpu, gpu, fpga, asic or plan (announced, never built)
    #[arg(long, requires = "list", value_name = "KIND")]
    kind: Option<Kind>,
    /// Only this node in nanometres, or `undisclosed`
    #[arg(long, requires = "list", value_name = "NM")]
    node: Option<String>,
    /// Only what came out before this month, such as 2019 or 2018-12
    #[arg(long, requires = "list", value_name = "MONTH")]
    before: Option<Month>,
    /// Only what came out in this month or later
    #[arg(long, requires = "list", value_name = "MONTH")]
    after: Option<Month>,
    /// Only vendors whose name holds this text
    #[arg(long, requires = "list", value_name = "TEXT")]
    vendor: Option<String>,
    /// Order of the rows
    #[arg(long, requires = "list", value_enum, value_name = "COLUMN", default_value_t = Order::Released)]
    sort: Order,
}

/// Orders of the list; unknown values come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Order {
    /// The oldest first
    Released,
    /// The fewest joules per hash first
    Efficiency,
    /// The fastest first
    Rate,
    /// By vendor and model
    Name,
}

impl ListArgs {
    /// Whether `--list` was given.
    pub fn is_wanted(&self) -> bool {
        self.list
    }

    /// Without `--kind`, plans are left out: they are no devices.
    fn keeps(&self, device: &Device) -> bool {
        self.kind.map_or(device.kind != Kind::Plan, |kind| device.kind == kind)
            && self.node.as_deref().is_none_or(|node| has_node(device, node))
            && self.before.is_none_or(|month| device.released < month)
            && self.after.is_none_or(|month| device.released >= month)
            && self.vendor.as_deref().is_none_or(|text| device.vendor.to_lowercase().contains(&text.to_lowercase()))
    }
}

fn has_node(device: &Device, wanted: &str) -> bool {
    let wanted: Option<f64> = wanted.trim_end_matches("nm").trim().parse().ok();
    device.node.to_nanometres() == wanted
}

/// Prints the list.
pub fn run(args: &ListArgs, catalogue: &Catalogue, output: &mut Output) -> Outcome {
    let mut devices: Vec<&Device> = catalogue.rows().iter().filter(|device| args.keeps(device)).collect();
    sort(&mut devices, args.sort);
    if output.is_json() {
        output.json(&catalogue::document(&devices))?;
    } else if args.csv {
        output.line(catalogue::csv(&devices).trim_end())?;
    } else {
        output.line(catalogue::table(&devices))?;
    }
    Ok(if devices.is_empty() { Exit::Negative } else { Exit::Success })
}

fn sort(devices: &mut [&Device], order: Order) {
    let joules = |d: &Device| d.efficiency.map_or(f64::INFINITY, Efficiency::to_joules_per_hash);
    let rate = |d: &Device| d.rate.map_or(0.0, HashRate::to_hashes_per_second);
    match order {
        Order::Released => devices.sort_by_key(|device| device.released),
        Order::Efficiency => devices.sort_by(|a, b| joules(a).total_cmp(&joules(b))),
        Order::Rate => devices.sort_by(|a, b| rate(b).total_cmp(&rate(a))),
        Order::Name => devices.sort_by(|a, b| (&a.vendor, &a.model).cmp(&(&b.vendor, &b.model))),
    }
}
