//! A command line in words, as a shell would split it, and without a shell: no variables, no globs, no pipes.

use std::fmt;

/// A command line that cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordsError {
    /// There is no word.
    Empty,
    /// A quote is never closed.
    Open(char),
    /// It ends with a backslash.
    Backslash,
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the command is empty"),
            Self::Open(quote) => write!(f, "the command opens a {quote} that it does not close"),
            Self::Backslash => write!(f, "the command ends with a backslash"),
        }
    }
}

impl std::error::Error for WordsError {}

/// Splits at blanks; '...' and "..." hold words together, a backslash outside '...' takes the next character as it is.
///
/// # Errors
/// When there is no word, or a quote or backslash is left open.
pub fn split(command: &str) -> Result<Vec<String>, WordsError> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None | Some('"'), '\\') => {
                word.get_or_insert_default().push(chars.next().ok_or(WordsError::Backslash)?);
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    match quote {
        Some(quote) => Err(WordsError::Open(quote)),
        None if words.is_empty() => Err(WordsError::Empty),
        None => Ok(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
        let words = |text| split(text).unwrap();
        assert_eq!(words("  python3  a.py\t-x "), ["python3", "a.py", "-x"]);
        assert_eq!(words(r#"a 'b c' "d 'e'" f\ g ''"#), ["a", "b c", "d 'e'", "f g", ""]);
        assert_eq!(words(r#"--x="1 2"y "\"" 'a\b'"#), ["--x=1 2y", "\"", "a\\b"]);
        assert_eq!(words("echo $HOME * | cat"), ["echo", "$HOME", "*", "|", "cat"]);
    }

    #[test]
    fn what_is_left_open_is_an_error() {
        assert_eq!(split(" \n"), Err(WordsError::Empty));
        assert_eq!(split("a 'b"), Err(WordsError::Open('\'')));
        assert_eq!(split("a \"b\\\""), Err(WordsError::Open('"')));
        assert_eq!(split("a\\"), Err(WordsError::Backslash));
    }
}
