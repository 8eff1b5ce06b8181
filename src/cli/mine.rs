//! `hashjoule mine`: one header, its nonces, and if wanted its versions.

use super::engine::EngineArgs;
use super::input;
use super::progress::watched;
use super::signals::Signals;
use super::{Exit, Failure, Outcome, Output};
use crate::header::Header;
use crate::job::{BIP320_MASK, VersionMask};
use crate::kernel::NONCES;
use crate::scan::{Ended, Find, Hit, ScanReport, Scanner, Space, Watch};
use crate::target::{CompactTarget, Target};
use crate::units::grouped;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// What `hashjoule mine` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The header to search: 160 hex digits (or 152, without the nonce), @FILE, or - for stdin [default: genesis]
    #[arg(long, value_name = "HEX")]
    header: Option<String>,
    /// The target that the hash must not exceed: 64 hex digits, the most significant first
    #[arg(long, value_name = "HEX", conflicts_with = "bits")]
    target: Option<String>,
    /// The target as nBits, such as 1d00ffff [default: the header's own]
    #[arg(long, value_name = "HEX")]
    bits: Option<String>,
    /// The first nonce
    #[arg(long, value_name = "NONCE", default_value_t = 0)]
    from: u64,
    /// How many nonces [default: all that follow]
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Find every hit of the range, instead of ending at the first
    #[arg(long)]
    all: bool,
    /// Roll the version bits under this mask, by default those of BIP320
    #[arg(long, value_name = "MASK", num_args = 0..=1, require_equals = true, default_missing_value = "1fffe000")]
    roll_versions: Option<String>,
    /// End after so long, such as 30s, 5m or 1h
    #[arg(long, value_name = "TIME", value_parser = super::duration::parse)]
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

Ends with 0 when a hit was found, 1 when there is none.";

/// Searches one header.
///
/// # Errors
/// Input that is no header or no target, a range that has no nonces, a kernel or CPU that is not here.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    #[cfg(feature = "net")]
    if args.node.is_wanted() {
        let mask = args.roll_versions.as_deref().map_or(Ok(VersionMask(0)), version_mask)?;
        let scanner = args.engine.scanner(mask.0 != 0, output)?;
        return super::mine_node::run(&args.node, &args.session, scanner, mask, args.time, output);
    }
    #[cfg(feature = "net")]
    if args.pool.is_wanted() {
        let given = args.roll_versions.as_deref().map(version_mask).transpose()?;
        let mask = args.pool.mask(given);
        let scanner = args.engine.scanner(mask.0 != 0, output)?;
        return super::mine_pool::run(&args.pool, &args.session, scanner, mask, args.time, output);
    }
    let space = space(&args)?;
    let rolling = args.roll_versions.is_some();
    let scanner = args.engine.scanner(rolling, output)?;
    let watch = Arc::new(Watch::default());
    let on_signal = Arc::clone(&watch);
    let signals = Signals::listen(move || on_signal.stop())?;
    let find = if args.all { Find::All } else { Find::First };
    let report = watched(output, &watch, space.size(), || scanner.scan(&space, find, &watch, args.time))
        .map_err(|error| Failure::absent("wrong-hit", error).hint("run `hashjoule verify`; try another --kernel"))?;
    let document = Document::new(&space, &scanner, &report, signals.caught().is_some());
    print(&document, &report, &space, output)?;
    Ok(signals.or(if report.hits.is_empty() { Exit::Negative } else { Exit::Success }))
}

fn space(args: &Args) -> Result<Space, Failure> {
    let header = args.header.as_deref().map_or(Ok(Header::GENESIS), input::header_to_mine)?;
    let target = target(args, &header)?;
    let nonces = nonces(args.from, args.count)?;
    let space = match &args.roll_versions {
        None => Space::one_version(header, target),
        Some(mask) => Space::rolling(header, target, version_mask(mask)?),
    };
    Ok(Space { nonces, ..space })
}

