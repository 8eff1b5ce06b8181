//! The arguments of `bench`.

use hashjoule::bench::Metered;
use hashjoule::bench::record::Mode;
use hashjoule::bench::schedule::Amount;
use hashjoule::energy::Wish;
use hashjoule::units::{Power, parse::duration};
use std::path::PathBuf;
use std::time::Duration;

/// Seconds of each combination, unless `--time` says otherwise.
const DEFAULT_SECONDS: f64 = 0.7;

/// What `hashjoule bench` understands.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  hashjoule bench                                   every kernel, one thread and all, in a minute
  hashjoule bench --time 10s --threads 1            steadier figures
  hashjoule bench --watts 65W --record my.json      with the watts that you read off a meter
  hashjoule bench --meter-cmd 'plug --watts'        with a meter that a command reads
  hashjoule bench diff before.json after.json       exit code 1 when something became slower"
)]
pub struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) measure: Measure,
}

/// What is done with records.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Compare two records of one machine; exit code 1 when a kernel became slower
    Diff(DiffArgs),
    /// Put records of any machines next to each other
    Table(TableArgs),
}

/// What `bench diff` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hashjoule bench diff before.json after.json --threshold 3\n\n\
             Exit codes: 0 nothing became slower; 1 something did.")]
pub(super) struct DiffArgs {
    /// The record of before
    pub before: PathBuf,
    /// The record of after
    pub after: PathBuf,
    /// Call it a regression when the ratio to sha2 falls by more than so many per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0)]
    pub threshold: f64,
}

/// What `bench table` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hashjoule bench table laptop.json server.json")]
pub(super) struct TableArgs {
    /// The records
    #[arg(required = true)]
    pub records: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ModeName {
    OneVersion,
    Rolling,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Sweep {
    /// 1, 2, 3 ... threads, physical cores first
    Threads,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Joules {
    /// The fastest combination
    Fastest,
    /// Every combination
    All,
}

/// How to measure.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Measure {
    /// Kernels to measure, separated by commas; naive and bitcoin-hashes are rungs to compare with
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub kernels: Vec<String>,
    /// Modes to measure
    #[arg(long, value_name = "MODES", value_delimiter = ',', value_enum)]
    pub modes: Vec<ModeName>,
    /// Numbers of threads, separated by commas; all is one for each CPU [default: 1,all]
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',')]
    pub threads: Vec<String>,
    /// Time for each combination of kernel, mode and threads [default: 0.7s, all within a minute]
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with = "hashes")]
    pub time: Option<Duration>,
    /// Hashes for each combination, instead of a time
    #[arg(long, value_name = "N")]
    pub hashes: Option<u64>,
    /// Measure how the fastest kernel scales
    #[arg(long, value_name = "WHAT", value_enum, conflicts_with = "threads")]
    pub sweep: Option<Sweep>,
    /// Show what each trick saves, counted and timed
    #[arg(long, conflicts_with_all = ["sweep", "record", "watts", "meter_cmd"])]
    pub ablate: bool,
    /// Let the operating system move the threads
    #[arg(long)]
    pub no_pin: bool,
    /// Seed of the order of the rounds and of the intervals
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Write the record to this file, as it grows
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    pub record: Option<PathBuf>,
    /// Call the machine this in the record; nothing else in it is yours
    #[arg(long, value_name = "TEXT", help_heading = "Result")]
    pub label: Option<String>,
    /// Do not print warnings (the record keeps them)
    #[arg(long, help_heading = "Result")]
    pub no_warn: bool,

    /// Declare the watts that the machine draws with the most threads of this run
    #[arg(long, value_name = "WATTS", help_heading = "Energy", conflicts_with = "meter_cmd")]
    pub watts: Option<Power>,
    /// Ask this command for the watts or the joules of the whole machine
    #[arg(long, value_name = "CMD", help_heading = "Energy")]
    pub meter_cmd: Option<String>,
    /// Ask the command so often
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1s", help_heading = "Energy")]
    pub meter_every: Duration,
    /// Measure the idle power so long, before and after; 0 leaves it out
    #[arg(long, value_name = "TIME", value_parser = idle, default_value = "3s", help_heading = "Energy")]
    pub idle: Duration,
    /// Length of a window that gives joules
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "10s", help_heading = "Energy")]
    pub window: Duration,
    /// Windows of each combination
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..1000), default_value_t = 3, help_heading = "Energy")]
    pub windows: u32,
    /// Which combinations are metered
    #[arg(long, value_name = "WHICH", value_enum, default_value = "fastest", help_heading = "Energy")]
    pub joules: Joules,
}

fn idle(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0s") { Ok(Duration::ZERO) } else { duration(text).map_err(|error| error.to_string()) }
}

impl Measure {
    pub fn wish(&self) -> Wish {
        Wish { watts: self.watts, command: self.meter_cmd.clone(), every: self.meter_every }
    }

    pub fn seconds(&self) -> f64 {
        self.time.map_or(DEFAULT_SECONDS, |time| time.as_secs_f64())
    }

    pub fn amount(&self) -> Amount {
        self.hashes.map_or(Amount::Seconds(self.seconds()), Amount::Hashes)
    }

    /// Whether the promise of a minute holds: nobody asked for a certain amount.
    pub fn is_default_amount(&self) -> bool {
        self.time.is_none() && self.hashes.is_none()
    }

    pub fn metered(&self) -> Metered {
        match self.joules {
            Joules::Fastest => Metered::Fastest,
            Joules::All => Metered::All,
        }
    }

    pub fn modes(&self) -> Vec<Mode> {
        let mode = |name: &ModeName| match name {
            ModeName::OneVersion => Mode::OneVersion,
            ModeName::Rolling => Mode::Rolling,
        };
        if self.modes.is_empty() {
            vec![Mode::OneVersion, Mode::Rolling]
        } else {
            self.modes.iter().map(mode).collect()
        }
    }

    /// The command line for the record, written anew: without paths, and of the meter only the program's name.
    pub fn command_line(&self) -> String {
        let mut line = "hashjoule bench".to_owned();
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                line += &format!(" --{name} {value}");
            }
        };
        let list = |names: Vec<String>| (!names.is_empty()).then(|| names.join(","));
        add("kernels", list(self.kernels.clone()));
        add("modes", list(self.modes().iter().map(Mode::to_string).collect()).filter(|_| !self.modes.is_empty()));
        add("threads", list(self.threads.clone()));
        add("time", self.time.map(|time| format!("{}s", time.as_secs_f64())));
        add("hashes", self.hashes.map(|n| n.to_string()));
        add("sweep", self.sweep.map(|_| "threads".to_owned()));
        add("seed", Some(self.seed.to_string()));
        add("watts", self.watts.map(|watts| format!("{}W", watts.to_watts())));
        add("meter-cmd", self.meter_cmd.as_deref().map(program));
        add("idle", Some(format!("{}s", self.idle.as_secs_f64())));
        add("window", Some(format!("{}s", self.window.as_secs_f64())));
        add("windows", Some(self.windows.to_string()));
        line + if self.no_pin { " --no-pin" } else { "" }
    }
}

/// The program's name without its folder and its arguments, which may hold addresses and secrets.
fn program(command: &str) -> String {
    let word = command.split_whitespace().next().unwrap_or_default();
    format!("'{} ...'", word.rsplit('/').next().unwrap_or(word))
}
