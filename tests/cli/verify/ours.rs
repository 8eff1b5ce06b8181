//! Our kernels and functions, and the zoo of wrong ones.

use super::*;

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

/// The kernels that this CPU lacks: `verify` shows one skip for each.
fn absent() -> impl Iterator<Item = hashjoule::kernel::Listing> {
    hashjoule::kernel::Kernel::listing().filter(|listing| listing.kernel.is_err())
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
    let skipped = absent().count();
    assert!(expected > 1000 && ran.last() == format!("{expected} passed, 0 failed, {skipped} skipped"), "{}", ran.out);
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
    let Some(absent) = absent().next() else {
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
    assert_eq!((ran.code, ran.last()), (1, &*format!("0 passed, 0 failed, {} skipped", absent().count())));
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
