//! The market: formulas, chain history, fleet and article, each against the figures of late 2018.

mod article;
mod breakeven;
mod chain;
mod economics;
mod fleet;
#[cfg(feature = "report")]
mod page;

use hashjoule::market::Terms;
use hashjoule::units::{Money, PowerPrice};

/// 3 to 18 December 2018, rounded as the checks are.
fn december() -> Terms {
    Terms {
        difficulty: 5_646_403_851_534.721,
        reward_btc: 12.683,
        price: Money::from_usd(3467.0),
        power_price: PowerPrice::from_usd_per_kwh(0.05),
        fee: 0.0,
        pue: 1.0,
        uptime: 1.0,
    }
}
mod published;
