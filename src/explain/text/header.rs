//! The eighty bytes, field by field, in both byte orders.

use super::{Ink, Pen, hex};
use crate::explain::{Field, ROLLING_BITS, ROLLING_MASK, Story, VersionBits, fields, utc};

pub(super) fn lines(story: &Story, pen: Pen) -> Vec<String> {
    let name = story.name.as_deref().unwrap_or("a block header");
    let mut lines = vec![
        pen.ink(Ink::Title, format!("{name}: 80 bytes, six fields")),
        "Each field is hashed as it lies on the wire, the least significant byte first; people read it the".into(),
        "other way round.".into(),
        String::new(),
    ];
    lines.extend(fields(&story.header).iter().flat_map(|field| field_lines(story, field, pen)));
    lines.push(String::new());
    lines.extend(version_lines(VersionBits(story.header.version), pen));
    lines
}

fn field_lines(story: &Story, field: &Field, pen: Pen) -> Vec<String> {
    let last = field.offset + field.wire.len() - 1;
    let head = format!("  {:<16}bytes {:>2}-{last:<2}", field.name, field.offset);
    let (wire, value) = (hex(&field.wire), hex(&field.value()));
    match field.wire.len() {
        4 => {
            let means = meaning(story, field.name);
            let ink = |text: &str| if field.name == "nonce" { pen.ink(Ink::Nonce, text) } else { text.to_owned() };
            vec![format!("{head}  wire {}  read {}{means}", ink(&wire), ink(&value))]
        }
        _ => vec![format!("{head}  wire {wire}"), format!("{:<28}  read {value}", "")],
    }
}

fn meaning(story: &Story, field: &str) -> String {
    match field {
        "time" => format!(" = {} = {}", story.header.time, utc(story.header.time)),
        "nonce" => format!(" = {}", story.header.nonce),
        _ => String::new(),
    }
}

fn version_lines(version: VersionBits, pen: Pen) -> Vec<String> {
    let mut lines = vec![format!("  version {:08x} = {}", version.0, version.binary())];
    if !version.are_flags() {
        lines.push("    the top three bits are not 001, so these are no BIP9 flags: the version is a number".into());
        return lines;
    }
    let signals: Vec<String> = version.signals().iter().map(|bit| format!("bit {bit}")).collect();
    let signals = if signals.is_empty() { "none".into() } else { signals.join(", ") };
    lines
        .push(format!("    the top three bits are 001: the rest are BIP9 flags; signalling outside BIP320: {signals}"));
    let rolled = pen.ink(Ink::Version, format!("{:08x}", version.rolled()));
    let [first, last] = ROLLING_BITS;
    lines.push(format!(
        "    bits {first}-{last} are the miner's to roll (BIP320, mask {ROLLING_MASK:08x}); set here: {rolled}"
    ));
    lines
}
