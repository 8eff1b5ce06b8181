//! `hashjoule mine`: what it finds, in which shape.

use super::*;
use hashjoule::header::Header;
use hashjoule::job::{Job, JobFamily, VersionMask};
use hashjoule::kernel::{Kernel, RolledHit};
use hashjoule::target::Target;

const GENESIS_HASH: &str = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";

#[test]
fn the_document_has_the_keys_that_tools_rely_on() {
    let ran = run("mine --from 2083000000 --threads 1 --json");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let document = ran.json();
    assert_eq!(document["schema"], "hashjoule-mine/1");
    let hit = serde_json::json!({
        "nonce": GENESIS_NONCE, "version": 1, "hash": GENESIS_HASH, "header": genesis(),
    });
    assert_eq!(document["hits"], serde_json::json!([hit]));
    assert_eq!(document["target"], format!("00000000ffff{}", "0".repeat(52)));
    assert_eq!(document["threads"], 1);
    assert_eq!(document["interrupted"], false);
    assert!(Kernel::named(document["kernel"].as_str().unwrap()).is_ok());
    // Chunks are whole, so a few nonces behind the hit are tried as well.
    let [hashes, seconds, rate] =
        ["hashes", "seconds", "hashes_per_second"].map(|key| document[key].as_f64().expect(key));
    assert!(hashes >= 236_894.0 && seconds > 0.0, "{document}");
    assert!((rate * seconds / hashes - 1.0).abs() < 1e-6, "the rate is the quotient of the other two: {document}");
}

#[test]
fn the_text_is_data_on_stdout_and_a_summary_on_stderr() {
    let ran = run("mine --from 2083230000 --threads 1 --kernel portable");
    assert_eq!(ran.code, Some(0));
    let header = genesis();
    assert_eq!(ran.out, format!("nonce    2083236893 (7c2bac1d)\nhash     {GENESIS_HASH}\nheader   {header}\n\n"));
    assert!(ran.err.starts_with("1 hit. "), "{}", ran.err);
    assert!(ran.err.ends_with("(portable, one-version, 1 thread)\n"), "{}", ran.err);
    let quiet = run("mine --from 2083230000 --threads 1 --kernel portable --quiet");
    assert_eq!((quiet.out, quiet.err.as_str()), (ran.out, ""));
}

#[test]
fn every_kernel_forced_by_flag_finds_the_genesis_nonce_and_an_absent_one_is_exit_4() {
    for listing in Kernel::listing() {
        let ran = run(&format!("mine --from 2083000000 --kernel {} --json", listing.name));
        match listing.kernel {
            Ok(_) => {
                assert_eq!((ran.code, ran.nonces()), (Some(0), vec![GENESIS_NONCE.into()]), "{}", listing.name);
                assert_eq!(ran.json()["kernel"], listing.name);
            }
            Err(why) => {
                assert_eq!(ran.code, Some(4), "{}", listing.name);
                assert_eq!(ran.json()["error"]["code"], "kernel-absent");
                assert!(ran.err.contains(&why.to_string()), "{}", ran.err);
            }
        }
    }
}

#[test]
fn nothing_found_is_exit_1() {
    let ran = run("mine --from 2083236894 --count 1000 --json");
    assert_eq!((ran.code, ran.nonces()), (Some(1), vec![]));
    assert_eq!((&ran.json()["hashes"], &ran.json()["interrupted"]), (&1000.into(), &false.into()));
    let text = run("mine --from 2083236894 --count 1000");
    assert_eq!((text.code, text.out.as_str()), (Some(1), ""));
    assert!(text.err.starts_with("No hit: the range holds none. 1,000 of 1,000 hashes tried."), "{}", text.err);
    assert_eq!(run("mine --count 0").code, Some(1));
}

#[test]
fn when_the_time_runs_out_it_is_exit_1_and_not_an_interruption() {
    let ran = run("mine --time 200ms --json");
    let document = ran.json();
    assert_eq!((ran.code, &document["interrupted"]), (Some(1), &false.into()), "{document}");
    assert!(document["seconds"].as_f64().unwrap() >= 0.2, "{document}");
    assert!((1..1 << 32).contains(&document["hashes"].as_u64().unwrap()), "{document}");
    assert!(run("mine --time 200ms").err.starts_with("No hit so far (the time is up). "));
}

/// The hits of `0..count` at a target of 12 zero bits.
fn expected(header: &Header, count: u64) -> Vec<u64> {
    let mut hits = Vec::new();
    let scalar = Kernel::named("scalar").unwrap();
    scalar.search(&Job::new(header, Target::from_leading_zeros(12)), 0..count, &mut hits);
    hits.into_iter().map(u64::from).collect()
}

#[test]
fn any_number_of_threads_finds_the_same_hits_in_the_same_order() {
    let target = Target::from_leading_zeros(12);
    let want = expected(&Header::GENESIS, 150_000);
    assert!(want.len() > 10);
    for threads in [1, 2, 3, 7] {
        let search = format!("mine --target {target} --count 150000 --threads {threads} --json");
        let all = run(&format!("{search} --all"));
        assert_eq!((all.code, all.nonces()), (Some(0), want.clone()), "{threads} threads");
        assert_eq!((&all.json()["threads"], &all.json()["hashes"]), (&threads.into(), &150_000.into()));
        assert_eq!(run(&search).nonces(), want[..1], "{threads} threads: the lowest hit");
    }
    let unpinned = run(&format!("mine --target {target} --count 150000 --all --no-pin --json"));
    assert_eq!(unpinned.nonces(), want);
}

