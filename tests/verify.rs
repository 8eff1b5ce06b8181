//! `verify` as its users meet it: our kernels, their files, their processes, their CI.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test fails loudly and prints its skips")]
#![cfg(feature = "cli")]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn here(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

fn hashjoule(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashjoule")).args(arguments).output().unwrap()
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn last(&self) -> &str {
        self.out.lines().last().unwrap_or_else(|| panic!("nothing on stdout; stderr: {}", self.err))
    }
}

fn verify(arguments: &[&str]) -> Ran {
    let output = hashjoule(&[&["verify"], arguments].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn json_of(arguments: &[&str]) -> Value {
    serde_json::from_str(&verify(&[arguments, &["--json"]].concat()).out).unwrap()
}

/// The cases that take few hashes are enough to know that the command runs them; the rest is for `hashjoule verify` itself.
#[test]
fn our_kernels_pass_every_group() {
    let report =
        json_of(&["--filter", "own-bits", "--filter", "rolled/", "--filter", "made-up", "--filter", "accumulated/top"]);
    assert_eq!((&report["schema"], &report["failed"]), (&json!("hashjoule-verify/1"), &json!(0)));
    let suites = report["implementations"].as_array().unwrap();
    let mut names: Vec<&str> = suites.iter().map(|suite| suite["name"].as_str().unwrap()).collect();
    assert_eq!(names.remove(0), "library");
    assert_eq!(
        names,
        hashjoule::kernel::Kernel::NAMES.iter().copied().filter(|n| names.contains(n)).collect::<Vec<_>>()
    );
    assert_eq!(names.len(), hashjoule::kernel::Kernel::NAMES.len(), "missing kernels are named too");
    for suite in suites {
        let (passed, skipped) = (suite["passed"].as_u64().unwrap(), suite["skipped"].as_u64().unwrap());
        assert!(passed > 50 || (passed, skipped) == (0, 1), "{}: {passed} passed, {skipped} skipped", suite["name"]);
    }
    let groups = |suite: &Value| -> std::collections::BTreeSet<String> {
        let outcomes = suite["outcomes"].as_array().unwrap().iter();
        outcomes.map(|o| o["id"].as_str().unwrap().split('/').next().unwrap().to_owned()).collect()
    };
    let searched = ["accumulated", "header_hash", "meets_target", "rolled", "scan"];
    assert_eq!(groups(&suites[1]).iter().map(String::as_str).collect::<Vec<_>>(), searched);
}

#[test]
fn the_library_passes_the_other_groups_with_all_their_cases() {
    let groups =
        ["midstate/", "compress/", "target_bits/", "difficulty/", "retarget/", "merkle/", "stratum_job/", "sha256"];
    let filters: Vec<&str> = groups.iter().flat_map(|group| ["--filter", group]).collect();
    let ran = verify(&filters);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let expected: usize = hashjoule::vectors::embedded()
        .iter()
        .flat_map(|file| &file.cases)
        .filter(|case| groups.iter().any(|g| case.id.contains(g)))
        .count();
    assert!(expected > 1000 && ran.last() == format!("{expected} passed, 0 failed, 0 skipped"), "{}", ran.out);
}

#[test]
fn kernels_by_name() {
    let ran = verify(&["--kernel", "scalar", "--filter", "scan/lanes"]);
    assert_eq!((ran.code, ran.last()), (0, "18 passed, 0 failed, 0 skipped"));
    let ran = verify(&["--kernel", "scalar", "--kernel", "sha2", "--filter", "scan/lanes"]);
    assert_eq!((ran.code, ran.last()), (0, "36 passed, 0 failed, 0 skipped"));
    let ran = verify(&["--kernel", "avx1024"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("there is no kernel 'avx1024'"), "{}", ran.err);
    assert_eq!(verify(&["--require", "avx1024"]).code, 2);
    assert_eq!(verify(&["--require", "scalar", "--filter", "scan/lanes"]).code, 0);
}

/// A kernel that is absent is a skip, with --require a failure (1), with --kernel an error (4). It takes a machine that lacks one.
#[test]
fn an_absent_kernel_is_never_silently_green() {
    let absent = hashjoule::kernel::Kernel::listing().find(|listing| listing.kernel.is_err());
    let Some(absent) = absent else {
        // Here is every kernel, so each can be required.
        let all: Vec<&str> = hashjoule::kernel::Kernel::NAMES.iter().flat_map(|name| ["--require", name]).collect();
        let ran = verify(&[&all[..], &["--filter", "scan/lanes-1"]].concat());
        assert!(ran.code == 0 && ran.last().ends_with(" 0 failed, 0 skipped"), "{}", ran.out);
        return;
    };
    let ran = verify(&["--filter", "scan/lanes-1"]);
    assert!(ran.code == 0 && ran.out.contains(&format!("{}", absent.kernel.unwrap_err())), "{}", ran.out);
    assert_eq!(verify(&["--filter", "scan/lanes-1", "--require", absent.name]).code, 1);
    assert_eq!(verify(&["--kernel", absent.name]).code, 4);
}

#[test]
fn a_run_that_executes_nothing_or_too_little_is_not_green() {
    let ran = verify(&["--filter", "no such case"]);
    assert_eq!((ran.code, ran.last()), (1, "0 passed, 0 failed, 0 skipped"));
    let lanes = ["--kernel", "scalar", "--filter", "scan/lanes"];
    assert_eq!(verify(&[&lanes[..], &["--min-pass", "18"]].concat()).code, 0);
    let ran = verify(&[&lanes[..], &["--min-pass", "19"]].concat());
    assert_eq!((ran.code, ran.last()), (1, "18 passed, 0 failed, 0 skipped"));
    assert!(ran.err.contains("--min-pass asks for 19"), "{}", ran.err);
    let ran = exec("skips-all", &[]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.last().starts_with("0 passed, 0 failed, "));
}

#[test]
fn the_zoo_is_caught_and_the_score_printed() {
    let ran = verify(&["--prove"]);
    let members = hashjoule::verify::zoo::ZOO.len();
    assert!(members >= 12);
    assert_eq!(
        (ran.code, ran.last()),
        (0, &*format!("{members} of {members} wrong implementations caught, the right one passes: yes"))
    );
    assert_eq!(ran.out.matches(": caught by ").count(), members);
}

// Other people's files.

fn written(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, text).unwrap();
    (directory, path.display().to_string())
}

fn document(group: &str, cases: &[Value]) -> String {
    json!({"schema": "hashjoule-vectors/1", "group": group, "cases": cases}).to_string()
}

/// The rows of a simple CSV, by column name.
fn csv(path: &str) -> Vec<std::collections::HashMap<String, String>> {
    let text = std::fs::read_to_string(here(path)).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().unwrap();
    lines.map(|row| head.iter().cloned().zip(row).collect()).collect()
}

#[test]
fn vectors_from_an_outside_csv_are_converted_and_verified() {
    let headers: Vec<Value> = csv("vectors/make/sources/headers_mainnet_2016.csv")
        .iter()
        .map(|row| json!({"id": format!("header_hash/height-{}", row["height"]), "input": {"header": row["header_hex"]}, "expect": {"hash": row["hash"]}}))
        .collect();
    let bits: Vec<Value> = csv("vectors/make/sources/nbits.csv")
        .iter()
        .map(|row| {
            let is_target = row["negative"] == "0" && row["overflow"] == "0" && row["zero"] == "0";
            let target = if is_target { json!(row["target_hex"]) } else { Value::Null };
            json!({"id": format!("target_bits/{}", row["nbits_hex"]), "input": {"bits": row["nbits_hex"]}, "expect": {"target": target, "negative": row["negative"] == "1"}})
        })
        .collect();
    assert!(headers.len() == 436 && bits.len() == 32);
    let (_a, headers) = written("headers.json", &document("header_hash", &headers));
    let (_b, bits) = written("bits.json", &document("target_bits", &bits));
    let ran = verify(&[&headers, &bits, "--kernel", "portable"]);
    assert_eq!((ran.code, ran.last()), (0, "436 passed, 0 failed, 0 skipped"));
    let report = json_of(&[&headers, &bits, "--require", "portable"]);
    assert_eq!((&report["implementations"][0]["passed"], &report["failed"]), (&json!(436 + 32), &json!(0)));
}

#[test]
fn a_wrong_vector_of_someone_fails() {
    let genesis = hashjoule::header::Header::GENESIS;
    let header: String = genesis.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let case = json!({"id": "header_hash/mine", "input": {"header": header}, "expect": {"hash": "00".repeat(32)}});
    let (_directory, path) = written("mine.json", &document("header_hash", &[case]));
    let ran = verify(&[&path, "--kernel", "scalar"]);
    assert_eq!((ran.code, ran.last()), (1, "0 passed, 1 failed, 0 skipped"));
    let expected =
        format!("FAILED scalar header_hash/mine: hash is \"{}\", expected {}", genesis.block_hash(), "00".repeat(32));
    assert!(ran.out.contains(&expected), "{}", ran.out);
    let ran = verify(&[&path, &path]);
    assert!(ran.code == 3 && ran.err.contains("the id \"header_hash/mine\" stands in"), "{}", ran.err);
}

#[test]
fn bad_files_are_exit_3_with_file_and_position() {
    let refused = |text: &str, part: &str| {
        let (_directory, path) = written("bad.json", text);
        let ran = verify(&[&path]);
        assert!(ran.code == 3 && ran.out.is_empty(), "exit {}: {}", ran.code, ran.out);
        assert!(ran.err.starts_with(&format!("error: {path}:1:")) && ran.err.contains(part), "{}", ran.err);
        let error: Value = serde_json::from_str(&verify(&[&path, "--json"]).out).unwrap();
        assert_eq!(error["error"]["code"], "vectors");
    };
    refused(&document("scan", &[])[..40], "EOF");
    refused(&document("scam", &[]), "unknown group \"scam\"");
    refused(&document("scan", &[]).replace("vectors/1", "vectors/9"), "this program reads \"hashjoule-vectors/1\"");
    refused(&"[".repeat(300_000), "");
    let missing = verify(&["no/such.json"]);
    assert!(missing.code == 3 && missing.err.contains("no/such.json: cannot open"), "{}", missing.err);
}

/// 100 MB that are no vector file: the address space is limited to far less.
#[test]
fn a_hundred_megabytes_of_rubbish_need_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rubbish.json");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(100_000_000).unwrap();
    let limited = format!("ulimit -v 400000; exec {} verify {}", env!("CARGO_BIN_EXE_hashjoule"), path.display());
    let output = Command::new("sh").args(["-c", &limited]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(3) && text.contains("larger than 16 MiB"), "{text}");
}

#[test]
fn known_failures_have_a_reason_and_must_fail() {
    let known = |text: &str, mode: &str| {
        let (_directory, path) = written("known", text);
        exec(mode, &["--known-failures", &path])
    };
    let all_but = "header_hash/made-up-all-zero the pipe breaks\n";
    let ran = known(all_but, "dies");
    assert!(ran.code == 0 && ran.out.contains("skipped 1: known failure: the pipe breaks"), "{}", ran.out);
    assert!(ran.last().starts_with("7 passed, 0 failed, "), "{}", ran.out);
    let ran = known("# all is well\n\nheader_hash/made-up-all-ones flaky\n", "fine");
    assert!(ran.code == 1 && ran.out.contains("passes, but stands among the known failures (flaky)"), "{}", ran.out);
    for (text, part) in [
        ("header_hash/genesis\n", "line 1: \"header_hash/genesis\" has no reason"),
        ("header_hash/nobody why\n", "line 1: no vector has the id \"header_hash/nobody\""),
        ("header_hash/genesis a\nheader_hash/genesis b\n", "line 2: \"header_hash/genesis\" stands here a second time"),
    ] {
        let ran = known(text, "fine");
        assert!(ran.code == 3 && ran.err.contains(part), "{}", ran.err);
    }
}

// Other people's processes.

fn c_adapter(directory: &Path) -> String {
    let program = directory.join("c_plain");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let built = Command::new(compiler).args(["-O1", "-o"]).arg(&program).arg(here("tests/adapters/c_plain.c")).status();
    assert!(built.unwrap().success(), "the C adapter does not compile");
    program.display().to_string()
}

/// Made-up headers only, for a shell with openssl takes a while for each.
#[test]
fn four_adapters_in_four_languages_pass_through_both_doors() {
    let directory = tempfile::tempdir().unwrap();
    let adapters = [
        format!("python3 '{}'", here("tests/adapters/python_hashlib.py")),
        format!("node '{}'", here("tests/adapters/node_crypto.mjs")),
        format!("bash '{}'", here("tests/adapters/shell_openssl.sh")),
        format!("'{}'", c_adapter(directory.path())),
    ];
    for adapter in adapters {
        let made_up = ["--filter", "header_hash/made-up", "--timeout", "30"];
        let ran = verify(&[&["--exec", &adapter][..], &made_up].concat());
        assert_eq!((ran.code, ran.last()), (0, "8 passed, 0 failed, 0 skipped"), "{adapter}: {}{}", ran.out, ran.err);
        let ran = verify(&[&["--simple", &format!("{adapter} {{header}}")][..], &made_up].concat());
        assert_eq!((ran.code, ran.last()), (0, "8 passed, 0 failed, 0 skipped"), "{adapter}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn what_an_adapter_does_not_do_is_skipped_and_counted() {
    let adapter = format!("node '{}'", here("tests/adapters/node_crypto.mjs"));
    let ran = verify(&["--exec", &adapter, "--timeout", "30"]);
    let cases = hashjoule::vectors::embedded().into_iter().flat_map(|file| file.cases);
    let (does, does_not): (Vec<_>, Vec<_>) =
        cases.partition(|c| matches!(c.question.op(), "header_hash" | "meets_target"));
    assert_eq!((ran.code, ran.last()), (0, &*format!("{} passed, 0 failed, {} skipped", does.len(), does_not.len())));
    assert!(ran.out.contains("it does not do merkle"));
}

/// Eight cases of `header_hash`, with a short deadline.
fn exec(mode: &str, more: &[&str]) -> Ran {
    let command = format!("python3 '{}' {mode}", here("tests/adapters/misbehaving.py"));
    let start = Instant::now();
    let ran = verify(&[&["--exec", &command, "--filter", "header_hash/made-up", "--timeout", "2"], more].concat());
    assert!(start.elapsed() < Duration::from_secs(60), "{mode}: no deadline held");
    ran
}

#[track_caller]
fn exec_fails(mode: &str, counts: &str, part: &str) {
    let ran = exec(mode, &[]);
    assert_eq!((ran.code, ran.last()), (1, counts), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(part), "{}", ran.out);
}

const ONE_FAILS: &str = "7 passed, 1 failed, 0 skipped";

#[test]
fn an_adapter_that_answers_in_another_order_passes() {
    let ran = exec("out-of-order", &[]);
    assert_eq!((ran.code, ran.last()), (0, "8 passed, 0 failed, 0 skipped"));
    assert_eq!(exec("noisy-stderr", &[]).code, 0);
}

#[test]
fn an_adapter_that_hangs_fails_that_case_alone() {
    exec_fails("hangs", ONE_FAILS, "header_hash/made-up-all-zero: no answer within 2 s (killed by us)");
}

#[test]
fn an_adapter_that_dies_fails_that_case_alone() {
    let part = "made-up-all-zero: ended (exit status: 1; its stderr ends with \"Segmentation fault (core dumped)\")";
    exec_fails("dies", ONE_FAILS, part);
}

#[test]
fn an_adapter_that_prints_garbage_is_shown_its_garbage() {
    let part = "made-up-all-zero: printed a line that is no JSON (";
    exec_fails("garbage", ONE_FAILS, part);
    exec_fails("garbage", ONE_FAILS, "\"DEBUG header is all zero\"");
    exec_fails("always-garbage", "0 passed, 8 failed, 0 skipped", "\"DEBUG asked header_hash/made-up-all-ones\"");
    exec_fails("binary", ONE_FAILS, "printed a line that is no UTF-8 text");
}

#[test]
fn an_adapter_that_answers_twice_is_not_believed() {
    exec_fails("twice", ONE_FAILS, "made-up-all-zero: answered twice");
    exec_fails("stranger", "8 passed, 1 failed, 0 skipped", "answers \"header_hash/who\", which was not asked");
}

#[test]
fn an_adapter_that_floods_is_stopped() {
    exec_fails("long-line", ONE_FAILS, "made-up-all-zero: printed a line of more than 1 MiB");
    exec_fails("flood", ONE_FAILS, "made-up-all-zero: answered twice");
}

#[test]
fn what_an_adapter_says_is_passed_on_without_its_escape_sequences() {
    exec_fails("says-no", "0 passed, 8 failed, 0 skipped", "it says: not [31m today");
    exec_fails("reversed", "0 passed, 8 failed, 0 skipped", "the right bytes in reverse order");
}

#[test]
fn an_adapter_that_does_not_end_well_fails() {
    exec_fails(
        "never-ends",
        "8 passed, 1 failed, 0 skipped",
        "after its last answer it did not end when its stdin was closed",
    );
    exec_fails(
        "bad-exit",
        "8 passed, 1 failed, 0 skipped",
        "ended badly (exit status: 1; its stderr ends with \"cleanup failed\")",
    );
}

#[test]
fn a_command_that_never_answers_is_exit_5() {
    for (mode, part) in [
        ("silent", "no hello within 10 s: does it read stdin line by line, and flush stdout after each line?"),
        ("no-hello", "ended without a hello (exit status: 1; its stderr ends with \"I do not know this protocol\")"),
        ("prose-hello", "its hello is a line that is no JSON ("),
        ("unknown-op", "names an op \"header_hush\", and there are header_hash, "),
    ] {
        let ran = exec(mode, &[]);
        assert!(ran.code == 5 && ran.err.contains(part), "exit {}: {}", ran.code, ran.err);
    }
    for door in ["--exec", "--simple"] {
        let ran = verify(&[door, "no-such-program-anywhere {header}"]);
        assert!(ran.code == 5 && ran.err.contains("no-such-program-anywhere: cannot be started: "), "{}", ran.err);
    }
}

fn is_running(pid: &str) -> bool {
    // A zombie whose parent has not looked yet is dead.
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[track_caller]
fn all_are_gone(pids: &Path) {
    let text = std::fs::read_to_string(pids).unwrap();
    assert!(text.lines().count() >= 2, "the adapter and its child wrote their numbers: {text:?}");
    let deadline = Instant::now() + Duration::from_secs(30);
    while text.lines().any(is_running) {
        assert!(
            Instant::now() < deadline,
            "still there: {:?}",
            text.lines().filter(|pid| is_running(pid)).collect::<Vec<_>>()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_is_left_behind() {
    for mode in ["fine", "hangs", "dies", "flood", "never-ends", "silent"] {
        let directory = tempfile::tempdir().unwrap();
        let pids = directory.path().join("pids");
        exec(&format!("{mode} '{}'", pids.display()), &[]);
        all_are_gone(&pids);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_the_run_with_its_report_and_its_processes() {
    let directory = tempfile::tempdir().unwrap();
    let pids = directory.path().join("pids");
    let command = format!("python3 '{}' hangs '{}'", here("tests/adapters/misbehaving.py"), pids.display());
    let mut child = Command::new(env!("CARGO_BIN_EXE_hashjoule"))
        .args(["verify", "--exec", &command, "--filter", "header_hash/made-up", "--timeout", "600", "--json"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while std::fs::read_to_string(&pids).map_or(0, |text| text.lines().count()) < 2 {
        assert!(Instant::now() < deadline, "the adapter did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(300));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let mut text = String::new();
    std::io::Read::read_to_string(child.stdout.as_mut().unwrap(), &mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&report["interrupted"], &report["failed"]), (&json!(true), &json!(0)));
    all_are_gone(&pids);
}

#[test]
fn simple_commands_that_go_wrong() {
    let simple = |command: &str, more: &[&str]| {
        let arguments = ["--simple", command, "--filter", "header_hash/made-up-all", "--timeout", "3"];
        verify(&[&arguments[..], more].concat())
    };
    for (command, part) in [
        ("sleep 600{header}", "no end within 3 s"),
        ("sh -c 'exit 3' {header}", "exit status: 3"),
        ("sh -c 'echo no luck >&2; kill -9 $$' {header}", "signal: 9 (SIGKILL); its stderr ends with \"no luck\""),
        ("echo {header}", "expected 14508459b221041eab257d2baaa7459775ba748246c8403609eb708f0e57e74b"),
        ("yes {header}", "printed more than 1 MiB"),
        ("true {header}", "hash is \"\", expected"),
    ] {
        let ran = simple(command, &[]);
        assert_eq!((ran.code, ran.last()), (1, "0 passed, 2 failed, 0 skipped"), "{command}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(part), "{command}: {}", ran.out);
    }
    let ran = simple("echo", &[]);
    assert!(ran.code == 2 && ran.err.contains("no placeholder; for header_hash there are {header}"), "{}", ran.err);
    let ran = simple("echo 'x", &[]);
    assert!(ran.code == 2 && ran.err.contains("opens a ' that it does not close"), "{}", ran.err);
    let ran = simple("echo {header}", &["--op", "hash"]);
    assert!(ran.code == 2 && ran.err.contains("there is no op \"hash\"; there are header_hash, "), "{}", ran.err);
}

#[test]
fn simple_commands_for_other_groups() {
    let directory = tempfile::tempdir().unwrap();
    let ran = verify(&[
        "--simple",
        "python3 -c 'import sys,hashlib;print(hashlib.sha256(bytes.fromhex(sys.argv[1])).hexdigest())' {message}",
        "--op",
        "sha256",
        "--filter",
        "shortmsg-1",
        "--timeout",
        "30",
    ]);
    assert!(ran.code == 0 && ran.last().ends_with("passed, 0 failed, 0 skipped"), "{}{}", ran.out, ran.err);
    let script = directory.path().join("scan.py");
    std::fs::write(&script, "import sys; start, count = map(int, sys.argv[1:]); print(*range(start, start + count))")
        .unwrap();
    let command = format!("python3 {} {{start}} {{count}}", script.display());
    let ran = verify(&["--simple", &command, "--op", "scan", "--filter", "every-nonce", "--timeout", "30"]);
    assert_eq!((ran.code, ran.last()), (0, "4 passed, 0 failed, 0 skipped"), "{}{}", ran.out, ran.err);
}

/// No shell stands between: what a shell would expand reaches the program as it is. Our variables do not reach it.
#[test]
fn commands_see_no_shell_and_no_variables_of_ours() {
    let directory = tempfile::tempdir().unwrap();
    let seen = directory.path().join("seen");
    let script = "import json,os,sys;open(sys.argv[1],'w').write(json.dumps([sys.argv[2:],[k for k in os.environ if k.startswith('HASHJOULE')]]))";
    let command = format!("python3 -c \"{script}\" {} $HOME `id` ';' '{{header}} x'", seen.display());
    let output = Command::new(env!("CARGO_BIN_EXE_hashjoule"))
        .args(["verify", "--simple", &command, "--filter", "header_hash/made-up-all-zero"])
        .env("HASHJOULE_RPC_PASSWORD", "secret")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_str(&std::fs::read_to_string(seen).unwrap()).unwrap();
    assert_eq!(seen, json!([["$HOME", "`id`", ";", format!("{} x", "00".repeat(80))], []]));
}

// Other people's CI.

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
