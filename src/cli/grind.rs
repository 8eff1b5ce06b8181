//! `grind`: the contract of Bitcoin Core's `bitcoin-util grind`, on all cores.
//!
//! A header in hex as the argument, the solved header in hex on stdout; any failure is exit 1 with its text on
//! stderr. So the signet miner's `--grind-cmd "hashjoule grind"` works. One thing is better than asked: the
//! nonce found is always the lowest.

use super::{Exit, Outcome, Output};
use hashjoule::header::Header;
use hashjoule::scan::{Find, Hit, Placement, Scanner, Space, Watch, fastest};
use hashjoule::target::CompactTarget;
use std::fmt;

const EXAMPLES: &str = "\
Examples:
  hashjoule grind \"$HEADER\"                                   160 hex digits in, 160 out
  contrib/signet/miner ... --grind-cmd \"hashjoule grind\"      for Bitcoin Core's signet

Exit codes: 0 with the solved header on stdout; 1 with the reason on stderr, as bitcoin-util has it.";

/// What `grind` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The header, 160 hex digits; its nonce is not looked at
    #[arg(value_name = "HEX", allow_hyphen_values = true)]
    header: Vec<String>,
    /// When no nonce solves it, go on with the next second in the header's time
    #[arg(long)]
    roll_time: bool,
}

/// Why there is no solved header. The texts are Bitcoin Core's.
#[derive(Clone, Debug, PartialEq, Eq)]
enum GrindError {
    Arguments,
    Header(String),
    NotSatisfied,
    Machine(String),
}

impl fmt::Display for GrindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arguments => write!(f, "Must specify block header to grind"),
            Self::Header(why) => write!(f, "Could not decode block header: {why}"),
            Self::NotSatisfied => write!(f, "Could not satisfy difficulty target"),
            Self::Machine(why) => write!(f, "{why}"),
        }
    }
}

/// `hashjoule-grind/1`.
#[derive(serde::Serialize)]
struct Solved {
    schema: &'static str,
    header: String,
    nonce: u32,
    hash: String,
}

impl From<&Header> for Solved {
    fn from(header: &Header) -> Self {
        let (text, hash) = (hex::encode(header.to_bytes()), header.block_hash().to_string());
        Self { schema: "hashjoule-grind/1", header: text, nonce: header.nonce, hash }
    }
}

/// Runs `grind`.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    match grind(&args) {
        Ok(header) => {
            let header = Solved::from(&header);
            if output.is_json() {
                output.json(&header)?;
            } else {
                output.line(header.header)?;
            }
            Ok(Exit::Success)
        }
        Err(error) => {
            Output::problem(error);
            Ok(Exit::Negative)
        }
    }
}

fn grind(args: &Args) -> Result<Header, GrindError> {
    let [text] = &args.header[..] else { return Err(GrindError::Arguments) };
    let header = decode(text)?;
    // nBits that hold no target are a target that nothing satisfies, as for Bitcoin Core.
    let target = CompactTarget(header.bits).to_target().map_err(|_| GrindError::NotSatisfied)?;
    let kernel = fastest(false).first().map_or_else(hashjoule::kernel::Kernel::detect, |timing| timing.kernel);
    let scanner = Scanner::new(kernel, Placement::all()).map_err(|error| GrindError::Machine(error.to_string()))?;
    let mut header = header;
    loop {
        let space = Space::one_version(header, target);
        let report = scanner.scan(&space, Find::First, &Watch::default(), None);
        if let Some(Hit { header, .. }) = report.map_err(|error| GrindError::Machine(error.to_string()))?.hits.first() {
            return Ok(*header);
        }
        header.time = match header.time.checked_add(1) {
            Some(time) if args.roll_time => time,
            _ => return Err(GrindError::NotSatisfied),
        };
    }
}

fn decode(text: &str) -> Result<Header, GrindError> {
    let bytes = hex::decode(text).map_err(|error| GrindError::Header(error.to_string()))?;
    let found = bytes.len();
    let bytes: [u8; 80] =
        bytes.try_into().map_err(|_| GrindError::Header(format!("{found} bytes, a header has 80")))?;
    Ok(Header::from_bytes(&bytes))
}
