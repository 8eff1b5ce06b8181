//! Single figures about the world, each with its source: `market_constants.csv`.
//!
//! Daily price series are not free to pass on under our licences, so none ships; single figures are facts that may
//! be quoted. [`super::prices`] reads the user's own series.

use super::table::{Row, Table, TableError};
use super::{Chain, Date, Epoch};
use crate::units::Money;
use thiserror::Error;

const SHIPPED: &str = include_str!("market_constants.csv");
const PRESS: &str = include_str!("price_points_press.csv");

/// A number about the world.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its slug.
    pub name: String,
    /// Above zero.
    pub value: f64,
    /// Its unit; 1 for a plain number.
    pub unit: String,
    /// The day, month or epoch (by height) that it holds for.
    pub when: String,
    /// Who published it.
    pub source: String,
    /// What else is to know.
    pub note: String,
}

/// The figures of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Constants(Vec<Figure>);

/// A quoted price of a bitcoin.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// US dollars per BTC.
    pub price: Money,
    /// What it holds for.
    pub scope: Scope,
    /// Who published it.
    pub source: String,
}

/// What a quoted price holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// The mean of the epoch that starts at this height.
    Epoch(u32),
    /// One day.
    Day(Date),
}

/// What is wrong with a file of figures, or missing in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConstantsError {
    /// The file.
    #[error("market constants, {0}")]
    Table(#[from] TableError),
    /// A name that an earlier row has.
    #[error("market constants, line {line}: '{name}' was given before")]
    Twice {
        /// Line of the file, from 1.
        line: u64,
        /// The name.
        name: String,
    },
    /// A figure that a question needs.
    #[error("market constants: no figure '{0}'")]
    Missing(&'static str),
}

impl Constants {
    /// The figures that ship.
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).expect("the shipped file is checked by a test")
    }

    /// Reads figures: CSV with the columns name, value, unit, `date_or_epoch`, source, note.
    ///
    /// # Errors
    /// Names line and column of what is wrong.
    pub fn parse(text: &str) -> Result<Self, ConstantsError> {
        let mut figures: Vec<Figure> = Vec::new();
        for row in Table::new(text)? {
            let row = row?;
            let found = figure(&row)?;
            if figures.iter().any(|earlier| earlier.name == found.name) {
                return Err(ConstantsError::Twice { line: row.line, name: found.name });
            }
            figures.push(found);
        }
        Ok(Self(figures))
    }

    /// All figures, in the order of the file.
    pub fn figures(&self) -> &[Figure] {
        &self.0
    }

    /// The figure of that name.
    ///
    /// # Errors
    /// There is none.
    pub fn get(&self, name: &'static str) -> Result<&Figure, ConstantsError> {
        self.0.iter().find(|figure| figure.name == name).ok_or(ConstantsError::Missing(name))
    }

    /// The value of that name.
    ///
    /// # Errors
    /// There is none.
    pub fn value(&self, name: &'static str) -> Result<f64, ConstantsError> {
        self.get(name).map(|figure| figure.value)
    }

    /// The recorded reward of the epoch that starts at this height, fees included, in BTC per block.
    pub fn reward_for(&self, height: u32) -> Option<&Figure> {
        self.0.iter().find(|figure| figure.unit == "BTC/block" && figure.when.parse() == Ok(height))
    }

    /// The prices among the figures, with those of the press; what stands in both is told once.
    pub fn quotes(&self) -> Vec<Quote> {
        let own = self.0.iter().filter(|figure| figure.unit == "USD/BTC").filter_map(quote);
        let mut quotes: Vec<_> = own.collect();
        for quote in press_quotes() {
            if !quotes.iter().any(|known| (known.scope, known.price) == (quote.scope, quote.price)) {
                quotes.push(quote);
            }
        }
        quotes
    }

    /// The quoted price of an epoch: its mean where that is given, otherwise a day's within it.
    pub fn quote_for(&self, chain: &Chain, epoch: &Epoch) -> Option<Quote> {
        let quotes = self.quotes();
        let of_epoch = |quote: &&Quote| quote.scope == Scope::Epoch(epoch.height);
        let of_day = |quote: &&Quote| match quote.scope {
            Scope::Day(day) => chain.on(day).is_some_and(|found| found == epoch),
            Scope::Epoch(_) => false,
        };
        quotes.iter().find(of_epoch).or_else(|| quotes.iter().find(of_day)).cloned()
    }
}

