//! A catalogue of devices in CSV: written and read back it is the same, and a refusal names a line that is there.

use hashjoule::asic::{Catalogue, Device, Node};
use hashjoule::units::{Efficiency, HashRate, Money, Power};

pub fn any(bytes: &[u8]) {
    match Catalogue::from_csv(bytes) {
        Ok(catalogue) => {
            let again = Catalogue::from_csv(&written(&catalogue)).unwrap();
            assert_eq!(catalogue.rows().len(), again.rows().len());
            catalogue.rows().iter().zip(again.rows()).for_each(|(row, again)| assert_same(row, again));
            ranked(&catalogue);
        }
        Err(error) => {
            let message = error.to_string();
            super::assert_line(usize::try_from(error.line).unwrap(), bytes, &message);
            super::assert_plain(&message);
        }
    }
}

fn ranked(catalogue: &Catalogue) {
    let joules: Vec<f64> =
        catalogue.by_efficiency().iter().map(|device| device.efficiency.unwrap().to_joules_per_hash()).collect();
    assert!(joules.is_sorted() && joules.iter().all(|joules| *joules > 0.0), "{joules:?}");
    assert!(catalogue.rows().iter().all(|row| catalogue.get(&row.id) == Some(row)), "an id twice");
}

fn written(catalogue: &Catalogue) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(
        "id vendor model kind process_nm released hashrate_hs power_w efficiency_j_per_th price_usd source tier note"
            .split(' '),
    )
    .unwrap();
    catalogue.rows().iter().for_each(|row| writer.write_record(fields(row)).unwrap());
    writer.into_inner().unwrap()
}

fn fields(row: &Device) -> [String; 13] {
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let (rate, power) = (row.rate.map(HashRate::to_hashes_per_second), row.power.map(Power::to_watts));
    // Where it follows from the others it may be left out; held to its column's range, which a unit's rounding can leave.
    let stated = row.efficiency.filter(|_| rate.is_none() || power.is_none());
    let stated = stated.map(|efficiency| efficiency.to_joules_per_terahash().clamp(1e-3, 1e12));
    let node = match row.node {
        Node::Stated(nm) => nm.to_string(),
        Node::Disputed(nm) => format!("{nm}?"),
        Node::Undisclosed => String::new(),
        other => panic!("no column for {other:?}"),
    };
    [
        row.id.clone(),
        row.vendor.clone(),
        row.model.clone(),
        row.kind.to_string(),
        node,
        row.released.to_string(),
        number(rate),
        number(power),
        number(stated),
        number(row.price.map(Money::to_usd)),
        row.source.clone(),
        row.tier.to_string(),
        row.note.clone(),
    ]
}

/// Equal, but for the last digit of an efficiency that was converted.
fn assert_same(row: &Device, again: &Device) {
    let joules = |row: &Device| row.efficiency.map(Efficiency::to_joules_per_hash);
    match (joules(row), joules(again)) {
        (Some(one), Some(other)) => assert!((one / other - 1.0).abs() < 1e-12, "{one} {other}"),
        (one, other) => assert_eq!(one, other),
    }
    let mut exact = row.clone();
    exact.efficiency = again.efficiency;
    assert_eq!(exact, *again);
}
