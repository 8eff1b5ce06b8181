//! Numbers as people read them: two significant digits, and words where zeros would be counted.

use crate::asic::S9;
use crate::compare::Comparison;
use crate::units::significant;

/// 17,000 or 6.8 million or 3.7e17: two significant digits.
pub fn figure(x: f64) -> String {
    const WORDS: [(&str, f64); 3] = [("million", 1e6), ("billion", 1e9), ("trillion", 1e12)];
    let size = x.abs();
    let rounded_up = |scale: f64| scale * 0.995; // 0.9951 million is 1.0 million
    match WORDS.iter().rev().find(|(_, scale)| size >= rounded_up(*scale)) {
        Some(_) if size >= rounded_up(1e15) => format!("{x:.1e}"),
        Some((word, scale)) => format!("{} {word}", significant(x / scale, 2)),
        None => significant(x, 2),
    }
}

/// The same, short enough for a column: 15 million stays, 1.0e8 J/TH does not need words.
pub fn j_per_th(joules_per_hash: f64) -> String {
    let value = joules_per_hash * 1e12;
    if value >= 9.95e6 { format!("{value:.1e}") } else { significant(value, digits(value)) }
}

/// Two digits, three from 100 to 200: there the B3 (104) and a rig of 95 would be one.
fn digits(value: f64) -> usize {
    if (99.5..199.5).contains(&value) { 3 } else { 2 }
}

/// $3,858 or $0.078 or -$0.078.
pub fn usd(x: f64) -> String {
    let sign = if x < 0.0 { "-" } else { "" };
    let size = x.abs();
    if size > 0.0 && size < 1e-3 {
        let zeros = usize::try_from(-(size.log10().floor() as i32)).unwrap_or(3); // 4 to 300
        return format!("{sign}${size:.*}", zeros + 1);
    }
    format!("{sign}${}", figure(size))
}

/// A chance: 37 % or 1 in 140 billion.
pub fn chance(p: f64) -> String {
    match p {
        p if p <= 0.0 => "never".to_owned(),
        p if p < 0.01 => format!("1 in {}", figure(1.0 / p)),
        p if p > 0.9999 => "practically certain".to_owned(),
        p => format!("{} %", significant(p * 100.0, if p > 0.99 { 4 } else { 2 })),
    }
}

/// Two digits with an SI prefix and its unit: 3.9 mW, 41 MH/s, 540 W.
pub fn two_digits(value: f64, unit: &str) -> String {
    const PREFIXES: [(&str, f64); 11] = [
        ("n", 1e-9),
        ("µ", 1e-6),
        ("m", 1e-3),
        ("", 1.0),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("E", 1e18),
        ("Z", 1e21),
    ];
    let fits = |(_, scale): &&(&str, f64)| value.abs() >= scale * 0.995;
    let (prefix, scale) = PREFIXES.iter().rev().find(fits).unwrap_or(&PREFIXES[0]);
    format!("{} {prefix}{unit}", significant(value / scale, 2))
}

/// A hash rate with the digits it was given in, up to three: 13.5 TH/s, 40 MH/s.
pub fn rate(hashes_per_second: f64) -> String {
    let text = crate::units::si(hashes_per_second, "H/s");
    let (number, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let number = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    format!("{number} {unit}")
}

/// Watts as they were published: 1,323 or 2.55.
pub fn watts(value: f64) -> String {
    crate::units::grouped(&format!("{}", (value * 100.0).round() / 100.0))
}

/// The node is not the efficiency, in words.
pub fn node_is_not_efficiency(comparison: &Comparison) -> String {
    match nodes_in_figures(comparison) {
        Some(figures) => format!("The node is not the efficiency: {figures}"),
        None => "The node is not the efficiency.".to_owned(),
    }
}

/// The same in figures, as far as the catalogue has them.
pub fn nodes_in_figures(comparison: &Comparison) -> Option<String> {
    let joules = |id: &str| {
        let device = comparison.first.devices.iter().find(|device| device.id == id)?;
        Some((device.joules_per_hash?, device.node.clone()))
    };
    let spread = comparison.nodes.iter().find(|spread| spread.node_nm.total_cmp(&7.0).is_eq())?;
    let [worst, best] = [spread.worst_joules_per_hash, spread.best_joules_per_hash].map(j_per_th);
    let text = format!("7 nm spans {worst} to {best} J/TH");
    match (joules("gmo-b3"), joules(S9)) {
        (Some((b3, b3_node)), Some((s9, s9_node))) if b3 > s9 => {
            Some(format!("{text}, and GMO's B3 ({b3_node}) ranks below the Antminer S9 ({s9_node})."))
        }
        _ => Some(text + "."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_at_their_seams() {
        let cases = [
            (0.0, "0"),
            (0.001_234, "0.0012"),
            (98.0, "98"),
            (17_346.0, "17,000"),
            (994_000.0, "990,000"),
            (996_000.0, "1.0 million"),
            (6.75e6, "6.8 million"),
            (1.36e8, "140 million"),
            (3.4e12, "3.4 trillion"),
            (3.7e17, "3.7e17"),
        ];
        for (value, text) in cases {
            assert_eq!(figure(value), text);
        }
    }

    #[test]
    fn efficiencies_keep_the_b3_and_the_s9_apart() {
        assert_eq!(
            [98e-12, 103.545e-12, 81.25e-12, 1.625e-6, 1e-4].map(j_per_th),
            ["98", "104", "81", "1,600,000", "1.0e8"]
        );
    }

    #[test]
    fn dollars_chances_and_prefixes() {
        let dollars = [3858.0, 0.078, -0.078, 5.47e8, 0.0, 6.87e-6].map(usd);
        assert_eq!(dollars, ["$3,900", "$0.078", "-$0.078", "$550 million", "$0", "$0.0000069"]);
        assert_eq!(
            [0.0, 1.4e-11, 0.37, 0.995, 1.0].map(chance),
            ["never", "1 in 71 billion", "37 %", "99.50 %", "practically certain"]
        );
        assert_eq!(
            [3.92e-3, 540.0, 1.27e-10, 996.0].map(|w| two_digits(w, "W")),
            ["3.9 mW", "540 W", "0.13 nW", "1.0 kW"]
        );
        assert_eq!([40e6, 13.5e12, 270e12, 1.5e6].map(rate), ["40 MH/s", "13.5 TH/s", "270 TH/s", "1.5 MH/s"]);
    }
}
