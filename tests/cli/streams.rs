//! Where the output goes: closed pipes are quiet, a full disk is a failure.

use super::*;

/// Commands that write to stdout, each in its own way.
const WRITERS: [&str; 8] = [
    "--help",
    "--version",
    "mine --help",
    "info",
    "info --json",
    "explain",
    "mine --from 2083236890 --count 10",
    "mine --from 2083236890 --count 10 --json",
];

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    for words in WRITERS {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = Ran::from(hashjoule(words.split_whitespace()).stdout(writer).output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{words}");
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let failing = hashjoule(["mine", "--threads", "0", "--json"]).stdout(writer).output().unwrap();
    assert_eq!(Ran::from(failing).code, Some(2), "a failure stays one");
}

#[test]
fn a_closed_stderr_takes_nothing_from_the_result() {
    for words in ["mine --from 2083236890 --count 10", "mine --from 2083236890 --count 10 --json -v"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = Ran::from(hashjoule(words.split_whitespace()).stderr(writer).output().unwrap());
        assert!(ran.code == Some(0) && ran.out.contains("2083236893"), "{words}: {}", ran.out);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_exit_3() {
    for words in WRITERS {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = Ran::from(hashjoule(words.split_whitespace()).stdout(full).output().unwrap());
        assert_eq!(ran.code, Some(3), "{words}: {}", ran.err);
        assert!(ran.err.starts_with("error: cannot write to stdout: No space left"), "{words}: {}", ran.err);
    }
}

/// Whatever is said for people, stdout holds one document and nothing else.
#[test]
fn verbose_and_json_do_not_mix() {
    let ran = run("mine --from 2083236890 --count 10 --json --verbose");
    assert!(ran.json()["hits"].is_array() && ran.err.contains("the fastest in a short measurement"), "{}", ran.err);
    assert!(!ran.err.contains('\u{1b}'), "no control codes without a terminal");
}

#[test]
fn help_fits_into_eighty_columns_and_shows_an_example() {
    for words in ["--help", "mine --help", "info --help", "explain --help"] {
        let ran = Ran::from(hashjoule(words.split_whitespace()).env("COLUMNS", "80").output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
        for line in ran.out.lines() {
            assert!(line.chars().count() <= 80, "{words}: {line}");
        }
        assert!(words == "--help" || ran.out.contains("Examples:\n  hashjoule "), "{words}");
    }
}