fn figure(row: &Row) -> Result<Figure, TableError> {
    let text = |name| row.text(name).map(str::to_owned);
    let filled = |name| row.parse(name, "text (it must not be empty)", |s| (!s.is_empty()).then(|| s.to_owned()));
    Ok(Figure {
        name: filled("name")?,
        value: row.positive("value")?,
        unit: text("unit")?,
        when: text("date_or_epoch")?,
        source: filled("source")?,
        note: text("note")?,
    })
}

/// A dated price; the article's own round figures have only a month and are no quotes.
fn quote(figure: &Figure) -> Option<Quote> {
    let height = figure.when.parse().ok().map(Scope::Epoch);
    let scope = height.or_else(|| figure.when.parse().ok().map(Scope::Day))?;
    // Someone's shutdown price is in dollars too, and no price at which anybody bought.
    let market = !figure.name.contains("shutdown");
    market.then(|| Quote { price: Money::from_usd(figure.value), scope, source: figure.source.clone() })
}

fn press_quotes() -> Vec<Quote> {
    let rows = Table::new(PRESS).expect("the shipped file is checked by a test");
    rows.map(|row| row.and_then(|row| press_quote(&row)).expect("the shipped file is checked by a test")).collect()
}

fn press_quote(row: &Row) -> Result<Quote, TableError> {
    let price = Money::from_usd(row.positive("price_usd")?);
    Ok(Quote { price, scope: Scope::Day(row.read("date", "date")?), source: row.text("source")?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_that_ship_can_be_read() {
        let constants = Constants::shipped();
        assert_eq!(constants.value("mean_price_trough_epoch"), Ok(3466.71));
        assert!(constants.figures().iter().all(|figure| !figure.source.is_empty()));
        assert_eq!(constants.value("absent"), Err(ConstantsError::Missing("absent")));
    }

    #[test]
    fn prices_are_told_once_and_found_by_epoch() {
        let (constants, chain) = (Constants::shipped(), Chain::shipped());
        let at = |height| constants.quote_for(&chain, chain.at(height).unwrap()).map(|quote| quote.price.to_usd());
        assert_eq!(at(552_384), Some(3466.71)); // the mean, not the low of 15 December or the quote of 4 December
        assert_eq!(at(550_368), Some(3620.0));
        assert_eq!(at(554_400), None);
        let quotes = constants.quotes();
        assert_eq!(quotes.iter().filter(|quote| quote.price.to_usd() == 3858.0).count(), 1);
        assert!(quotes.iter().all(|quote| quote.price.to_usd() != 8744.27 && quote.price.to_usd() != 4000.0));
    }

    #[test]
    fn wrong_figures_name_their_place() {
        const HEAD: &str = "name,value,unit,date_or_epoch,source,note\n";
        for (rows, message) in [
            ("a,-1,1,,s,\n", "market constants, line 2, column 2 (value): '-1' is no number above zero"),
            ("a,1,1,,,\n", "market constants, line 2, column 5 (source): '' is no text (it must not be empty)"),
            ("a,1,1,,s,\na,2,1,,s,\n", "market constants, line 3: 'a' was given before"),
            ("a,1,1\n", "market constants, line 2: 3 fields where the header has 6"),
        ] {
            assert_eq!(Constants::parse(&format!("{HEAD}{rows}")).unwrap_err().to_string(), message);
        }
    }
}
