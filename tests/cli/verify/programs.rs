//! Other people's programs: `--exec` and `--simple`, well behaved and not.

use super::*;

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

#[track_caller]
fn exec_fails(mode: &str, counts: &str, part: &str) {
    let ran = exec(mode, &[]);
    assert_eq!((ran.code, ran.last()), (1, counts), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(part), "{}", ran.out);
}

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
    exec_fails("binary", ONE_FAILS, "printed a line that is not UTF-8 text");
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
    // All at once: most of them wait for a deadline.
    std::thread::scope(|scope| {
        for mode in ["fine", "hangs", "dies", "flood", "never-ends", "silent"] {
            scope.spawn(move || {
                let directory = tempfile::tempdir().unwrap();
                let pids = directory.path().join("pids");
                exec(&format!("{mode} '{}'", pids.display()), &[]);
                all_are_gone(&pids);
            });
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_the_run_with_its_report_and_its_processes() {
    let directory = tempfile::tempdir().unwrap();
    let pids = directory.path().join("pids");
    let command = format!("python3 '{}' hangs '{}'", here("tests/adapters/misbehaving.py"), pids.display());
    let mut child =
        hashjoule(["verify", "--exec", &command, "--filter", "header_hash/made-up", "--timeout", "600", "--json"])
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
    assert!(ran.code == 2 && ran.err.contains("does not close a quote"), "{}", ran.err);
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
    let output = hashjoule(["verify", "--simple", &command, "--filter", "header_hash/made-up-all-zero"])
        .env("HASHJOULE_RPC_PASSWORD", "secret")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_str(&std::fs::read_to_string(seen).unwrap()).unwrap();
    assert_eq!(seen, json!([["$HOME", "`id`", ";", format!("{} x", "00".repeat(80))], []]));
}

// Other people's CI.
