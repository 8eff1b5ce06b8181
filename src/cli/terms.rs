//! The terms on the command line: one set of options for `compare`, `report` and `market`.

use super::Failure;
use hashjoule::market::terms::{DatedTerms, TermsRequest, TermsRequestError, When};
use hashjoule::market::{Chain, Constants};
use hashjoule::target::CompactTarget;
use hashjoule::units::{Money, PowerPrice, parse};

/// Difficulty, reward, price, power price, fee, PUE, uptime.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Terms (default: 3 to 18 December 2018)")]
pub struct TermsArgs {
    /// Network difficulty, such as 132.76T
    #[arg(long, value_name = "N", group = "when", value_parser = parse::difficulty, allow_hyphen_values = true)]
    difficulty: Option<f64>,
    /// Network difficulty as nBits, such as 1731d97c
    #[arg(long, value_name = "HEX", group = "when", value_parser = bits, allow_hyphen_values = true)]
    bits: Option<CompactTarget>,
    /// Difficulty and subsidy at this height, or `newest`
    #[arg(long, value_name = "HEIGHT", group = "when", value_parser = epoch, allow_hyphen_values = true)]
    epoch: Option<EpochArg>,
    /// The height whose subsidy is paid, with --difficulty or --bits
    #[arg(long, value_name = "HEIGHT", value_parser = height, conflicts_with = "epoch", requires = "when", allow_hyphen_values = true)]
    height: Option<u32>,
    /// US dollars per BTC [default: as quoted for the epoch]
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    price: Option<Money>,
    /// BTC per block, fees included [default: as recorded for the epoch, otherwise the subsidy]
    #[arg(long, value_name = "BTC", value_parser = parse::btc, allow_hyphen_values = true)]
    reward: Option<f64>,
    #[command(flatten)]
    power_price: PowerPriceArg,
    /// Pool fee, such as 2%
    #[arg(long, value_name = "SHARE", default_value = "0", env = "HASHJOULE_FEE", value_parser = parse::share, allow_hyphen_values = true)]
    fee: f64,
    /// Power of the site over power of the machines
    #[arg(long, value_name = "RATIO", default_value = "1", env = "HASHJOULE_PUE", value_parser = parse::ratio, allow_hyphen_values = true)]
    pue: f64,
    /// Share of the time that the machines run, such as 95%
    #[arg(long, value_name = "SHARE", default_value = "1", value_parser = parse::share, allow_hyphen_values = true)]
    uptime: f64,
}

/// What a kilowatt-hour costs.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct PowerPriceArg {
    /// US dollars per kilowatt-hour
    #[arg(
        long,
        value_name = "USD/KWH",
        default_value = "0.05",
        env = "HASHJOULE_POWER_PRICE",
        allow_hyphen_values = true
    )]
    pub power_price: PowerPrice,
}

#[derive(Clone, Copy, Debug)]
enum EpochArg {
    Height(u32),
    Newest,
}

impl TermsArgs {
    /// Whether the user named a difficulty.
    pub fn name_a_moment(&self) -> bool {
        self.epoch.is_some() || self.difficulty.is_some() || self.bits.is_some()
    }

    /// Fills in what was not given, and checks it all.
    ///
    /// # Errors
    /// An epoch out of range, a price that nobody quoted, a reward that does not follow, terms that cannot be.
    pub fn resolve(&self, chain: &Chain, constants: &Constants) -> Result<DatedTerms, Failure> {
        self.request().resolve(chain, constants).map_err(|error| failure(error, chain))
    }

    /// The same; where no price is quoted, that of December 2018 with a note.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve), the price left out.
    pub fn resolve_at_any_price(&self, chain: &Chain, constants: &Constants) -> Result<DatedTerms, Failure> {
        let mut dated = self.request().resolve_at_any_price(chain, constants).map_err(|error| failure(error, chain))?;
        dated.notes.iter_mut().for_each(|note| note.push_str(": give --price"));
        Ok(dated)
    }

    fn request(&self) -> TermsRequest {
        let mut request = TermsRequest {
            price: self.price,
            reward_btc: self.reward,
            power_price: self.power_price.power_price,
            fee: self.fee,
            pue: self.pue,
            uptime: self.uptime,
            ..TermsRequest::default()
        };
        request.when = match (self.epoch, self.bits, self.difficulty) {
            (Some(EpochArg::Newest), ..) => When::Newest,
            (Some(EpochArg::Height(height)), ..) => When::Height(height),
            (_, Some(bits), _) => When::Bits(bits, self.height),
            (_, _, Some(difficulty)) => When::Difficulty(difficulty, self.height),
            _ => request.when,
        };
        request
    }
}

fn failure(error: TermsRequestError, chain: &Chain) -> Failure {
    let reward = "say when: `--height 967680` is a block height; or `--reward 3.125`, BTC a block with fees";
    match &error {
        TermsRequestError::Chain(_) => {
            let last = chain.newest().height + 2015;
            Failure::usage("epoch", error).hint(format!("heights 0 to {last} are known, or say `newest`"))
        }
        TermsRequestError::Bits(_) => Failure::usage("bits", error).hint(BITS),
        TermsRequestError::NoPrice(_) => {
            Failure::usage("price", error).hint("give one: `--price 3466.71` is US dollars per BTC")
        }
        TermsRequestError::NoReward(_) | TermsRequestError::TwoRewards(..) => {
            Failure::usage("reward", error).hint(reward)
        }
        _ => Failure::usage("terms", error),
    }
}

const BITS: &str = "nBits are eight hex digits, such as 1731d97c";

fn bits(hex: &str) -> Result<CompactTarget, String> {
    let digits = hex.strip_prefix("0x").unwrap_or(hex);
    let is_hex = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let bits = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex).map(CompactTarget);
    bits.ok_or_else(|| format!("'{}' is not a valid nBits: {BITS}", hex.escape_debug()))
}

fn epoch(text: &str) -> Result<EpochArg, String> {
    match text.trim() {
        "newest" => Ok(EpochArg::Newest),
        text => height(text).map(EpochArg::Height).map_err(|error| format!("{error}, or say `newest`")),
    }
}

fn height(text: &str) -> Result<u32, String> {
    let height = parse::count(text).ok().and_then(|height| height.try_into().ok());
    height.ok_or_else(|| format!("'{}' is not a valid block height (write it like 552384)", text.escape_debug()))
}
