//! The speaking part of a picture: marks that carry their source, labels that find a free place or stay away.

use super::{Frame, Picture, Size, escape};
use std::fmt::Write as _;

/// The shape of a mark: kinds differ in shape and in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A square.
    Cpu,
    /// A triangle.
    Gpu,
    /// A rhombus.
    Fpga,
    /// A disc.
    Asic,
    /// A larger disc in a ring: the machine that was measured.
    Own,
}

impl Mark {
    /// From the kind's name in the catalogue.
    pub fn of_kind(kind: &str) -> Self {
        match kind {
            "cpu" => Self::Cpu,
            "gpu" => Self::Gpu,
            "fpga" => Self::Fpga,
            _ => Self::Asic,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
            Self::Fpga => "fpga",
            Self::Asic => "asic",
            Self::Own => "own",
        }
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Cpu => "#0067a8",
            Self::Gpu => "#c25400",
            Self::Fpga => "#007a5c",
            Self::Asic => "#6a6f9f",
            Self::Own => "#b3126a",
        }
    }

    fn shape(self, x: f64, y: f64) -> String {
        let (class, colour) = (self.class(), self.colour());
        let paint = format!("class=\"f-{class} halo\" fill=\"{colour}\" stroke=\"#ffffff\"");
        match self {
            Self::Cpu => format!("<rect x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\" {paint}/>", x - 4.5, y - 4.5),
            Self::Gpu => path(&[(x, y - 6.0), (x + 5.5, y + 4.0), (x - 5.5, y + 4.0)], &paint),
            Self::Fpga => path(&[(x, y - 6.0), (x + 6.0, y), (x, y + 6.0), (x - 6.0, y)], &paint),
            Self::Asic => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.2\" {paint}/>"),
            Self::Own => format!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"10\" class=\"s-own\" fill=\"none\" stroke=\"{colour}\" \
                 stroke-width=\"1.5\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\" {paint}/>"
            ),
        }
    }
}

fn path(points: &[(f64, f64)], paint: &str) -> String {
    let points: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    format!("<polygon points=\"{}\" {paint}/>", points.join(" "))
}

/// A rectangle of pixels that is taken.
#[derive(Clone, Copy, Debug)]
struct Taken {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Taken {
    fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

/// A picture in the making.
#[derive(Debug)]
pub struct Canvas {
    head: String,
    body: String,
    tail: String,
    taken: Vec<Taken>,
    size: (f64, f64),
    /// Pixels of the lower left and the upper right corner of the plot, and their values.
    corners: [(f64, f64); 2],
    values: [(f64, f64); 2],
    narrow: bool,
}

impl Canvas {
    /// After the frame was drawn.
    pub(super) fn new(frame: &Frame, (width, height): (u32, u32), body: String, corners: [(i32, i32); 2]) -> Self {
        let (id, suffix) = (frame.id, frame.size.suffix());
        let head = format!(
            "<svg class=\"hj-picture {suffix}\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\" \
             viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             font-family=\"system-ui, sans-serif\" aria-labelledby=\"{id}-{suffix}-title {id}-{suffix}-desc\">\
             <title id=\"{id}-{suffix}-title\">{}</title><desc id=\"{id}-{suffix}-desc\">{}</desc>",
            escape(&frame.title),
            escape(&frame.description),
        );
        let mut canvas = Self {
            head,
            body,
            tail: String::new(),
            taken: Vec::new(),
            size: (f64::from(width), f64::from(height)),
            corners: corners.map(|(x, y)| (f64::from(x), f64::from(y))),
            values: [(frame.x.from, frame.y.from), (frame.x.to, frame.y.to)],
            narrow: frame.size == Size::Narrow,
        };
        canvas.captions(frame);
        canvas
    }

    fn captions(&mut self, frame: &Frame) {
        let [(left, _), (right, top)] = self.corners;
        let start = if self.narrow { 2.0 } else { left - 50.0 };
        self.write(start, top - 12.0, "start", "f-muted", 400, frame.y.caption);
        if !frame.x.caption.is_empty() {
            self.write(right, self.size.1 - 3.0, "end", "f-muted", 400, frame.x.caption);
        }
    }

    /// Pixels of a value.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let along = |value: f64, from: f64, to: f64| (value - from) / (to - from);
        let [(left, bottom), (right, top)] = self.corners;
        let [(x0, y0), (x1, y1)] = self.values;
        (left + along(x, x0, x1) * (right - left), bottom + along(y, y0, y1) * (top - bottom))
    }

    /// A device: its id, and what a pointer over it is told.
    pub fn mark(&mut self, mark: Mark, (x, y): (f64, f64), id: &str, tip: &str) {
        let (x, y) = self.at(x, y);
        let (id, tip) = (escape(id), escape(tip));
        let _ = writeln!(self.body, "<g class=\"dot\" data-id=\"{id}\"><title>{tip}</title>{}</g>", mark.shape(x, y));
        let reach = if mark == Mark::Own { 11.0 } else { 4.0 };
        self.taken.push(Taken { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach });
    }

    /// A pale field behind the marks between two corners given as values.
    pub fn cloud(&mut self, low: (f64, f64), high: (f64, f64)) {
        let ((left, bottom), (right, top)) = (self.at(low.0, low.1), self.at(high.0, high.1));
        let (x, y) = (left - 9.0, top - 9.0);
        let _ = writeln!(
            self.body,
            "<rect class=\"cloud\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"9\" fill=\"#6a6f9f\" \
             fill-opacity=\"0.14\"/>",
            right + 9.0 - x,
            bottom + 9.0 - y,
        );
    }

