//! The quiet part of a picture, by plotters: grid, axes, tick labels, lines of data.

use super::{Canvas, Size};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;

/// Placeholder colours, each for one class of the style sheet; the light default of that class.
const PAINTS: [(&str, &str, RGBColor); 9] = [
    ("f-ink", "ink", RGBColor(0x1f, 0x23, 0x28)),
    ("f-muted", "muted", RGBColor(0x59, 0x63, 0x6e)),
    ("s-grid", "grid", RGBColor(0xe4, 0xe7, 0xea)),
    ("s-line", "line", RGBColor(0x8b, 0x94, 0x9e)),
    ("s-own", "own", RGBColor(0xb3, 0x12, 0x6a)),
    ("s-asic", "asic", RGBColor(0x6a, 0x6f, 0x9f)),
    ("s-cpu", "cpu", RGBColor(0x00, 0x67, 0xa8)),
    ("s-gpu", "gpu", RGBColor(0xc2, 0x54, 0x00)),
    ("s-fpga", "fpga", RGBColor(0x00, 0x7a, 0x5c)),
];

/// One axis: its ends, its ticks with their texts, and what it counts. A logarithm is taken by whoever fills it.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The value at the left or bottom end.
    pub from: f64,
    /// The value at the right or top end.
    pub to: f64,
    /// Where ticks stand, and what they say.
    pub ticks: Vec<(f64, String)>,
    /// What is counted, in which unit.
    pub caption: &'static str,
}

/// Everything about a picture but its marks.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Begins the ids of the document; a slug.
    pub id: &'static str,
    /// Wide or narrow.
    pub size: Size,
    /// What the picture is, for those who do not see it.
    pub title: String,
    /// What it shows.
    pub description: String,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// Lines of data: the name of a paint and the points.
    pub lines: Vec<(&'static str, Vec<(f64, f64)>)>,
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        let share = (value - self.from) / (self.to - self.from);
        start + (f64::from(end - start) * share).round() as i32 // pixels of a picture
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.iter().map(|(at, _)| *at).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let found = self.ticks.iter().find(|(at, _)| (at - value).abs() < 1e-9);
        found.map_or_else(String::new, |(_, text)| text.clone())
    }
}

fn paint(name: &str) -> RGBColor {
    PAINTS.iter().find(|(_, paint, _)| *paint == name).map_or(BLACK, |(_, _, colour)| *colour)
}

impl Frame {
    /// Draws the frame and hands over to the canvas for the marks.
    pub fn draw(&self) -> Canvas {
        let (width, height) = self.size.pixels();
        let mut svg = String::new();
        let corners = self.plot(&mut svg).expect("plotters draws into a String, which takes everything");
        let body = svg.split_once('>').map_or("", |(_, body)| body).trim_end().trim_end_matches("</svg>");
        Canvas::new(self, (width, height), with_classes(body), corners)
    }

    /// Grid, axes and lines; the pixels of the lower left and the upper right corner.
    fn plot(&self, svg: &mut String) -> Result<[(i32, i32); 2], Box<dyn std::error::Error + '_>> {
        let area = SVGBackend::with_string(svg, self.size.pixels()).into_drawing_area();
        let narrow = self.size == Size::Narrow;
        let font = ("sans-serif", if narrow { 11 } else { 13 });
        let mut chart = ChartBuilder::on(&area)
            .margin_top(if narrow { 46 } else { 34 })
            .margin_right(if narrow { 10 } else { 24 })
            .x_label_area_size(if narrow { 30 } else { 36 })
            .y_label_area_size(if narrow { 44 } else { 62 })
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        chart
            .configure_mesh()
            .bold_line_style(paint("grid"))
            .light_line_style(TRANSPARENT)
            .axis_style(paint("line"))
            .set_all_tick_mark_size(4)
            .label_style(font.into_font().color(&paint("muted")))
            .draw()?;
        for (name, points) in &self.lines {
            chart.draw_series(LineSeries::new(points.iter().copied(), paint(name).stroke_width(2)))?;
        }
        let corners = [(self.x.from, self.y.from), (self.x.to, self.y.to)].map(|point| chart.backend_coord(&point));
        area.present()?;
        Ok(corners)
    }
}

/// Gives each colour its class; the colour stays as the default where no style sheet is read.
fn with_classes(body: &str) -> String {
    PAINTS.iter().fold(body.to_owned(), |body, (class, _, RGBColor(r, g, b))| {
        let attribute = if class.starts_with("f-") { "fill" } else { "stroke" };
        let plain = format!("{attribute}=\"#{r:02X}{g:02X}{b:02X}\"");
        body.replace(&plain, &format!("class=\"{class}\" {}", plain.to_lowercase()))
    })
}
