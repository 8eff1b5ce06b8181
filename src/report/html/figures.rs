//! A shown figure carries its exact value and the path of it in `compare --json`, so that a test can hold each to it.

use crate::compare::{Comparison, Figures};
use maud::{Markup, html};
use std::fmt::Display;

/// A figure: the path in the document, its value, and the text that people see.
pub fn n(key: &str, value: f64, text: impl Display) -> Markup {
    html! { data data-key=(key) value=(value) { (text.to_string()) } }
}

/// The same where the value may be unknown.
pub fn maybe(key: &str, value: Option<f64>, text: impl Fn(f64) -> String) -> Markup {
    value.map_or_else(|| html! { span.soft { "unknown" } }, |value| n(key, value, text(value)))
}

/// Each machine's figures with the beginning of their paths.
pub fn machines(comparison: &Comparison) -> impl Iterator<Item = (String, &Figures)> {
    let others = comparison.others.iter().enumerate().map(|(index, figures)| (format!("others/{index}/"), figures));
    [(String::new(), &comparison.first)].into_iter().chain(others)
}

/// A wide and a narrow picture; the style sheet shows one of them.
pub fn pictures(draw: impl Fn(crate::report::svg::Size) -> Option<crate::report::svg::Picture>) -> Markup {
    html! { @for picture in crate::report::svg::Size::BOTH.into_iter().filter_map(draw) { (maud::PreEscaped(picture.inline())) } }
}
