//! What each trick of the kernels saves: the document of `bench --ablate --json`, read for a picture.

use crate::bench::record::Spread;
use serde::Deserialize;

/// The value of the key `schema`.
pub const SCHEMA: &str = "hashjoule-bench-ablate/1";

/// The tricks in their order; further keys are ignored.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Ablation {
    /// Always `hashjoule-bench-ablate/1`.
    pub schema: String,
    /// Operations of a hash without any trick.
    pub operations_without_tricks: f64,
    /// One for each trick, each on top of those before it.
    pub rows: Vec<Trick>,
    /// The run was ended before its plan.
    pub interrupted: bool,
}

/// One trick.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Trick {
    /// What is done.
    pub trick: String,
    /// Operations that it saves in each hash.
    pub operations_saved: f64,
    /// Operations of a hash that are left.
    pub operations_left: f64,
    /// For the last trick of a timed group: the group's name.
    pub timed_as: Option<String>,
    /// How many times as fast as before the group.
    pub times_as_fast: Option<Spread>,
}

/// Why a text is no such document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AblationError {
    /// No JSON, or not its shape.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// Another document.
    #[error("schema '{0}' is not 'hashjoule-bench-ablate/1'")]
    Schema(String),
    /// A count that cannot be.
    #[error("trick '{0}': operations are counts, zero or more, and never more than without tricks")]
    Figure(String),
    /// Nothing to draw.
    #[error("no tricks")]
    Empty,
}

impl Ablation {
    /// Reads and checks the document.
    ///
    /// # Errors
    /// When it is no JSON, another document, or holds counts that cannot be.
    pub fn from_json(text: &str) -> Result<Self, AblationError> {
        let ablation: Self = serde_json::from_str(text)?;
        if ablation.schema != SCHEMA {
            return Err(AblationError::Schema(ablation.schema.escape_debug().to_string()));
        }
        if ablation.rows.is_empty() {
            return Err(AblationError::Empty);
        }
        let counts = 0.0..=ablation.operations_without_tricks;
        match ablation.rows.iter().find(|row| !counts.contains(&row.operations_left)) {
            Some(row) => Err(AblationError::Figure(row.trick.escape_debug().to_string())),
            None => Ok(ablation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(schema: &str, left: &str) -> String {
        format!(
            r#"{{"schema":"{schema}","operations_without_tricks":100,"versions":4,"interrupted":false,"rows":[
            {{"trick":"midstate","operations_saved":30,"operations_left":{left},"timed_as":null,"times_as_fast":null}}]}}"#
        )
    }

    #[test]
    fn a_document_and_what_is_none() {
        assert_eq!(Ablation::from_json(&document(SCHEMA, "70")).unwrap().rows[0].operations_left, 70.0);
        let error = |text: &str| Ablation::from_json(text).unwrap_err().to_string();
        assert!(error(&document("hashjoule-bench/1", "70")).contains("hashjoule-bench/1"));
        assert!(error(&document(SCHEMA, "-1")).contains("'midstate'"));
        assert!(error(&document(SCHEMA, "101")).contains("'midstate'"));
        assert!(error(&document(SCHEMA, "70").replace("operations_left", "x")).contains("operations_left"));
        assert!(error("{").contains("EOF"));
    }
}
