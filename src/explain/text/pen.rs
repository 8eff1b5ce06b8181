//! Colour with meaning: the same ink for the same thing everywhere.

use std::fmt;

/// What a piece of text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// A chapter's title.
    Title,
    /// The nonce and whatever it touches.
    Nonce,
    /// The version and whatever it touches: midstates.
    Version,
    /// What stays the same for every nonce.
    Constant,
    /// Good news: the target is met.
    Good,
    /// Bad news.
    Bad,
}

/// Writes with colour or without.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    colour: bool,
}

impl Pen {
    /// With ANSI colours or without.
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// The text in its ink.
    pub fn ink(self, ink: Ink, text: impl fmt::Display) -> String {
        if !self.colour {
            return text.to_string();
        }
        let code = match ink {
            Ink::Title => "1",
            Ink::Nonce => "33",
            Ink::Version => "35",
            Ink::Constant => "2",
            Ink::Good => "32",
            Ink::Bad => "31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
