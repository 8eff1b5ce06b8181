//! Sentences for people, broken into lines of 80 columns behind a label.

use std::fmt::Display;

const COLUMNS: usize = 80;
const LABEL: usize = 13;

/// The label once, then the words, each line indented to the same column. Words are never broken.
pub fn paragraph(label: &str, text: impl Display) -> String {
    let mut lines = vec![format!("{label:<LABEL$}")];
    let mut is_empty = true;
    for word in text.to_string().split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if !is_empty && line + 1 + word.chars().count() > COLUMNS {
            lines.push(" ".repeat(LABEL));
            is_empty = true;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if is_empty { "" } else { " " });
            line.push_str(word);
            is_empty = false;
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_sentence_goes_on_below_itself() {
        let text = paragraph("Label", "one ".repeat(20));
        assert_eq!(text, format!("Label        {}\n             one one one", ["one"; 17].join(" ")));
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_is_too_long(words in prop::collection::vec("[a-zé]{1,60}", 0..30)) {
            let text = paragraph("Label", words.join(" "));
            prop_assert!(text.lines().all(|line| line.chars().count() <= COLUMNS), "{}", text);
            let told: Vec<&str> = text.split_whitespace().skip(1).collect();
            prop_assert_eq!(told, words);
        }
    }
}
