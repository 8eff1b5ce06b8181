//! `market article`: the claims of December 2018, each with verdict, figures, formula and source.

use super::columns::wrapped;
use super::{SCHEMA, bad, catalogue, constants, fleet, text};
use crate::cli::chain::ChainArg;
use crate::cli::terms::PowerPriceArg;
use crate::cli::{Exit, Failure, Outcome, Output};
use hashjoule::market::Statements;
use hashjoule::market::article::{Claim, Evidence, SYMBOLS, Verdict, check, in_plain_words};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  hashjoule market article                      every claim
  hashjoule market article share-off doubling   those whose names begin so
  hashjoule market article --markdown           a table to publish
  hashjoule market article --fleet my.toml      the same claims, your fleet";

/// What `market article` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Only claims whose ids begin so
    #[arg(value_name = "CLAIM")]
    claims: Vec<String>,
    /// Print a Markdown table
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    #[command(flatten)]
    power_price: PowerPriceArg,
    #[command(flatten)]
    chain: ChainArg,
    /// A catalogue of your own
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// A fleet of your own
    #[arg(long, value_name = "FILE")]
    fleet: Option<PathBuf>,
    /// Prices and other figures of your own: CSV with name, value, unit, date_or_epoch, source, note
    #[arg(long, value_name = "FILE")]
    constants: Option<PathBuf>,
    /// Statements of your own: CSV with id, date, by, says, caveat, source
    #[arg(long, value_name = "FILE")]
    statements: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Files that cannot be read, a claim that is none.
pub fn run(args: &Args, output: &mut Output) -> Outcome {
    let evidence = args.evidence()?;
    let claims = args.choose(check(&evidence))?;
    if output.is_json() {
        output.json(&document(&claims, &evidence))?;
    } else if args.markdown {
        output.line(markdown(&claims))?;
    } else {
        output.line(table(&claims))?;
    }
    Ok(Exit::Success)
}

impl Args {
    fn evidence(&self) -> Result<Evidence, Failure> {
        Ok(Evidence {
            chain: self.chain.load()?,
            constants: constants(self.constants.as_ref())?,
            catalogue: catalogue(self.catalogue.as_ref())?,
            fleet: fleet(self.fleet.as_ref())?,
            statements: self.statements()?,
            power_price: self.power_price.power_price,
        })
    }

    fn statements(&self) -> Result<Statements, Failure> {
        let Some(path) = &self.statements else { return Ok(Statements::shipped()) };
        Statements::parse(&text(path)?).map_err(|error| bad("statements", path, error))
    }

    fn choose(&self, claims: Vec<Claim>) -> Result<Vec<Claim>, Failure> {
        let fits = |start: &String| claims.iter().any(|claim| claim.id.starts_with(start.as_str()));
        if let Some(unknown) = self.claims.iter().find(|start| !fits(start)) {
            let ids = claims.iter().map(|claim| claim.id).collect::<Vec<_>>().join(", ");
            return Err(Failure::usage("claim", format!("no claim begins with '{}'", unknown.escape_debug()))
                .hint(format!("there are {ids}")));
        }
        let wanted = |claim: &Claim| {
            self.claims.is_empty() || self.claims.iter().any(|start| claim.id.starts_with(start.as_str()))
        };
        Ok(claims.into_iter().filter(wanted).collect())
    }
}

const TITLE: &str = "An article of December 2018 on the slump of Bitcoin mining, claim by claim";

/// How many claims came to each verdict.
fn tally(claims: &[Claim]) -> String {
    let count = |verdict| claims.iter().filter(|claim| claim.verdict == verdict).count();
    let all = [Verdict::Holds, Verdict::HoldsWithCaveat, Verdict::NotShown, Verdict::Reported];
    all.map(|verdict| format!("{} {verdict}", count(verdict))).join(", ")
}

/// One block a claim, in 80 columns: the claim, its verdict with the caveat, then why, how and from where.
fn table(claims: &[Claim]) -> String {
    const WIDTH: usize = 80;
    const INDENT: &str = "          ";
    let mut lines = vec![TITLE.to_owned(), "=".repeat(WIDTH)];
    for (index, claim) in claims.iter().enumerate() {
        let verdict = claim.verdict.to_string().to_uppercase();
        let verdict = if claim.caveat.is_empty() { verdict } else { format!("{verdict}: {}", claim.caveat) };
        let title = wrapped(claim.claim, WIDTH - 5);
        lines.push(format!("{:>3}. {}", index + 1, title[0]));
        lines.extend(title[1..].iter().map(|line| format!("     {line}")));
        lines.extend(wrapped(&verdict, WIDTH - 5).iter().map(|line| format!("     {line}")));
        for (label, text) in [("why", claim.finding.as_str()), ("how", claim.formula), ("source", &claim.source)] {
            let parts = wrapped(text, WIDTH - INDENT.len() - 5);
            lines.push(format!("     {label:<10}{}", parts[0]));
            lines.extend(parts[1..].iter().map(|line| format!("     {INDENT}{line}")));
        }
        lines.push("-".repeat(WIDTH));
    }
    lines.push(tally(claims));
    for paragraph in [format!("Symbols: {SYMBOLS}"), in_plain_words(claims)] {
        lines.push(String::new());
        lines.extend(wrapped(&paragraph, WIDTH));
    }
    lines.join("\n")
}

fn markdown(claims: &[Claim]) -> String {
    // A backslash, a bar or a tag in foreign text must not break the table.
    let cell = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;");
    let row = |(index, claim): (usize, &Claim)| {
        let Claim { claim, verdict, finding, formula, source, caveat, .. } = claim;
        let caveat = if caveat.is_empty() { String::new() } else { format!(": {caveat}") };
        format!(
            "| {} | {} | **{verdict}**{caveat} | {} | {} | {} |",
            index + 1,
            cell(claim),
            cell(finding),
            cell(formula),
            cell(source)
        )
    };
    let head = format!("# {TITLE}\n\n| | claim | verdict | why | how | source |\n|---|---|---|---|---|---|");
    let rows = claims.iter().enumerate().map(row).collect::<Vec<_>>().join("\n");
    format!("{head}\n{rows}\n\n{}\n\nSymbols: {SYMBOLS}\n\n{}", tally(claims), in_plain_words(claims))
}

fn document(claims: &[Claim], evidence: &Evidence) -> Value {
    json!({
        "schema": SCHEMA,
        "power_price_usd_per_kwh": evidence.power_price.to_usd_per_kwh(),
        "fleet": { "name": evidence.fleet.name, "fitted": evidence.fleet.fitted, "provenance": evidence.fleet.provenance },
        "in_plain_words": in_plain_words(claims),
        "symbols": SYMBOLS,
        "claims": claims.iter().map(claim_document).collect::<Vec<_>>(),
    })
}

fn claim_document(claim: &Claim) -> Value {
    let figures: Map<String, Value> =
        claim.figures.iter().map(|number| (number.key.to_owned(), json!(number.value))).collect();
    json!({
        "id": claim.id,
        "claim": claim.claim,
        "verdict": claim.verdict.to_string(),
        "caveat": claim.caveat,
        "finding": claim.finding,
        "figures": figures,
        "formula": claim.formula,
        "source": claim.source,
    })
}