fn target(args: &Args, header: &Header) -> Result<Target, Failure> {
    if let Some(hex) = &args.target {
        return target_in_hex(hex);
    }
    let bits = match &args.bits {
        Some(bits) => CompactTarget(word_in_hex("bits", bits, "nBits", "1d00ffff")?),
        None => CompactTarget(header.bits),
    };
    bits.to_target().map_err(|error| {
        let whose = if args.bits.is_some() { "--bits" } else { "the header's own" };
        Failure::usage("bits", format!("{error} ({whose})"))
            .hint("give --bits like 1d00ffff, or --target with 64 hex digits")
    })
}

fn target_in_hex(text: &str) -> Result<Target, Failure> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).map_err(|error| {
        Failure::usage("target", format!("'{text}' is no target: {error}"))
            .hint("give 64 hex digits, the most significant first, or nBits with --bits")
    })?;
    Ok(Target::from_be_bytes(bytes))
}

/// Eight hex digits or fewer, with or without 0x.
fn word_in_hex(code: &'static str, text: &str, what: &str, example: &str) -> Result<u32, Failure> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let plain = (1..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let word = plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten();
    word.ok_or_else(|| {
        Failure::usage(code, format!("'{text}' is no {what}"))
            .hint(format!("give at most eight hex digits, such as {example}"))
    })
}

fn version_mask(text: &str) -> Result<VersionMask, Failure> {
    let example = BIP320_MASK.to_string();
    word_in_hex("mask", text, "version mask", &example).map(VersionMask)
}

fn nonces(from: u64, count: Option<u64>) -> Result<std::ops::Range<u64>, Failure> {
    let end = count.map_or(Some(NONCES), |count| from.checked_add(count));
    match end {
        Some(end) if from < NONCES && end <= NONCES => Ok(from..end),
        _ => {
            let count = count.map_or(String::new(), |count| format!(" and --count {count}"));
            let message = format!("--from {from}{count} lead beyond the last nonce, 4294967295");
            Err(Failure::usage("range", message).hint("a nonce has 32 bits; what lies beyond needs another header"))
        }
    }
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

/// One sentence: what was found, how far, how fast, and if it ended early, why.
fn summary(document: &Document, report: &ScanReport, space: &Space) -> String {
    let found = match (document.hits.len(), report.ended) {
        (0, Ended::Exhausted) => "No hit: the range holds none".to_owned(),
        (0, _) => "No hit so far".to_owned(),
        (1, _) => "1 hit".to_owned(),
        (n, _) => format!("{n} hits"),
    };
    let why = match report.ended {
        Ended::Stopped => " (interrupted)",
        Ended::TimeUp => " (the time is up)",
        Ended::Found | Ended::Exhausted => "",
    };
    let best = report.best.filter(|_| document.hits.is_empty());
    let best = best.map_or(String::new(), |best| format!("\nbest     {}", best.hash));
    format!(
        "{found}{why}. {} of {} tried in {:.2} s: {} ({}, {}, {} threads).{best}",
        grouped(&report.hashes.to_string()),
        grouped(&space.size().to_string()),
        document.seconds,
        report.rate(),
        document.kernel,
        document.mode,
        document.threads
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_up_to_the_last_nonce_and_no_further() {
        assert_eq!(nonces(0, None).unwrap(), 0..NONCES);
        assert_eq!(nonces(0, Some(NONCES)).unwrap(), 0..NONCES);
        assert_eq!(nonces(NONCES - 1, Some(1)).unwrap(), NONCES - 1..NONCES);
        assert_eq!(nonces(5, Some(0)).unwrap(), 5..5);
        for (from, count) in [(NONCES, None), (NONCES - 1, Some(2)), (1, Some(u64::MAX)), (0, Some(NONCES + 1))] {
            assert!(nonces(from, count).is_err(), "{from} {count:?}");
        }
    }

    #[test]
    fn words_in_hex() {
        let word = |text| word_in_hex("bits", text, "nBits", "1d00ffff");
        assert_eq!(word("1d00ffff").unwrap(), 0x1d00_ffff);
        assert_eq!(word("0x20").unwrap(), 0x20);
        for bad in ["", "0x", "1d00ffff0", "1d00fffg", "+1d00fff", "-1"] {
            assert!(word(bad).is_err(), "{bad}");
        }
    }
}
