//! `info`: the same facts for people and for tools.

use super::*;

#[test]
fn people_read_what_tools_read() {
    let (told, document) = (run("info"), run("info --json").json());
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(told.out.starts_with(concat!("hashjoule ", env!("CARGO_PKG_VERSION"), "\n")), "{}", told.out);
    assert!(told.err.contains("hashjoule info --measure"), "{}", told.err);
    let brand = document["cpu"]["brand"].as_str().unwrap();
    assert!(told.out.contains(&format!("CPU       {brand} (")), "{}", told.out);
    let row = |name: &str| told.out.lines().find(|line| line.split_whitespace().next() == Some(name)).unwrap();
    for kernel in document["kernels"].as_array().unwrap() {
        let row = row(kernel["name"].as_str().unwrap());
        assert_eq!(row.contains(" * "), kernel["default"] == true, "{row}");
        let reason = kernel["reason"].as_str().unwrap();
        assert!(if kernel["available"] == true { row.contains("yes") } else { row.contains(reason) }, "{row}");
    }
    for source in document["energy"].as_array().unwrap() {
        let mark = if source["available"] == true { "yes" } else { "no" };
        let row = row(source["source"].as_str().unwrap());
        assert!(row.contains(mark) && row.contains(source["reason"].as_str().unwrap()), "{row}");
    }
}

#[test]
fn measured_rates_stand_beside_the_kernels_that_are_here() {
    let told = run("info --measure");
    assert!(
        told.out.contains("one-version") && told.out.contains("rolling") && told.out.contains("H/s"),
        "{}",
        told.out
    );
    for kernel in run("info --measure --json").json()["kernels"].as_array().unwrap() {
        let rates = ["one_version_hashes_per_second", "rolling_hashes_per_second"].map(|key| kernel[key].as_f64());
        let is_here = kernel["available"] == true;
        assert_eq!(rates.map(|rate| rate.is_some_and(|r| r > 0.0)), [is_here, is_here], "{kernel}");
    }
}
