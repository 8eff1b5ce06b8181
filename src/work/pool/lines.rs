//! Bytes as they come to whole lines, of bounded length.

/// What has come of the current line.
#[derive(Debug, Default)]
pub struct Lines {
    bytes: Vec<u8>,
    /// Up to here there is no newline.
    searched: usize,
}

/// A line that does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pool sent more than {} bytes without a newline", Lines::LONGEST)]
pub struct TooLong;

impl Lines {
    /// The longest line, bytes.
    pub const LONGEST: usize = 1 << 20;

    /// Takes bytes in.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole line, without its newline.
    ///
    /// # Errors
    /// When it is longer than [`Lines::LONGEST`], whether it ends or not.
    pub fn next_line(&mut self) -> Result<Option<Vec<u8>>, TooLong> {
        let end = self.bytes[self.searched..].iter().position(|&byte| byte == b'\n').map(|at| self.searched + at);
        if end.unwrap_or(self.bytes.len()) > Self::LONGEST {
            return Err(TooLong);
        }
        let Some(end) = end else {
            self.searched = self.bytes.len();
            return Ok(None);
        };
        self.searched = 0;
        let mut line: Vec<u8> = self.bytes.drain(..=end).collect();
        line.pop();
        Ok(Some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_without_an_end_is_given_up() {
        let mut lines = Lines::default();
        lines.push(&vec![b'x'; Lines::LONGEST]);
        assert_eq!(lines.next_line(), Ok(None));
        lines.push(b"\n");
        assert_eq!(lines.next_line().map(|line| line.map(|line| line.len())), Ok(Some(Lines::LONGEST)));
        lines.push(&vec![b'x'; 2 << 20]);
        assert_eq!(lines.next_line(), Err(TooLong));
    }

    proptest! {
        #[test]
        fn lines_come_out_whole_however_the_bytes_are_cut(
            text in prop::collection::vec(prop::sample::select(b"ab\n".to_vec()), 0..60),
            cuts in prop::collection::vec(1usize..7, 60),
        ) {
            let (mut lines, mut out, mut rest) = (Lines::default(), Vec::new(), &text[..]);
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                lines.push(now);
                out.extend(std::iter::from_fn(|| lines.next_line().unwrap()));
                rest = later;
            }
            let mut whole: Vec<Vec<u8>> = text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
            whole.pop();
            prop_assert_eq!(out, whole);
        }
    }
}
