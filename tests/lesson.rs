//! The lesson: the page that ships is the page that the code makes.
#![cfg(feature = "report")]

use std::path::Path;

/// Writes the page anew: `HASHJOULE_UPDATE=1 cargo test --test lesson`.
#[test]
fn docs_learn_html_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/learn.html");
    let page = hashjoule::report::learn::page();
    if std::env::var_os("HASHJOULE_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let shipped = std::fs::read_to_string(&path).unwrap();
    assert!(shipped == page, "docs/learn.html is old: HASHJOULE_UPDATE=1 cargo test --test lesson");
}
