//! A command line in words, as a shell would split it, and without a shell: no variables, no globs, no pipes.

use std::fmt;

/// A command line that cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordsError {
    /// There is no word.
    Empty,
    /// A quote is not closed, or a backslash has nothing behind it.
    Open,
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the command is empty",
            Self::Open => "the command does not close a quote, or ends with a backslash",
        })
    }
}

impl std::error::Error for WordsError {}

/// Splits by the rules of a POSIX shell: blanks between words, quotes and backslashes hold words together.
///
/// # Errors
/// When there is no word, or a quote or backslash is left open.
pub fn split_words(command: &str) -> Result<Vec<String>, WordsError> {
    let words = shlex::split(command).ok_or(WordsError::Open)?;
    if words.is_empty() { Err(WordsError::Empty) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
        let words = |text| split_words(text).unwrap();
        assert_eq!(words("  python3  a.py\t-x "), ["python3", "a.py", "-x"]);
        assert_eq!(words(r#"a 'b c' "d 'e'" f\ g ''"#), ["a", "b c", "d 'e'", "f g", ""]);
        assert_eq!(words(r#"--x="1 2"y "\"" 'a\b'"#), ["--x=1 2y", "\"", "a\\b"]);
        assert_eq!(words("echo $HOME * | cat"), ["echo", "$HOME", "*", "|", "cat"]);
    }

    #[test]
    fn what_is_left_open_is_an_error() {
        assert_eq!(split_words(" \n"), Err(WordsError::Empty));
        for open in ["a 'b", "a \"b\\\"", "a\\"] {
            assert_eq!(split_words(open), Err(WordsError::Open), "{open}");
        }
    }
}
