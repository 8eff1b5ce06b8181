//! The terms on the command line, and where those come from that were not given.

use crate::cli::Failure;
use hashjoule::market::constants::{ConstantsError, Figure, Quote};
use hashjoule::market::economics::subsidy_btc;
use hashjoule::market::overview::TROUGH;
use hashjoule::market::{Chain, Constants, Epoch, Terms};
use hashjoule::target::CompactTarget;
use hashjoule::units::{Money, PowerPrice};

/// Terms of mining. What is not given is that of the trough, 3 to 18 December 2018.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Terms (default: the epoch of 3 December 2018)")]
pub struct TermsArgs {
    /// Network difficulty
    #[arg(long, value_name = "N", group = "moment", allow_hyphen_values = true)]
    difficulty: Option<f64>,
    /// Network difficulty as nBits, such as 1731d97c
    #[arg(long, value_name = "HEX", group = "moment", allow_hyphen_values = true)]
    bits: Option<String>,
    /// Difficulty of the epoch that holds this height, or `newest`
    #[arg(long, value_name = "HEIGHT", group = "moment", allow_hyphen_values = true)]
    epoch: Option<String>,
    /// US dollars per BTC [default: as quoted for the epoch]
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    price: Option<Money>,
    /// BTC per block, fees included [default: as recorded for the epoch, otherwise its subsidy]
    #[arg(long, value_name = "BTC", allow_hyphen_values = true)]
    reward: Option<f64>,
    /// US dollars per kilowatt-hour
    #[arg(
        long,
        value_name = "USD/KWH",
        default_value = "0.05",
        env = "HASHJOULE_POWER_PRICE",
        allow_hyphen_values = true
    )]
    power_price: PowerPrice,
    /// Pool fee, such as 0.02 or 2%
    #[arg(long, value_name = "SHARE", default_value = "0", env = "HASHJOULE_FEE", value_parser = share, allow_hyphen_values = true)]
    fee: f64,
    /// Power of the site over power of the rigs
    #[arg(long, value_name = "RATIO", default_value = "1", env = "HASHJOULE_PUE", allow_hyphen_values = true)]
    pue: f64,
    /// Share of the time that the rigs run, such as 0.95 or 95%
    #[arg(long, value_name = "SHARE", default_value = "1", value_parser = share, allow_hyphen_values = true)]
    uptime: f64,
}

/// Terms, and where they come from.
pub struct Resolved {
    /// The terms.
    pub terms: Terms,
    /// The epoch they are of, when they are of one.
    pub epoch: Option<Epoch>,
    /// Who says so.
    pub price_source: String,
    /// Who says so.
    pub reward_source: String,
}

impl TermsArgs {
    /// Fills in what was not given, and checks it all.
    ///
    /// # Errors
    /// An epoch out of range, nBits that hold no target, a price that nobody quoted, terms that cannot be.
    pub fn resolve(&self, chain: &Chain, constants: &Constants) -> Result<Resolved, Failure> {
        let epoch = self.epoch(chain)?;
        let difficulty = match (epoch, &self.bits) {
            (Some(epoch), _) => epoch.difficulty(),
            (None, Some(hex)) => bits(hex)?.difficulty(),
            (None, None) => self.difficulty.unwrap_or(f64::NAN),
        };
        let (price, price_source) = self.price(chain, constants, epoch)?;
        let (reward_btc, reward_source) = self.reward(constants, epoch)?;
        let Self { power_price, fee, pue, uptime, .. } = *self;
        let terms = Terms { difficulty, reward_btc, price, power_price, fee, pue, uptime };
        terms.check().map_err(|error| Failure::usage("terms", error))?;
        Ok(Resolved { terms, epoch, price_source, reward_source })
    }

    /// The epoch that was asked for, by height or by nBits that it alone has; the trough when nothing was.
    fn epoch(&self, chain: &Chain) -> Result<Option<Epoch>, Failure> {
        if let Some(hex) = &self.bits {
            let bits = bits(hex)?;
            return Ok(chain.epochs().iter().rfind(|epoch| epoch.bits == bits).copied());
        }
        match (&self.epoch, self.difficulty) {
            (Some(text), _) => epoch(chain, text).map(Some),
            (None, Some(_)) => Ok(None),
            (None, None) => epoch(chain, &TROUGH.to_string()).map(Some),
        }
    }

    fn price(&self, chain: &Chain, constants: &Constants, epoch: Option<Epoch>) -> Result<(Money, String), Failure> {
        if let Some(price) = self.price {
            return Ok((price, "given".to_owned()));
        }
        let missing = |of: String| {
            Failure::usage("price", format!("no price is quoted for {of}"))
                .hint("give one: `--price 3466.71` is US dollars per BTC")
        };
        let Some(epoch) = epoch else { return Err(missing("a difficulty alone".to_owned())) };
        let quote = constants.quote_for(chain, &epoch);
        let found = quote.map(|Quote { price, source, .. }| (price, source));
        found.ok_or_else(|| missing(format!("the epoch of {} (height {})", epoch.date(), epoch.height)))
    }

    fn reward(&self, constants: &Constants, epoch: Option<Epoch>) -> Result<(f64, String), Failure> {
        if let Some(reward) = self.reward {
            return Ok((reward, "given".to_owned()));
        }
        let reward = |figure: &Figure| (figure.value, format!("{}, epoch of height {}", figure.source, figure.when));
        match epoch {
            Some(epoch) => Ok(constants
                .reward_for(epoch.height)
                .map_or_else(|| (subsidy_btc(epoch.height), "the subsidy alone".to_owned()), reward)),
            None => constants.get("mean_reward_trough_epoch").map(reward).map_err(missing_figure),
        }
    }
}

/// A figure that a command needs and the constants do not hold.
pub fn missing_figure(error: ConstantsError) -> Failure {
    Failure::content("constants", error)
}

fn epoch(chain: &Chain, text: &str) -> Result<Epoch, Failure> {
    let last = chain.newest().height;
    let failure = |message: String| {
        Failure::usage("epoch", message).hint(format!("heights 0 to {} are known, or say `newest`", last + 2015))
    };
    if text == "newest" {
        return Ok(*chain.newest());
    }
    let height = text.parse().map_err(|_| failure(format!("'{}' is no block height", text.escape_debug())))?;
    chain.at(height).copied().map_err(|error| failure(error.to_string()))
}

fn bits(hex: &str) -> Result<CompactTarget, Failure> {
    let bad = |why: String| Failure::usage("bits", why).hint("nBits are eight hex digits, such as 1731d97c");
    let digits = hex.strip_prefix("0x").unwrap_or(hex);
    let is_hex = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let bits = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex).map(CompactTarget);
    let bits = bits.ok_or_else(|| bad(format!("'{}' is no nBits", hex.escape_debug())))?;
    bits.to_target().map(|_| bits).map_err(|error| bad(error.to_string()))
}

/// 0.04 or 4%.
pub fn share(text: &str) -> Result<f64, String> {
    let (number, scale) = text.trim().strip_suffix('%').map_or((text.trim(), 1.0), |number| (number.trim(), 100.0));
    let value: Option<f64> = number.parse().ok().filter(|value: &f64| value.is_finite());
    value.map(|value| value / scale).ok_or_else(|| format!("'{text}' is no share (write it like 0.04 or 4%)"))
}
