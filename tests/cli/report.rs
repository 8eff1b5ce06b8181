//! `hashjoule report` and the pictures: their structure, their silence towards the network, their calm about bad input.

use crate::hashjoule;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;

const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/bench-example.json");
const HOSTILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/bench-hostile.json");

fn ran(args: &[&str]) -> Output {
    hashjoule(args).output().unwrap()
}

/// The page of these arguments.
fn page(args: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("page.html");
    let output = ran(&[&["report", "-o", path.to_str().unwrap()], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.is_empty());
    std::fs::read_to_string(path).unwrap()
}

/// The picture of these arguments.
fn picture(args: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("picture.svg");
    let output = ran(&[&["compare", "--svg", path.to_str().unwrap()], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(path).unwrap()
}

/// Elements with class, id and text, without numbers of pixels: what a picture says, not where.
fn outline(svg: &str) -> String {
    let (mut out, mut runs) = (String::new(), Vec::<(String, usize)>::new());
    let body = svg.split_once("</style>").unwrap().1;
    for piece in body.split('<').skip(1).filter(|piece| !piece.starts_with('/')) {
        let (tag, text) = piece.split_once('>').unwrap();
        let attribute =
            |name: &str| tag.split_once(&format!("{name}=\"")).map(|(_, rest)| rest.split('"').next().unwrap());
        let mut line = tag.split([' ', '/', '\n']).next().unwrap().to_owned();
        let _ = ["class", "data-id"]
            .iter()
            .filter_map(|name| attribute(name))
            .try_for_each(|value| write!(line, " {value}"));
        if tag.starts_with("text") {
            let _ = write!(line, " {}", text.trim());
        }
        match runs.last_mut() {
            Some((last, count)) if *last == line => *count += 1,
            _ => runs.push((line, 1)),
        }
    }
    for (line, count) in runs {
        let _ = if count == 1 { writeln!(out, "{line}") } else { writeln!(out, "{line} x {count}") };
    }
    out
}

#[test]
fn the_structure_of_each_picture() {
    let declared = ["--rate", "40MH/s", "--watts", "65"];
    let plot = |plot: &'static str| outline(&picture(&[&declared[..], &["--plot", plot]].concat()));
    snapbox::assert_data_eq!(plot("efficiency"), snapbox::file!["snapshots/efficiency.outline"].raw());
    snapbox::assert_data_eq!(plot("rates"), snapbox::file!["snapshots/rates.outline"].raw());
    snapbox::assert_data_eq!(plot("nodes"), snapbox::file!["snapshots/nodes.outline"].raw());
    let threads = outline(&picture(&[RECORD, "--plot", "threads"]));
    snapbox::assert_data_eq!(threads, snapbox::file!["snapshots/threads.outline"].raw());
}

#[test]
fn every_device_with_known_joules_is_on_the_ladder_and_no_plan() {
    let svg = picture(&["--rate", "40MH/s", "--watts", "65"]);
    let list = ran(&["compare", "--list", "--json"]);
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    for device in list["devices"].as_array().unwrap() {
        let mark = format!("data-id=\"{}\"", device["id"].as_str().unwrap());
        assert_eq!(svg.contains(&mark), !device["joules_per_hash"].is_null(), "{mark}");
    }
    assert!(!svg.contains("gmo-7nm-2017-plan"));
}

#[test]
fn without_a_meter_the_machine_is_a_line_over_assumed_watts() {
    let svg = picture(&["--rate", "40MH/s"]);
    assert_eq!(svg.matches("data-id=\"machine\"").count(), 2);
    assert!(svg.contains("at 1 W") && svg.contains("at 500 W") && svg.contains("energy not measured"));
}

#[test]
fn pictures_have_alt_text_and_a_dark_side() {
    let svg = picture(&[RECORD]);
    for part in ["role=\"img\"", "<title id=\"efficiency-wide-title\">", "<desc id=", "prefers-color-scheme: dark"] {
        assert!(svg.contains(part), "{part}");
    }
}

#[test]
fn the_page_allows_nothing_from_elsewhere() {
    let page = page(&[RECORD]);
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
    for outside in ["src=", "href=", "@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket", "importScripts"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let addresses = page.matches("http").count() - page.matches("http://www.w3.org/2000/svg").count();
    assert_eq!(addresses - page.matches("http-equiv").count(), 0);
}

#[test]
fn foreign_text_is_text() {
    let page = page(&[HOSTILE]);
    assert!(!page.contains("<script>alert") && !page.contains("<img"), "a tag of the record came through");
    assert!(page.contains("&lt;script&gt;alert(1)"));
    // The page's own: its data, the market's, and the script.
    assert_eq!(page.matches("<script").count(), 3);
    assert_eq!(page.matches("</script>").count(), 3);
}

#[test]
fn a_page_of_two_machines_names_both() {
    let page = page(&[RECORD, RECORD]);
    assert!(page.contains("id=\"record-1\"") && page.contains("id=\"record-2\""));
    assert!(page.contains("data-key=\"others/0/years_per_block\""));
}

#[test]
fn the_page_says_that_the_node_is_not_the_efficiency() {
    let page = page(&["--rate", "40MH/s"]);
    assert!(page.contains("The node is not the efficiency"));
    assert!(page.contains("7 nm spans 104 to 30 J/TH, and GMO's B3 (7 nm) ranks below the Antminer S9 (16 nm)."));
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let output = ran(&["report", "--rate", "40MH/s", "-o", "no/such/directory/page.html"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("page.html"));
    assert!(!Path::new("no").exists());
}

#[test]
fn a_page_of_yesterday_survives_a_record_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(&page, "yesterday").unwrap();
    let output = ran(&["report", "no/such/record.json", "-o", page.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(std::fs::read_to_string(&page).unwrap(), "yesterday");
}

/// `xdg-open` is a stand-in here, which keeps what it was given.
#[cfg(target_os = "linux")]
#[test]
fn the_finished_page_is_handed_to_the_desktop_as_an_absolute_path() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (opener, given) = (folder.path().join("xdg-open"), folder.path().join("given"));
    std::fs::write(&opener, "#!/bin/sh\necho \"$@\" >given.part && mv given.part given\n").unwrap();
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    let report = |path: &str| {
        let mut command = hashjoule(["report", "--learn", "-o", "page.html", "--open"]);
        command.current_dir(&folder).env("PATH", path).output().unwrap()
    };
    let none = report("/no/such/folder");
    let told = String::from_utf8(none.stderr).unwrap();
    assert_eq!(none.status.code(), Some(5), "{told}");
    assert!(
        told.contains("error: cannot start xdg-open: ") && told.contains("hint: the report is written: open /"),
        "{told}"
    );

    let opened = report(&format!("{}:/usr/bin:/bin", folder.path().display()));
    assert_eq!(opened.status.code(), Some(0), "{}", String::from_utf8_lossy(&opened.stderr));
    // The opener is left to itself: it may still be at work.
    let text = (0..1000).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        std::fs::read_to_string(&given).ok()
    });
    let page = folder.path().canonicalize().unwrap().join("page.html");
    assert_eq!(text.unwrap().trim_end(), page.to_str().unwrap());
    assert!(std::fs::read_to_string(page).unwrap().contains("<html"));
}

#[test]
fn a_tool_is_told_where_the_page_is_and_how_long() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let output = ran(&["report", "--rate", "40MH/s", "-o", page.to_str().unwrap(), "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["file"], page.to_str().unwrap());
    assert_eq!(document["bytes"], std::fs::metadata(page).unwrap().len());
}
