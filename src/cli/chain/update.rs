//! `chain update`: the epochs after those that are known, from the user's own node or from a file of headers.

use super::{ChainArg, date_and_age};
use crate::cli::mine_node::{default_cookie, node_url};
use crate::cli::result_file::ResultFile;
use crate::cli::{Exit, Failure, Outcome, Output};
use hashjoule::header::Header;
use hashjoule::market::Chain;
use hashjoule::market::chain::{BLOCKS_PER_EPOCH, EpochEnds};
use hashjoule::target::Target;
use hashjoule::work::Secret;
use hashjoule::work::node::{Auth, PATIENCE, Rpc, RpcError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  hashjoule chain update --node http://127.0.0.1:8332 -o chain.csv
  hashjoule chain update --headers headers.csv -o chain.csv    each line: height,header in hex
  HASHJOULE_CHAIN=chain.csv hashjoule compare --rate 40MH/s --epoch newest";

/// What `hashjoule chain` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Ask your node for newer epochs, check them, and write the CSV that --chain takes
    Update(UpdateArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct UpdateArgs {
    /// A full node of the main network, such as http://127.0.0.1:8332
    #[arg(long, value_name = "URL", env = "HASHJOULE_NODE", hide_env_values = true)]
    node: Option<String>,
    /// The first and last header of every epoch instead: lines of height,hex
    #[arg(long, value_name = "FILE", conflicts_with = "node")]
    headers: Option<PathBuf>,
    /// The node's cookie file; without it and --user, the one in ~/.bitcoin where there is one
    #[arg(long, value_name = "FILE", env = "HASHJOULE_COOKIE", conflicts_with = "user")]
    cookie: Option<PathBuf>,
    /// Name at the node; the password comes from the variable HASHJOULE_PASSWORD
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The file to write
    #[arg(short, long, value_name = "FILE", default_value = "hashjoule-chain.csv")]
    output: PathBuf,
    #[command(flatten)]
    chain: ChainArg,
}

/// Runs the command.
///
/// # Errors
/// A node that cannot be asked, or whose headers prove nothing; then nothing is written.
pub fn run(args: &Args, output: &mut Output) -> Outcome {
    let Command::Update(args) = &args.command;
    let known = args.chain.load()?;
    let file = ResultFile::open(&args.output)?;
    let ends = match (&args.node, &args.headers) {
        (_, Some(path)) => Headers::read(path)?.ends(known.update_from())?,
        (Some(url), None) => Node::new(args, url)?.ends(known.update_from(), output)?,
        (None, None) => {
            return Err(Failure::usage("node", "nobody to ask for headers")
                .hint("give --node http://127.0.0.1:8332, or --headers FILE"));
        }
    };
    let chain = known.updated(&ends, Target::DIFFICULTY_1).map_err(|error| {
        Failure::content("headers", error)
            .hint("nothing was written: ask a node of the main network that has caught up")
    })?;
    file.write(&chain.to_csv())?;
    report(args, &known, &chain, output)
}

fn report(args: &UpdateArgs, known: &Chain, chain: &Chain, output: &mut Output) -> Outcome {
    let newest = chain.newest();
    let new = chain.epochs().len() - known.epochs().len();
    if output.is_json() {
        output.json(&json!({
            "schema": "hashjoule-chain/1",
            "file": args.output.display().to_string(),
            "epochs": chain.epochs().len(),
            "new_epochs": new,
            "newest": { "height": newest.height, "date": newest.date().to_string(), "bits": newest.bits.to_string() },
        }))?;
    } else {
        output.line(format_args!(
            "{}: {} epochs, {new} of them new; the newest from {} (height {}).",
            args.output.display(),
            chain.epochs().len(),
            date_and_age(chain),
            newest.height
        ))?;
        output.note("give it to every command: --chain FILE, or set HASHJOULE_CHAIN");
    }
    Ok(Exit::Success)
}

/// Headers by height.
struct Headers(HashMap<u32, Header>);

impl Headers {
    fn read(path: &Path) -> Result<Self, Failure> {
        let bad = |what: String| {
            Failure::content("headers", format!("{}{what}", path.display()))
                .hint("each line is a height, a comma, and 160 hex digits")
        };
        let text = std::fs::read_to_string(path).map_err(|error| bad(format!(": {error}")))?;
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let parsed = |line: &str| {
            let (height, hex) = line.split_once(',')?;
            Some((height.trim().parse().ok()?, header(hex)?))
        };
        let mut found = HashMap::new();
        for (index, line) in lines {
            let (height, header) =
                parsed(line).ok_or_else(|| bad(format!(", line {}: not a height and a header", index + 1)))?;
            found.insert(height, header);
        }
        Ok(Self(found))
    }

    fn ends(&self, start: u32) -> Result<Vec<EpochEnds>, Failure> {
        let epochs = (start..).step_by(BLOCKS_PER_EPOCH as usize);
        let ends = epochs.map_while(|height| {
            let last = self.0.get(&(height + BLOCKS_PER_EPOCH - 1)).copied();
            self.0.get(&height).map(|first| EpochEnds { first: *first, last })
        });
        let ends: Vec<_> = ends.collect();
        if ends.is_empty() {
            return Err(Failure::content("headers", format!("the header of height {start} is missing"))
                .hint(format!("give those of heights {start}, {}, and so on", start + BLOCKS_PER_EPOCH - 1)));
        }
        Ok(ends)
    }
}

fn header(hex_digits: &str) -> Option<Header> {
    let mut bytes = [0; 80];
    hex::decode_to_slice(hex_digits.trim(), &mut bytes).ok()?;
    Some(Header::from_bytes(&bytes))
}

/// A full node.
struct Node(Rpc);

impl Node {
    fn new(args: &UpdateArgs, url: &str) -> Result<Self, Failure> {
        let password = std::env::var("HASHJOULE_PASSWORD").ok().filter(|password| !password.is_empty());
        let auth = match (&args.cookie, password) {
            (Some(path), _) => Auth::Cookie(path.clone()),
            (None, Some(password)) => {
                let user = args.user.clone().unwrap_or_else(|| "hashjoule".to_owned());
                Auth::Password(user, Secret::new(password))
            }
            (None, None) if args.user.is_some() => {
                return Err(Failure::usage("password", "--user needs a password").hint("set HASHJOULE_PASSWORD"));
            }
            (None, None) => default_cookie(None).map_or(Auth::Nobody, Auth::Cookie),
        };
        Ok(Self(Rpc::new(node_url(url, None)?, auth)))
    }

    fn ends(&self, start: u32, output: &mut Output) -> Result<Vec<EpochEnds>, Failure> {
        let tip: u32 = self.ask("getblockcount", &json!([]))?;
        if tip < start {
            return Err(Failure::outside("node", format!("the node's chain ends at height {tip}, before {start}"))
                .hint("wait until it has caught up; a node of the main network is needed"));
        }
        let mut ends = Vec::new();
        for height in (start..=tip).step_by(BLOCKS_PER_EPOCH as usize) {
            output.note(format!("asking for the epoch of height {height}"));
            let last = height + BLOCKS_PER_EPOCH - 1;
            let last = if last <= tip { Some(self.header(last)?) } else { None };
            ends.push(EpochEnds { first: self.header(height)?, last });
        }
        Ok(ends)
    }

    fn header(&self, height: u32) -> Result<Header, Failure> {
        let hash: String = self.ask("getblockhash", &json!([height]))?;
        let hex: String = self.ask("getblockheader", &json!([hash, false]))?;
        let found = header(&hex).filter(|header| header.block_hash().to_string() == hash);
        let wrong = || format!("the node's header of height {height} does not have the hash that the node gives it");
        found.ok_or_else(|| Failure::content("headers", wrong()).hint("nothing was written"))
    }

    fn ask<T: DeserializeOwned>(&self, method: &str, params: &Value) -> Result<T, Failure> {
        let failure = |error: RpcError| {
            let failure = Failure::outside(error.code(), &error);
            error.hint().into_iter().fold(failure, Failure::hint)
        };
        let empty = || Failure::outside("node", format!("the node has no answer to {method}"));
        self.0.call(method, params, PATIENCE).map_err(failure)?.ok_or_else(empty)
    }
}
