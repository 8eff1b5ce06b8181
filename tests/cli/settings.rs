//! Settings from the environment: flags win, an empty variable is none, and faults name the variable.

use super::*;

const SEARCH: &str = "mine --from 2083230000 --count 10000 --json";

fn run_in(variables: &[(&str, &str)], flags: &str) -> Ran {
    let mut command = hashjoule(format!("{SEARCH} {flags}").split_whitespace());
    command.envs(variables.iter().copied()).output().unwrap().into()
}

#[test]
fn a_kernel_and_threads_from_the_environment() {
    let ran = run_in(&[("HASHJOULE_KERNEL", "portable"), ("HASHJOULE_THREADS", "3")], "");
    assert_eq!((ran.code, ran.nonces()), (Some(0), vec![GENESIS_NONCE.into()]));
    assert_eq!((&ran.json()["kernel"], &ran.json()["threads"]), (&"portable".into(), &3.into()));
}

#[test]
fn flags_win() {
    let both = [("HASHJOULE_KERNEL", "nope"), ("HASHJOULE_THREADS", "abc"), ("HASHJOULE_CPUS", "9999")];
    let ran = run_in(&both, "--kernel portable --threads 2");
    assert_eq!((&ran.json()["kernel"], &ran.json()["threads"]), (&"portable".into(), &2.into()), "{}", ran.err);
    let cpu = hashjoule::scan::Placement::all().cpus.and_then(|cpus| cpus.first().copied());
    if let Some(cpu) = cpu {
        let ran = run_in(&both[1..], &format!("--cpus {cpu}"));
        assert_eq!((ran.code, &ran.json()["threads"]), (Some(0), &1.into()), "{}", ran.err);
    }
}

#[test]
fn an_empty_variable_is_none() {
    let ran = run_in(&[("HASHJOULE_KERNEL", ""), ("HASHJOULE_THREADS", ""), ("HASHJOULE_CPUS", "")], "");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

#[test]
fn faults_name_the_variable() {
    let faults = [
        ("HASHJOULE_THREADS", "abc", 2),
        ("HASHJOULE_THREADS", "0", 2),
        ("HASHJOULE_CPUS", "x", 2),
        ("HASHJOULE_KERNEL", "nope", 2),
        ("HASHJOULE_CPUS", "9999", 4),
    ];
    for (variable, value, code) in faults {
        let ran = run_in(&[(variable, value)], "");
        assert_eq!((ran.code, &ran.json()["error"]["hint"].is_string()), (Some(code), &true), "{}", ran.err);
        assert!(ran.err.contains(variable) && ran.err.contains(value), "{variable}: {}", ran.err);
    }
    let ran = run_in(&[("HASHJOULE_THREADS", "1"), ("HASHJOULE_CPUS", "0")], "");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("both HASHJOULE_THREADS and HASHJOULE_CPUS"), "{}", ran.err);
}

/// A node from the environment is for mining that names no header; what is typed goes before it.
#[test]
fn a_node_from_the_environment_gives_way_and_is_never_shown() {
    let server = [("HASHJOULE_NODE", "http://me:hush@127.0.0.1:1"), ("HASHJOULE_COOKIE", "/no/such/cookie")];
    let ran = run_in(&server, "--bits 1d00ffff");
    assert_eq!((ran.code, ran.nonces()), (Some(0), vec![GENESIS_NONCE.into()]), "{}", ran.err);
    let help = hashjoule(["mine", "--help"]).envs(server).output().unwrap();
    assert!(!Ran::from(help).out.contains("hush"));
    let typed = run("mine --node http://127.0.0.1:1 --bits 1d00ffff");
    assert_eq!(typed.code, Some(2), "{}", typed.err);
    assert!(typed.err.contains("--node") && typed.err.contains("--bits"), "{}", typed.err);
}

#[cfg(unix)]
#[test]
fn what_is_no_text_is_a_usage_failure() {
    use std::os::unix::ffi::OsStrExt;
    let foreign = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    let from_variable = hashjoule(["mine"]).env("HASHJOULE_KERNEL", foreign).output().unwrap();
    let as_argument = hashjoule(["mine".as_ref(), "--header".as_ref(), foreign]).output().unwrap();
    let as_command = hashjoule([foreign]).output().unwrap();
    for (ran, needle) in [(from_variable, "HASHJOULE_KERNEL"), (as_argument, "no UTF-8"), (as_command, "unrecognized")]
    {
        let ran = Ran::from(ran);
        assert_eq!(ran.code, Some(2), "{needle}: {}", ran.err);
        assert!(ran.err.contains(needle) && ran.err.lines().count() == 2, "{}", ran.err);
    }
}