#[test]
fn both_ends_of_the_nonces_are_searched() {
    let ran = run(&format!("mine --target {} --from 4294967293 --all --json", Target::MAX));
    assert_eq!(ran.nonces(), [4_294_967_293, 4_294_967_294, 4_294_967_295]);
    let ran = run(&format!("mine --target {} --count 2 --all --json", Target::MAX));
    assert_eq!(ran.nonces(), [0, 1]);
}

#[test]
fn a_header_comes_as_hex_as_a_file_from_stdin_by_name_with_or_without_its_nonce() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("header hex");
    let range = "--from 2083230000 --count 10000 --json";
    let finds =
        |ran: Ran, how: &str| assert_eq!((ran.code, ran.nonces()), (Some(0), vec![GENESIS_NONCE.into()]), "{how}");
    let whole = genesis();
    let wrapped = format!("\n  {}\r\n{}\n\n", &whole[..72], &whole[72..152]);
    for (how, text) in [("whole", whole.as_str()), ("76 bytes", &whole[..152]), ("wrapped 76 bytes", &wrapped)] {
        std::fs::write(&file, text).unwrap();
        let mut args: Vec<String> = range.split(' ').map(str::to_owned).collect();
        args.extend(["mine".into(), "--header".into(), format!("@{}", file.display())]);
        args.rotate_right(3);
        finds(hashjoule(args).output().unwrap().into(), how);
        finds(run_with_stdin(&format!("mine {range} --header -"), text.as_bytes()), how);
    }
    finds(run(&format!("mine {range} --header {whole}")), "argument");
    finds(run(&format!("mine {range} --header 0x{}", &whole[..152])), "argument with 0x");
    finds(run(&format!("mine {range} --header genesis")), "name");
    assert_eq!(run("mine --header block-125552 --from 2,504,430,000 --json").nonces(), [2_504_433_986]);
}

#[test]
fn a_target_equal_to_the_hash_is_met_and_one_below_is_not() {
    let below = format!("{}e", &GENESIS_HASH[..63]);
    for (target, nonces) in [(GENESIS_HASH, vec![u64::from(GENESIS_NONCE)]), (&below, vec![])] {
        let ran = run(&format!("mine --from 2083236890 --count 10 --target {target} --json"));
        assert_eq!((ran.json()["target"].as_str().unwrap(), ran.nonces()), (target, nonces));
    }
}

#[test]
fn bits_from_the_command_line_go_before_the_headers_own() {
    let header = genesis();
    let without_target = format!("{}00000000{}", &header[..144], &header[152..]);
    let ran = run(&format!("mine --header {without_target} --bits 1f00ffff --count 200000 --all --json"));
    assert_eq!(ran.json()["target"], format!("0000ffff{}", "0".repeat(56)));
    for hit in ran.json()["hits"].as_array().unwrap() {
        assert!(hit["hash"].as_str().unwrap() < ran.json()["target"].as_str().unwrap());
    }
}

#[test]
fn versions_roll_under_the_mask_and_every_hit_is_found() {
    let (mask, target) = (VersionMask(0x0000_6001), Target::from_leading_zeros(12));
    let mut want = Vec::new();
    let family = JobFamily::rolled(&Header::GENESIS, target, mask, 0..8);
    Kernel::named("scalar").unwrap().search_rolled(&family, 0..20_000, &mut want);
    let ran = run(&format!("mine --roll-versions=0x6001 --target {target} --count 20000 --all --json"));
    assert_eq!((&ran.json()["mode"], &ran.json()["hashes"]), (&"rolling".into(), &160_000.into()));
    let hit = |hit: &Value| {
        let [version, nonce] = ["version", "nonce"].map(|key| u32::try_from(hit[key].as_u64().unwrap()).unwrap());
        let header = Header { version, nonce, ..Header::GENESIS };
        assert_eq!(hit["header"], hex_of(&header.to_bytes()));
        assert_eq!(hit["hash"], header.block_hash().to_string());
        RolledHit { version, nonce }
    };
    let mut found: Vec<RolledHit> = ran.json()["hits"].as_array().unwrap().iter().map(hit).collect();
    found.sort_unstable();
    assert_eq!(found, want);
    assert!(want.iter().any(|hit| hit.version != want[0].version), "several versions have hits");
    let text = run(&format!("mine --roll-versions=6001 --target {target} --count 20000"));
    assert!(text.out.contains("\nversion  0000"), "{}", text.out);
}

#[test]
fn the_default_mask_is_that_of_bip320() {
    let ran = run("mine --roll-versions --count 1 --time 10ms --json");
    assert_eq!(ran.json()["mode"], "rolling");
    let text = run("mine --roll-versions --count 3 --time 10ms");
    assert!(text.err.contains("of 196,608 hashes tried"), "3 nonces of 2^16 versions: {}", text.err);
}
