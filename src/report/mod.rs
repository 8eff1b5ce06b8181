//! Finished figures as text, pictures and pages. Nothing here computes: what is shown stands in a
//! [`Comparison`](crate::compare::Comparison), a [`Record`](crate::bench::record::Record) or a row of the catalogue.

pub mod catalogue;
pub mod html;
pub mod learn;
pub mod market_html;
pub mod market_svg;
pub mod svg;
pub mod table;
pub mod text;
pub mod words;