    /// A straight line between two values.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str, dashed: bool) {
        let ((x1, y1), (x2, y2)) = (self.at(from.0, from.1), self.at(to.0, to.1));
        let dashes = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let colour = if class == "s-own" { "#b3126a" } else { "#8b949e" };
        let _ = writeln!(
            self.body,
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{colour}\" \
             stroke-width=\"2\"{dashes}/>"
        );
    }

    /// Keeps labels away from the pixels between two values.
    pub fn keep_free(&mut self, a: (f64, f64), b: (f64, f64), margin: f64) {
        let ((x1, y1), (x2, y2)) = (self.at(a.0, a.1), self.at(b.0, b.1));
        self.taken.push(Taken {
            left: x1.min(x2) - margin,
            top: y1.min(y2) - margin,
            right: x1.max(x2) + margin,
            bottom: y1.max(y2) + margin,
        });
    }

    /// Whether the picture is for a phone.
    pub fn is_narrow(&self) -> bool {
        self.narrow
    }

    /// A label above a value, wherever it lies.
    pub fn label_above(&mut self, (x, y): (f64, f64), gap: f64, text: &str, class: &str) {
        let (x, y) = self.at(x, y);
        let (width, height) = (self.width_of(text, class), self.font() + 2.0);
        let x = x.min(self.corners[1].0 - width / 2.0);
        self.taken.push(boxed(x - width / 2.0, y - gap, width, height));
        self.write(x, y - gap, "middle", class, 400, text);
    }

    /// A label beside a value, at the first free place of right, left, above, below; `false`: none was free.
    pub fn label(&mut self, (x, y): (f64, f64), gap: f64, text: &str, class: &str) -> bool {
        let (x, y) = self.at(x, y);
        let (width, height) = (self.width_of(text, class), self.font() + 2.0);
        let (middle, half) = (y + height * 0.32, width / 2.0);
        let places = [
            (x + gap, middle, "start", x + gap),
            (x - gap, middle, "end", x - gap - width),
            (x, y - gap, "middle", x - half),
            (x, y + gap + height * 0.7, "middle", x - half),
            (x + gap * 0.7, y - gap * 0.8, "start", x + gap * 0.7),
            (x - gap * 0.7, y - gap * 0.8, "end", x - gap * 0.7 - width),
            (x + gap * 0.7, y + gap * 0.8 + height * 0.6, "start", x + gap * 0.7),
            (x - gap * 0.7, y + gap * 0.8 + height * 0.6, "end", x - gap * 0.7 - width),
        ];
        let found = places.into_iter().find(|&(_, base, _, left)| self.is_free(&boxed(left, base, width, height)));
        if let Some((at, base, anchor, left)) = found {
            self.taken.push(boxed(left, base, width, height));
            self.write(at, base, anchor, class, if class == "f-own" { 600 } else { 400 }, text);
        }
        found.is_some()
    }

    /// What the shapes mean, in the upper right corner.
    pub fn legend(&mut self, entries: &[(Mark, &str)]) {
        let [_, (right, top)] = self.corners;
        let widths: Vec<f64> = entries.iter().map(|(_, text)| self.width_of(text, "") + 26.0).collect();
        let mut x = right - widths.iter().sum::<f64>() + 14.0;
        let y = if self.narrow { top - 34.0 } else { top - 16.0 };
        for ((mark, text), width) in entries.iter().zip(widths) {
            let _ = writeln!(self.tail, "<g>{}</g>", mark.shape(x, y));
            self.write(x + 10.0, y + 4.5, "start", "f-muted", 400, text);
            x += width;
        }
    }

    /// The picture.
    pub fn finish(self) -> Picture {
        Picture(format!("{}\n{}{}</svg>", self.head, self.body, self.tail))
    }

    fn font(&self) -> f64 {
        if self.narrow { 11.0 } else { 12.5 }
    }

    /// An upper estimate, for no font is at hand here.
    fn width_of(&self, text: &str, class: &str) -> f64 {
        let each = if class == "f-own" { 0.66 } else { 0.6 };
        text.chars().count() as f64 * self.font() * each
    }

    fn is_free(&self, wanted: &Taken) -> bool {
        let [(left, bottom), (_, top)] = self.corners;
        let inside = wanted.left > left && wanted.right < self.size.0 && wanted.top > top && wanted.bottom < bottom;
        inside && !self.taken.iter().any(|taken| taken.meets(wanted))
    }

    fn write(&mut self, x: f64, y: f64, anchor: &str, class: &str, weight: u32, text: &str) {
        let colour = match class {
            "f-own" => "#b3126a",
            "f-muted" => "#59636e",
            _ => "#1f2328",
        };
        let _ = writeln!(
            self.tail,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{}\" \
             font-weight=\"{weight}\" fill=\"{colour}\">{}</text>",
            self.font(),
            escape(text),
        );
    }
}

/// Ascenders and descenders take about 0.95 and 0.25 of the font's size, which is `height` less two.
fn boxed(left: f64, base: f64, width: f64, height: f64) -> Taken {
    Taken { left: left - 1.0, top: base - height + 2.0, right: left + width + 1.0, bottom: base + 3.5 }
}
