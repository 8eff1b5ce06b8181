//! `mine --node`: solo mining against a full node through getblocktemplate.

use super::mining::{self, Goal, Hits, SessionArgs, Setup};
use super::{Failure, Outcome, Output};
use hashjoule::work::node::{
    Auth, Chain, Config, MAX_SCRIPT_SIG, NodeSource, PATIENCE, Payout, Rpc, payout_script, raw_payout_script,
};
use std::path::PathBuf;

/// Mining against a node.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Mining with a node (getblocktemplate)")]
pub struct NodeArgs {
    /// Mine blocks for this node, such as http://127.0.0.1:8332
    #[arg(long, value_name = "URL", env = "HASHJOULE_NODE", hide_env_values = true,
          conflicts_with_all = ["header", "target", "bits", "from", "count", "all"])]
    node: Option<String>,
    /// Pay the reward to this address; it is checked against the node's chain
    #[arg(long, value_name = "ADDRESS", requires = "node", conflicts_with = "payout_script")]
    address: Option<String>,
    /// Pay the reward to this output script, for chains with addresses of their own
    #[arg(long, value_name = "HEX", requires = "node")]
    payout_script: Option<String>,
    /// Refuse a node on another chain than this
    #[arg(long, value_name = "CHAIN", requires = "node", value_parser = ["main", "test", "testnet4", "signet", "regtest"])]
    network: Option<String>,
    /// The node's cookie file; without --cookie and --user, the one in ~/.bitcoin where there is one
    #[arg(long, value_name = "FILE", requires = "node", conflicts_with = "user", env = "HASHJOULE_COOKIE")]
    cookie: Option<PathBuf>,
    /// End after so many accepted blocks
    #[arg(long, value_name = "N", requires = "node", value_parser = clap::value_parser!(u64).range(1..))]
    blocks: Option<u64>,
    /// Text to leave in the coinbase for all to read
    #[arg(long, value_name = "TEXT", requires = "node", default_value = "")]
    coinbase_text: String,
}

impl NodeArgs {
    /// Whether a node was given.
    pub fn is_wanted(&self) -> bool {
        self.node.is_some()
    }
}

/// Mines against `args.node`, which is given.
///
/// # Errors
/// Wrong arguments, a node that cannot be used, a journal that cannot be kept.
pub fn run(args: &NodeArgs, setup: Setup<'_>, output: &mut Output) -> Outcome {
    let chain = args.network.as_deref().and_then(Chain::named);
    let url = node_url(args.node.as_deref().unwrap_or_default(), chain)?;
    let payout = payout(args, chain)?;
    let rpc = Rpc::new(url.clone(), auth(args, setup.args, chain)?);
    let text = coinbase_text(&args.coinbase_text)?;
    let goal = Goal { unit: "block", hits: Hits::EndTheWork, stop_after: args.blocks };
    let config = Config { rpc, payout, chain, text, version_mask: setup.mask.0, patience: PATIENCE };
    mining::mine(setup, goal, &url, output, |events| NodeSource::start(config, events))
}

/// A URL that nodes understand, without secrets: it goes into the journal and into messages.
pub(super) fn node_url(given: &str, chain: Option<Chain>) -> Result<String, Failure> {
    let refuse = |why: &str, hint: &str| Err(Failure::usage("node-url", format!("--node: {why}")).hint(hint));
    let rest = given.trim().strip_prefix("http://").unwrap_or(given.trim());
    if rest.contains('@') {
        let hint = "give them with --user and --password-file, or --cookie";
        return refuse("a user or password in the URL would show in logs and process lists", hint);
    }
    if let Some((scheme, _)) = rest.split_once("://") {
        return refuse(&format!("\"{scheme}\" is not spoken by nodes' RPC servers"), "use http://HOST:PORT");
    }
    let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    let is_clean = |text: &str| text.chars().all(|c| c.is_ascii_graphic());
    if host.is_empty() || !is_clean(host) || !is_clean(path) {
        return refuse(&format!("\"{given}\" is no URL"), "use http://HOST:PORT");
    }
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let port = if has_port { String::new() } else { format!(":{}", default_port(chain)) };
    Ok(format!("http://{host}{port}/{path}"))
}

