//! `hashjoule mine`: one header, its nonces, and if wanted its versions.

mod space;

use super::engine::EngineArgs;
use super::progress::watched;
use super::signals::Signals;
use super::{Exit, Failure, Outcome, Output};
use hashjoule::header::Header;
use hashjoule::scan::{Ended, Find, Hit, ScanReport, Scanner, Space, Watch, WrongHit};
use hashjoule::units::{counted, grouped, si};
use serde::Serialize;
use space::{refuse_too_many_hits, whole_number};
use std::sync::Arc;
use std::time::Duration;

/// What `hashjoule mine` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The header to search: 160 hex digits (or 152, without the nonce), @FILE, - for stdin, or a name such as
    /// block-125552 [default: genesis]
    #[arg(long, value_name = "HEX")]
    header: Option<String>,
    /// The target that the hash must not exceed: 64 hex digits, the most significant first
    #[arg(long, value_name = "HEX", conflicts_with = "bits")]
    target: Option<String>,
    /// The target as nBits, such as 1d00ffff [default: the header's own]
    #[arg(long, value_name = "HEX")]
    bits: Option<String>,
    /// The first nonce
    #[arg(long, value_name = "NONCE", default_value = "0", value_parser = whole_number, allow_negative_numbers = true)]
    from: u64,
    /// How many nonces [default: all that follow]
    #[arg(long, value_name = "N", value_parser = whole_number, allow_negative_numbers = true)]
    count: Option<u64>,
    /// Find every hit of the range, instead of ending at the first
    #[arg(long)]
    all: bool,
    /// Roll the version bits under this mask, by default those of BIP320
    #[arg(long, value_name = "MASK", num_args = 0..=1, require_equals = true, default_missing_value = "1fffe000")]
    roll_versions: Option<String>,
    /// End after so long, such as 30s, 5m or 1h
    #[arg(long, value_name = "TIME", value_parser = hashjoule::units::parse::duration, allow_hyphen_values = true)]
    time: Option<Duration>,
    #[command(flatten)]
    engine: EngineArgs,
    #[cfg(feature = "net")]
    #[command(flatten)]
    session: super::mining::SessionArgs,
    #[cfg(feature = "net")]
    #[command(flatten)]
    node: super::mine_node::NodeArgs,
    #[cfg(feature = "net")]
    #[command(flatten)]
    pool: super::mine_pool::PoolArgs,
}

const EXAMPLES: &str = "\
Examples:
  hashjoule mine                                 the genesis block, found again
  hashjoule mine --from 2083000000 --count 1000000
  hashjoule mine --bits 1f00ffff --roll-versions
  hashjoule mine --header @header.hex --json
  hashjoule mine --node http://127.0.0.1:8332 --cookie ~/.bitcoin/.cookie --address ADDRESS
  hashjoule mine --pool stratum+tcp://HOST:3333 --user NAME

Exit codes: 0 a hit was found; 1 there is none.";

/// Searches one header.
///
/// # Errors
/// Input that is no header or no target, a range that has no nonces, a kernel or CPU that is not here.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    #[cfg(feature = "net")]
    if args.node.is_wanted() || args.pool.is_wanted() {
        return with_a_server(&args, output);
    }
    let space = space::space(&args)?;
    let watch = Arc::new(Watch::default());
    let on_signal = Arc::clone(&watch);
    let signals = Signals::listen(move || on_signal.stop())?;
    let scanner = args.engine.scanner(args.roll_versions.is_some(), output)?;
    if args.all {
        refuse_too_many_hits(&space, args.time, scanner.placement().threads)?;
    }
    let find = if args.all { Find::All } else { Find::First };
    let search = || scanner.scan(&space, find, &watch, args.time).map_err(wrong_hit);
    let report = watched(output, &watch, space.size(), search)?;
    let document = Document::new(&space, &scanner, &report, signals.caught().is_some());
    print(&document, &report, &space, output)?;
    Ok(signals.or(if report.hits.is_empty() { Exit::Negative } else { Exit::Success }))
}

