//! CSV whose faults are told by line and column: the one reader of this module's data files.

use std::fmt::Display;
use std::str::FromStr;
use thiserror::Error;

/// A CSV file, its header read.
#[derive(Debug)]
pub struct Table<'a> {
    reader: csv::Reader<&'a [u8]>,
    headers: csv::StringRecord,
}

/// One row of a [`Table`].
#[derive(Debug)]
pub struct Row {
    headers: csv::StringRecord,
    record: csv::StringRecord,
    /// Line of the file, from 1.
    pub line: u64,
}

/// What is wrong with a CSV file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TableError {
    /// Not CSV, or a row of another length.
    #[error("line {line}: {message}")]
    Csv {
        /// Line of the file, from 1.
        line: u64,
        /// What the reader says.
        message: String,
    },
    /// A column is missing.
    #[error("line 1: no column '{wanted}' (found: {found})")]
    Column {
        /// The missing name.
        wanted: &'static str,
        /// The names that are there.
        found: String,
    },
    /// A field is not what its column holds.
    #[error("line {line}, column {column} ({name}): '{value}' is no {wanted}")]
    Field {
        /// Line of the file, from 1.
        line: u64,
        /// Column, from 1.
        column: usize,
        /// Name of the column.
        name: &'static str,
        /// The offending text.
        value: String,
        /// What it should be.
        wanted: String,
    },
}

impl<'a> Table<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// When it is not text.
    pub fn new(text: &'a str) -> Result<Self, TableError> {
        // Editors of a certain maker put a byte order mark before the first name.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = reader.headers().map_err(|error| csv_error(&error))?.clone();
        Ok(Self { reader, headers })
    }
}

impl Iterator for Table<'_> {
    type Item = Result<Row, TableError>;
    fn next(&mut self) -> Option<Self::Item> {
        let row = |record: csv::StringRecord| {
            let line = record.position().map_or(0, csv::Position::line);
            Row { headers: self.headers.clone(), record, line }
        };
        self.reader.records().next().map(|record| record.map(row).map_err(|error| csv_error(&error)))
    }
}

fn csv_error(error: &csv::Error) -> TableError {
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} fields where the header has {expected_len}")
        }
        _ => error.to_string(),
    };
    TableError::Csv { line: error.position().map_or(1, csv::Position::line), message }
}

impl Row {
    /// The text of a field.
    ///
    /// # Errors
    /// The column is missing.
    pub fn text(&self, name: &'static str) -> Result<&str, TableError> {
        self.column(name).map(|column| &self.record[column])
    }

    /// A field read by `parse`.
    ///
    /// # Errors
    /// The column is missing, or its text is not what is `wanted`.
    pub fn parse<T>(
        &self,
        name: &'static str,
        wanted: impl Display,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, TableError> {
        let text = self.text(name)?;
        parse(text).ok_or_else(|| self.fault(name, wanted))
    }

    /// A field of any type that reads itself.
    ///
    /// # Errors
    /// As [`Row::parse`].
    pub fn read<T: FromStr>(&self, name: &'static str, wanted: impl Display) -> Result<T, TableError> {
        self.parse(name, wanted, |text| text.parse().ok())
    }

    /// A finite number above zero.
    ///
    /// # Errors
    /// As [`Row::parse`].
    pub fn positive(&self, name: &'static str) -> Result<f64, TableError> {
        let number = |text: &str| text.parse().ok().filter(|x: &f64| x.is_finite() && *x > 0.0);
        self.parse(name, "number above zero", number)
    }

    /// The error that names this field.
    pub fn fault(&self, name: &'static str, wanted: impl Display) -> TableError {
        let column = self.headers.iter().position(|header| header == name).unwrap_or_default();
        let value = self.record.get(column).unwrap_or_default().escape_debug().to_string();
        TableError::Field { line: self.line, column: column + 1, name, value, wanted: wanted.to_string() }
    }

    /// Index of a column, from 0.
    pub(super) fn column(&self, wanted: &'static str) -> Result<usize, TableError> {
        let found = || self.headers.iter().collect::<Vec<_>>().join(", ").escape_debug().to_string();
        let column = self.headers.iter().position(|header| header == wanted);
        column.ok_or_else(|| TableError::Column { wanted, found: found() })
    }
}
