//! Columns of plain characters: words to the left, numbers to the right, no line longer than it must be.

/// A table: the first `words` columns are text. Each header is as long as its row.
pub fn columns(words: usize, header: &[&str], rows: &[Vec<String>]) -> String {
    let cells = |row: &[String], i: usize| row.get(i).map_or(0, |cell| cell.chars().count());
    let width = |i: usize| rows.iter().map(|row| cells(row, i)).chain([header[i].chars().count()]).max().unwrap_or(0);
    let widths: Vec<_> = (0..header.len()).map(width).collect();
    let line = |row: &[String]| {
        let cell = |(i, cell): (usize, &String)| {
            if i < words { format!("{cell:<0$}", widths[i]) } else { format!("{cell:>0$}", widths[i]) }
        };
        row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let header: Vec<_> = header.iter().map(|&name| name.to_owned()).collect();
    [&header].into_iter().chain(rows).map(|row| line(row)).collect::<Vec<_>>().join("\n")
}

/// Breaks a text into lines of at most `width` characters, at spaces.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            let space = if last.is_empty() { "" } else { " " };
            last.extend([space, word]);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_left_and_numbers_right() {
        let rows = [vec!["S9".to_owned(), "98".to_owned()], vec!["whatsminer".to_owned(), "5".to_owned()]];
        assert_eq!(columns(1, &["rig", "J/TH"], &rows), "rig         J/TH\nS9            98\nwhatsminer     5");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensible", 4), ["incomprehensible"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
