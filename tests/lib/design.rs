//! The map of docs/design.md and the sources agree: every room is on it, and imports only from the rows above its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names in the first column of the table, row by row.
fn rooms() -> Vec<String> {
    let map = std::fs::read_to_string(root().join("docs/design.md")).unwrap();
    let rows = map.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    rows.flat_map(|cell| cell.split('`').step_by(2)).map(str::to_owned).collect()
}

/// Every file of a room.
fn sources(room: &str) -> Vec<PathBuf> {
    let mut found = vec![root().join("src").join(room).with_extension("rs")];
    let mut folders = vec![root().join("src").join(room)];
    while let Some(entries) = folders.pop().map(std::fs::read_dir) {
        for path in entries.into_iter().flatten().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs") && path.exists());
    found
}

/// The rooms that a file names, without its tests, which may look anywhere, and without its comments.
fn imports(file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap().lines().filter(|line| !line.trim_start().starts_with("//"));
    let name = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    code.flat_map(|line| line.split("crate::").skip(1).map(name).collect::<Vec<_>>()).collect()
}

fn is_test(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem == "tests") || file.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn every_room_is_on_the_map() {
    let here = std::fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().path());
    let rooms_here = here.filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "rs"));
    let names = rooms_here.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let names: BTreeSet<String> = names.filter(|name| name != "lib" && name != "main").collect();
    assert_eq!(rooms().into_iter().collect::<BTreeSet<_>>(), names);
}

#[test]
fn a_room_imports_from_the_rows_above_it() {
    let rooms = rooms();
    let mut looked_at = 0;
    for (place, room) in rooms.iter().enumerate() {
        for file in sources(room).iter().filter(|file| !is_test(file.strip_prefix(root()).unwrap())) {
            for import in imports(file) {
                let is_below = rooms[place + 1..].contains(&import);
                assert!(!is_below, "{} of {room} imports {import}, which stands below it", file.display());
                looked_at += usize::from(rooms.contains(&import));
            }
        }
    }
    assert!(looked_at > 200, "only {looked_at} imports: the reader is blind");
}