/// For a node, or else for a pool. A pool is asked for version bits unless told otherwise; a node's are rolled on demand.
#[cfg(feature = "net")]
fn with_a_server(args: &Args, output: &mut Output) -> Outcome {
    let given = args.roll_versions.as_deref().map(space::version_mask).transpose()?;
    let is_node = args.node.is_wanted();
    let mask = if is_node { given.unwrap_or(hashjoule::job::VersionMask(0)) } else { args.pool.mask(given) };
    let scanner = args.engine.scanner(mask.0 != 0, output)?;
    let setup = super::mining::Setup { args: &args.session, scanner, mask, time: args.time };
    if is_node {
        super::mine_node::run(&args.node, setup, output)
    } else {
        super::mine_pool::run(&args.pool, setup, output)
    }
}

fn wrong_hit(error: WrongHit) -> Failure {
    Failure::absent("wrong-hit", error).hint("run `hashjoule verify`; try another --kernel")
}

/// `hashjoule-mine/1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    hits: Vec<HitDocument>,
    target: String,
    hashes: u64,
    seconds: f64,
    hashes_per_second: f64,
    kernel: &'static str,
    mode: &'static str,
    threads: usize,
    best_hash: Option<String>,
    interrupted: bool,
}

#[derive(Serialize)]
struct HitDocument {
    nonce: u32,
    version: u32,
    hash: String,
    header: String,
}

impl From<&Hit> for HitDocument {
    fn from(hit: &Hit) -> Self {
        let Header { nonce, version, .. } = hit.header;
        Self { nonce, version, hash: hit.hash.to_string(), header: hex::encode(hit.header.to_bytes()) }
    }
}

impl Document {
    fn new(space: &Space, scanner: &Scanner, report: &ScanReport, interrupted: bool) -> Self {
        Self {
            schema: "hashjoule-mine/1",
            hits: report.hits.iter().map(HitDocument::from).collect(),
            target: space.target.to_string(),
            hashes: report.hashes,
            seconds: report.elapsed.as_secs_f64(),
            hashes_per_second: report.rate().to_hashes_per_second(),
            kernel: scanner.kernel().name(),
            mode: if space.versions.end - space.versions.start > 1 { "rolling" } else { "one-version" },
            threads: scanner.placement().threads,
            best_hash: report.best.map(|best| best.hash.to_string()),
            interrupted,
        }
    }
}

fn print(document: &Document, report: &ScanReport, space: &Space, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        return output.json(document);
    }
    for hit in &document.hits {
        output.line(format_args!("nonce    {} ({:08x})", hit.nonce, hit.nonce))?;
        if document.mode == "rolling" {
            output.line(format_args!("version  {:08x}", hit.version))?;
        }
        output.line(format_args!("hash     {}", hit.hash))?;
        output.line(format_args!("header   {}\n", hit.header))?;
    }
    output.note(summary(document, report, space));
    Ok(())
}

/// What was found, how far, how fast, and if it ended early, why.
fn summary(document: &Document, report: &ScanReport, space: &Space) -> String {
    let found = match (document.hits.len(), report.ended) {
        (0, Ended::Exhausted) => "No hit: the range holds none".to_owned(),
        (0, _) => "No hit so far".to_owned(),
        (hits, _) => counted(hits, "hit"),
    };
    let why = match report.ended {
        _ if document.interrupted => " (interrupted)",
        Ended::TimeUp => " (the time is up)",
        Ended::Stopped | Ended::Found | Ended::Exhausted => "",
    };
    let (tried, all) = (grouped(&report.hashes.to_string()), grouped(&space.size().to_string()));
    let seconds = si(document.seconds, "s");
    let speed = match report.elapsed < WORTH_A_RATE {
        true => format!("In {seconds}"),
        false => format!("{} over {seconds}", report.rate()),
    };
    let engine = format!("{}, {}, {}", document.kernel, document.mode, counted(document.threads, "thread"));
    let best = report.best.filter(|_| document.hits.is_empty());
    let best = best.map_or(String::new(), |best| format!("\nbest     {}", best.hash));
    format!("{found}{why}. {tried} of {all} hashes tried.\n{speed} ({engine}){best}")
}

/// In less, the threads have hardly begun: the quotient is no rate of this machine.
const WORTH_A_RATE: Duration = Duration::from_millis(50);
