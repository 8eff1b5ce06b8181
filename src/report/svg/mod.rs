//! Pictures as SVG: axes and lines by plotters, marks and labels by hand, for they carry sources and must not collide.
//!
//! Colours are classes with a light default, so that one picture serves paper, light and dark; kinds of devices differ
//! in shape too. Each picture comes in two sizes, for a desk and for a phone.

mod ablation;
mod canvas;
mod frame;
mod ladder;
mod nodes;
mod threads;

pub use ablation::ablation;
pub use canvas::{Canvas, Mark};
pub use frame::{Axis, Frame};
pub use ladder::{efficiency, rates};
pub use nodes::nodes;
pub use threads::threads;

/// What colours a picture: also part of the page's style sheet.
pub const STYLE: &str = include_str!("picture.css");

/// How large a picture is, in pixels of 1/96 inch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// For a desk or paper.
    Wide,
    /// For a phone.
    Narrow,
}

impl Size {
    /// Both, the wide one first.
    pub const BOTH: [Self; 2] = [Self::Wide, Self::Narrow];

    /// Width and height.
    pub const fn pixels(self) -> (u32, u32) {
        match self {
            Self::Wide => (960, 560),
            Self::Narrow => (358, 440),
        }
    }

    /// The end of an id, so that both can stand in one page.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }
}

/// A finished picture: one `<svg>` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture(String);

impl Picture {
    /// For a page that has [`STYLE`].
    pub fn inline(&self) -> &str {
        &self.0
    }

    /// As a file of its own, with its style and a background.
    pub fn standalone(&self) -> String {
        let (head, body) = self.0.split_once('>').unwrap_or((&self.0, ""));
        let style =
            format!("<style>{STYLE}</style><rect class=\"f-paper\" width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{head}>\n{style}{body}\n")
    }
}

/// Text for an SVG or HTML document.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
