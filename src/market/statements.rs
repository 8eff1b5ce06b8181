//! What companies and their staff said, who said it, and where it is written: `statements.csv`.

use super::table::{Row, Table, TableError};

const SHIPPED: &str = include_str!("statements.csv");

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Speaker {
    /// The company itself.
    Company,
    /// Its staff, or the press without naming a source.
    Staff,
    /// Nobody who must know: what is said does not decide the claim.
    Unknown,
}

/// Something said.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// The claim that it bears on.
    pub id: String,
    /// When.
    pub date: String,
    /// Who.
    pub by: Speaker,
    /// What, in our words.
    pub says: String,
    /// What it leaves open; empty when nothing.
    pub caveat: String,
    /// Where it is written.
    pub source: String,
}

/// The statements of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statements(Vec<Statement>);

impl Statements {
    /// The statements that ship.
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).expect("the shipped file is checked by a test")
    }

    /// Reads statements: CSV with the columns id, date, by (company, staff or unknown), says, caveat, source.
    ///
    /// # Errors
    /// Names line and column of what is wrong.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        Table::new(text)?.map(|row| statement(&row?)).collect::<Result<_, _>>().map(Self)
    }

    /// What was said on a claim.
    pub fn on(&self, id: &str) -> Option<&Statement> {
        self.0.iter().find(|statement| statement.id == id)
    }
}

fn statement(row: &Row) -> Result<Statement, TableError> {
    let speaker = |text: &str| match text {
        "company" => Some(Speaker::Company),
        "staff" => Some(Speaker::Staff),
        "unknown" => Some(Speaker::Unknown),
        _ => None,
    };
    // These texts go to terminals.
    let plain = |text: &str| (!text.chars().any(char::is_control)).then(|| text.to_owned());
    let text = |name| row.parse(name, "plain text of one line", plain);
    let filled =
        |name| row.parse(name, "text (it must not be empty)", |text| plain(text).filter(|text| !text.is_empty()));
    Ok(Statement {
        id: filled("id")?,
        date: filled("date")?,
        by: row.parse("by", "speaker (company, staff or unknown)", speaker)?,
        says: filled("says")?,
        caveat: text("caveat")?,
        source: filled("source")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_that_ship_can_be_read() {
        let statements = Statements::shipped();
        assert_eq!(statements.on("bitmain-layoffs").unwrap().by, Speaker::Staff);
        assert_eq!(statements.on("gmo-stops-making").unwrap().by, Speaker::Company);
        assert_eq!(statements.on("unheard-of"), None);
    }

    #[test]
    fn a_wrong_statement_names_its_place() {
        let error = Statements::parse("id,date,by,says,caveat,source\na,2018,rumour,x,,y\n").unwrap_err().to_string();
        assert_eq!(error, "line 2, column 3 (by): 'rumour' is no speaker (company, staff or unknown)");
        let error = Statements::parse("id,date,by,says,caveat,source\na,2018,staff,x\u{1b},,y\n").unwrap_err();
        assert!(error.to_string().starts_with("line 2, column 4 (says): 'x\\u{1b}'"), "{error}");
    }
}
