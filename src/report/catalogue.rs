//! Rows of the catalogue as a table, as JSON and as the CSV that they came from.

use super::words::{j_per_th, rate, watts};
use crate::asic::{Device, Kind, Node};
use crate::units::{Efficiency, HashRate, Money, Power};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

/// For a terminal.
pub fn table(devices: &[&Device]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["id", "vendor", "kind", "node", "released", "rate", "watts", "J/TH", "tier"]);
    for device in devices {
        table.add_row(cells(device));
    }
    for column in 5..8 {
        table.column_mut(column).into_iter().for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    }
    let plural = if devices.len() == 1 { "row" } else { "rows" };
    format!(
        "{}\n{} {plural}. Vendors promise their figures within 5 to 7 %; tier A is the best source. Sources: --json or --csv.",
        table.trim_fmt(),
        devices.len()
    )
}

fn cells(device: &Device) -> [String; 9] {
    let unknown = || "-".to_owned();
    [
        device.id.clone(),
        device.vendor.clone(),
        device.kind.to_string(),
        if device.node == Node::Undisclosed { "n/d".to_owned() } else { device.node.to_string() },
        device.released.to_string(),
        device.rate.map_or_else(unknown, |r| rate(r.to_hashes_per_second())),
        device.power.map_or_else(unknown, |p| watts(p.to_watts())),
        device.efficiency.map_or_else(unknown, |e| j_per_th(e.to_joules_per_hash())),
        device.tier.to_string(),
    ]
}

/// As `hashjoule-catalogue/1`.
pub fn document(devices: &[&Device]) -> Value {
    let rows: Vec<Value> = devices.iter().map(|device| row(device)).collect();
    json!({ "schema": "hashjoule-catalogue/1", "vendor_tolerance": crate::asic::VENDOR_TOLERANCE, "devices": rows })
}

fn row(device: &Device) -> Value {
    json!({
        "id": device.id,
        "vendor": device.vendor,
        "model": device.model,
        "kind": device.kind.name(),
        "is_device": device.kind != Kind::Plan,
        "node_nm": device.node.to_nanometres(),
        "node": device.node.to_string(),
        "released": device.released.to_string(),
        "hashes_per_second": device.rate.map(HashRate::to_hashes_per_second),
        "watts": device.power.map(Power::to_watts),
        "joules_per_hash": device.efficiency.map(Efficiency::to_joules_per_hash),
        "price_usd": device.price.map(Money::to_usd),
        "source": device.source,
        "tier": device.tier.to_string(),
        "note": device.note,
    })
}

/// With the columns that [`Catalogue::from_csv`](crate::asic::Catalogue::from_csv) reads.
pub fn csv(devices: &[&Device]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let number = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x}"));
    let header =
        "id,vendor,model,kind,process_nm,released,hashrate_hs,power_w,efficiency_j_per_th,price_usd,source,tier,note";
    let mut write =
        |fields: Vec<String>| writer.write_record(fields).expect("a Vec takes everything, and all rows have 13 fields");
    write(header.split(',').map(str::to_owned).collect());
    for device in devices {
        let node = match device.node {
            Node::Stated(nm) => format!("{nm}"),
            Node::Disputed(nm) => format!("{nm}?"),
            Node::Undisclosed => String::new(),
        };
        let text = |text: &str| text.to_owned();
        write(vec![
            text(&device.id),
            text(&device.vendor),
            text(&device.model),
            text(device.kind.name()),
            node,
            device.released.to_string(),
            number(device.rate.map(HashRate::to_hashes_per_second)),
            number(device.power.map(Power::to_watts)),
            number(device.efficiency.map(Efficiency::to_joules_per_terahash)),
            number(device.price.map(Money::to_usd)),
            text(&device.source),
            device.tier.to_string(),
            text(&device.note),
        ]);
    }
    let bytes = writer.into_inner().expect("a Vec takes everything");
    String::from_utf8(bytes).expect("all fields were text")
}