/// Bitcoin Core's RPC ports (`chainparamsbase.cpp`).
fn default_port(chain: Option<Chain>) -> u16 {
    match chain {
        None | Some(Chain::Main) => 8332,
        Some(Chain::Test) => 18332,
        Some(Chain::Testnet4) => 48332,
        Some(Chain::Signet) => 38332,
        Some(Chain::Regtest) => 18443,
    }
}

/// An address of a chain that is named is checked before anything else happens; else the node says which chain it is.
fn payout(args: &NodeArgs, chain: Option<Chain>) -> Result<Payout, Failure> {
    let refuse = |error| Failure::usage("payout-address", error);
    match (&args.address, &args.payout_script) {
        (Some(address), _) => {
            if let Some(chain) = chain {
                payout_script(address, chain).map_err(refuse)?;
            }
            Ok(Payout::Address(address.clone()))
        }
        (None, Some(script)) => raw_payout_script(script).map(Payout::Script).map_err(refuse),
        (None, None) => Err(Failure::usage("payout", "--node needs to know whom to pay")
            .hint("give --address ADDRESS, or --payout-script HEX")),
    }
}

fn auth(args: &NodeArgs, session: &SessionArgs, chain: Option<Chain>) -> Result<Auth, Failure> {
    if let Some(path) = &args.cookie {
        return Ok(Auth::Cookie(path.clone()));
    }
    match (session.password()?, &session.user) {
        (Some(password), user) => Ok(Auth::Password(user.clone().unwrap_or_else(|| "hashjoule".to_owned()), password)),
        (None, Some(_)) => Err(Failure::usage("password", "--user needs a password")
            .hint("give --password-file FILE, or set HASHJOULE_PASSWORD")),
        (None, None) => Ok(default_cookie(chain).map_or(Auth::Nobody, Auth::Cookie)),
    }
}

/// Where Bitcoin Core leaves its cookie.
pub(super) fn default_cookie(chain: Option<Chain>) -> Option<PathBuf> {
    let folder = match chain {
        None | Some(Chain::Main) => "",
        Some(Chain::Test) => "testnet3",
        Some(other) => other.name(),
    };
    let cookie = PathBuf::from(std::env::var_os("HOME")?).join(".bitcoin").join(folder).join(".cookie");
    cookie.is_file().then_some(cookie)
}

fn coinbase_text(text: &str) -> Result<Vec<u8>, Failure> {
    // Exactly how much fits depends on the height; this is what can never fit.
    if text.len() > MAX_SCRIPT_SIG {
        return Err(Failure::usage("coinbase-text", format!("--coinbase-text is {} bytes long", text.len()))
            .hint("75 bytes fit at most, beside height and extranonce"));
    }
    Ok(text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_completed_and_keep_no_secret() {
        for (given, chain, url) in [
            ("http://127.0.0.1:18443", None, "http://127.0.0.1:18443/"),
            ("localhost", None, "http://localhost:8332/"),
            ("localhost/wallet/x", Some(Chain::Regtest), "http://localhost:18443/wallet/x"),
            (" http://[::1]:1/ ", None, "http://[::1]:1/"),
            ("http://[::1]", Some(Chain::Signet), "http://[::1]:38332/"),
            ("node", Some(Chain::Main), "http://node:8332/"),
            ("node", Some(Chain::Test), "http://node:18332/"),
            ("node", Some(Chain::Testnet4), "http://node:48332/"),
        ] {
            assert_eq!(node_url(given, chain).unwrap(), url);
        }
        for bad in ["", "http://", "https://localhost:1", "ftp://x", "a b", "http://host\u{7}"] {
            node_url(bad, None).unwrap_err();
        }
        let failure = node_url("http://me:hunter2@localhost", None).unwrap_err();
        assert!(!format!("{failure:?}").contains("hunter2"));
    }
}
