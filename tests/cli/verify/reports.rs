//! What comes out: JUnit, GitHub, files, the page of the protocol; and bad arguments.

use super::*;

/// Python's XML parser, which shares nothing with our writer, counts the same.
#[test]
fn junit_is_read_back_with_the_same_counts() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("report.xml");
    let ran = exec("dies", &["--format", "junit", "-o", &file.display().to_string()]);
    assert_eq!((ran.code, ran.out.trim()), (1, ONE_FAILS));
    let script = "import sys, xml.etree.ElementTree as E
s = E.parse(sys.argv[1]).getroot()
c = s.findall('.//testcase')
f, k = s.findall('.//failure'), s.findall('.//skipped')
assert [s.get('tests'), s.get('failures'), s.get('skipped')] == [str(len(c)), str(len(f)), str(len(k))]
print(len(c) - len(f) - len(k), 'passed,', len(f), 'failed,', len(k), 'skipped')
print(f[0].get('message'))";
    let output = Command::new("python3").args(["-c", script]).arg(&file).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with(&format!("{ONE_FAILS}\nended (exit status: 1; ")),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn github_gets_an_annotation_for_each_failure() {
    let ran = exec("dies", &["--format", "github"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((lines.len(), lines[1]), (2, ONE_FAILS));
    assert!(
        lines[0].starts_with("::error title=dies header_hash/made-up-all-zero::ended (exit status: 1"),
        "{}",
        lines[0]
    );
}

/// The page's program, run as the page says, prints what the page shows.
#[test]
fn the_example_of_the_protocols_page_is_true() {
    let page = std::fs::read_to_string(here("docs/exec-protocol.md")).unwrap();
    let block = |kind: &str| page.split_once(&format!("```{kind}\n")).unwrap().1.split_once("```").unwrap().0;
    let folder = tempfile::tempdir().unwrap();
    let adapter = folder.path().join("adapter.py");
    std::fs::write(&adapter, block("python")).unwrap();
    let ran = verify(&["--exec", &format!("python3 '{}'", adapter.display())]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // All but how long it took, the command itself, and the lines left out.
    let shown = block("console").lines().skip(1).map(|line| line.split(", ").next().unwrap().trim());
    for line in shown.filter(|line| *line != "...") {
        assert!(ran.out.contains(line), "the page shows '{line}', but:\n{}", ran.out);
    }
    assert!(page.contains(ran.last()), "{}", ran.last());
}

#[test]
fn the_output_file_is_opened_before_the_work() {
    let ran = verify(&["-o", "/no/such/directory/report.txt"]);
    assert!(ran.code == 3 && ran.err.contains("cannot write /no/such/directory/report.txt"), "{}", ran.err);
    assert!(ran.out.is_empty());
    if PathBuf::from("/dev/full").exists() {
        let ran = verify(&["--kernel", "scalar", "--filter", "scan/lanes-1", "-o", "/dev/full"]);
        assert!(ran.code == 3 && ran.err.contains("cannot write /dev/full: No space left"), "{}", ran.err);
    }
}

#[test]
fn arguments_that_contradict_each_other_are_usage_errors() {
    for arguments in [
        &["--exec", "a", "--simple", "b {header}"][..],
        &["--exec", "a", "--kernel", "scalar"],
        &["--prove", "--exec", "a"],
        &["--json", "--format", "junit"],
        &["--op", "scan"],
        &["--exec", "a", "--timeout", "0"],
        &["--exec", "a", "--timeout", "NaN"],
        &["--prove", "--format", "junit"],
    ] {
        let ran = verify(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
    }
}
