//! The command line: documents that other tools rely on, and failures that say where and what to do.

use crate::hashjoule;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Output;

fn market(args: &[&str]) -> Output {
    hashjoule([&["market"], args].concat()).output().unwrap()
}

fn stdout(args: &[&str]) -> String {
    let output = market(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    let document: Value = serde_json::from_str(&stdout(&[args, &["--json"]].concat())).unwrap();
    assert_eq!(document["schema"], "hashjoule-market/1", "{args:?}");
    document
}

/// Exit code, and what stderr says.
fn failure(args: &[&str]) -> (i32, String) {
    let output = market(args);
    assert!(output.stdout.is_empty(), "{args:?} wrote to stdout");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn file(directory: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = directory.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

const DECEMBER: [&str; 8] =
    ["--difficulty", "5646403851534.721", "--price", "3467", "--reward", "12.683", "--power-price", "0.05"];

#[test]
fn breakeven_as_a_document() {
    let document = json(&[&["breakeven"], &DECEMBER[..]].concat());
    let rigs = document["rigs"].as_array().unwrap();
    let find = |id: &str| rigs.iter().find(|rig| rig["id"] == id).unwrap();
    let b2 = find("gmo-b2");
    assert!((b2["payback_days"].as_f64().unwrap() - 1408.0).abs() < 1.0);
    assert!((b2["j_per_th"].as_f64().unwrap() - 81.25).abs() < 1e-9);
    assert!((b2["break_even_power_price_usd_per_kwh"].as_f64().unwrap() - 0.0803).abs() < 5e-5);
    let s9 = find("antminer-s9-13.5");
    assert_eq!(s9["break_even_price_usd"].as_f64().unwrap().round(), 2603.0);
    let e9 = find("ebit-e9plus");
    assert!(e9["margin_usd_per_day"].as_f64().unwrap() < 0.0 && e9["payback_days"].is_null());
    let joules: Vec<_> = rigs.iter().map(|rig| rig["j_per_th"].as_f64().unwrap()).collect();
    assert!(joules.is_sorted());
}

#[test]
fn the_moment_can_be_said_in_three_ways() {
    let s9 = |moment: &[&str]| {
        let rest = ["--price", "3467", "--reward", "12.683"];
        let document = json(&[&["breakeven", "antminer-s9-13.5"], moment, &rest[..]].concat());
        document["rigs"][0]["break_even_power_price_usd_per_kwh"].as_f64().unwrap()
    };
    let by_epoch = s9(&["--epoch", "552384"]);
    assert_eq!(by_epoch, s9(&["--bits", "1731d97c"]));
    assert_eq!(by_epoch, s9(&["--epoch", "554399"]));
    assert_eq!(by_epoch, s9(&[]));
    assert!((by_epoch / s9(&["--difficulty", "5646403851534.721"]) - 1.0).abs() < 1e-12);
    assert_eq!(format!("{:.2}", by_epoch * 100.0), "6.66");
}

#[test]
fn a_rig_of_ones_own() {
    let own = ["breakeven", "--rate", "13.5TH/s", "--watts", "1323W", "--rig-price", "2400"];
    let document = json(&own);
    assert_eq!(document["rigs"].as_array().unwrap().len(), 1);
    assert_eq!(document["rigs"][0]["id"], "custom");
    assert!((document["rigs"][0]["payback_days"].as_f64().unwrap() - 4553.0).abs() < 1.0);
    let text = stdout(&["breakeven", "antminer-s15", "--growth", "5%"]);
    assert!(text.contains("at +5.0 %") && text.contains("never"), "{text}");
}

#[test]
fn only_rigs_that_were_out_unless_all_are_asked_for() {
    let count = |args: &[&str]| json(args)["rigs"].as_array().unwrap().len();
    let (then, all) = (count(&["breakeven"]), count(&["breakeven", "--all"]));
    assert!(then < all && then > 40, "{then} {all}");
    assert!(!stdout(&["breakeven"]).contains("antminer-s19"));
}

#[test]
fn fleet_as_a_document() {
    let document = json(&["fleet", "--price", "3400", "--hashrate", "53.33EH/s"]);
    assert_eq!(document["price_usd"], 3400.0);
    assert!((document["hashrate_ehs"].as_f64().unwrap() - 37.3).abs() < 0.05);
    assert!((document["installed_ehs"].as_f64().unwrap() - 57.0).abs() < 1e-9);
    let off: f64 = document["off"].as_array().unwrap().iter().map(|class| class["ehs"].as_f64().unwrap()).sum();
    assert!((off - (57.0 - document["hashrate_ehs"].as_f64().unwrap())).abs() < 1e-6);
    assert!(document["off"][0]["class"].is_string());
    assert!((document["wanted"]["price_usd"].as_f64().unwrap() - 7346.0).abs() < 10.0);
    assert_eq!(document["fitted"], true);
    assert!(stdout(&["fleet"]).contains("Fitted, not measured."));
    assert!(stdout(&["fleet", "--hashrate", "60EH/s"]).contains("never reached"));
    assert!(json(&["fleet", "--price", "0"])["hashrate_ehs"].as_f64().unwrap() == 0.0);
}

#[test]
fn the_printed_fleet_can_be_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let own = stdout(&["fleet", "--print-toml"]).replace("sigma = 0.18", "sigma = 0.5");
    let path = file(&directory, "own.toml", &own);
    let with_own = json(&["fleet", "--price", "3400", "--fleet", path.to_str().unwrap()]);
    assert_ne!(with_own["hashrate_ehs"], json(&["fleet", "--price", "3400"])["hashrate_ehs"]);
}

#[cfg(feature = "report")]
#[test]
fn the_supply_curve_as_a_picture() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("supply.svg");
    stdout(&["fleet", "--svg", path.to_str().unwrap()]);
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(svg.starts_with("<?xml") && svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains("<title id=\"market-supply-wide-title\">") && svg.contains("2018-12-03"));
    let missing = directory.path().join("no/such/folder.svg");
    let (code, text) = failure(&["fleet", "--svg", missing.to_str().unwrap()]);
    assert_eq!(code, 3);
    assert!(text.contains("cannot write") && text.contains("folder.svg"), "{text}");
}

#[test]
fn replay_of_the_record() {
    let document = json(&["replay"]);
    let epochs = document["epochs"].as_array().unwrap();
    assert_eq!((epochs[0]["height"].as_u64(), epochs.len()), (Some(540_288), 24));
    let trough = epochs.iter().find(|epoch| epoch["height"] == 552_384).unwrap();
    assert!((trough["adjustment"].as_f64().unwrap() + 0.151).abs() < 5e-4);
    assert!((trough["hashrate_ehs"].as_f64().unwrap() / 36.5508 - 1.0).abs() < 1e-4);
    assert_eq!(trough["price_usd"], 3466.71);
    let ids: Vec<_> = trough["rigs"].as_array().unwrap().iter().map(|rig| rig["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["antminer-s9-13.5", "gmo-b2", "gmo-b3", "antminer-s15"]);
    let dark = epochs.iter().find(|epoch| epoch["height"] == 554_400).unwrap();
    assert!(dark["price_usd"].is_null() && dark["fleet_ehs"].is_null());
    assert!(dark["rigs"][0]["break_even_power_price_usd_per_kwh"].is_null());
    assert!(dark["rigs"][0]["shutdown_price_usd"].as_f64().unwrap() > 2000.0);
}

#[test]
fn replay_with_the_users_prices() {
    let directory = tempfile::tempdir().unwrap();
    let days = (1..=31).map(|day| format!("2018-12-{day:02},3400\n")).collect::<String>();
    let path = file(&directory, "prices.csv", &format!("date,price_usd\n{days}"));
    let document = json(&["replay", "--prices", path.to_str().unwrap(), "--from", "2018-12-01", "--to", "2018-12-18"]);
    let epochs = document["epochs"].as_array().unwrap();
    assert_eq!(epochs.len(), 2);
    for epoch in epochs {
        assert!((epoch["price_usd"].as_f64().unwrap() - 3400.0).abs() < 1e-9);
        assert!((epoch["fleet_ehs"].as_f64().unwrap() - 37.3).abs() < 0.05);
        assert_eq!(epoch["price_source"], "your series");
    }
}

#[test]
fn the_article_as_table_markdown_and_document() {
    let document = json(&["article"]);
    let claims = document["claims"].as_array().unwrap();
    assert_eq!(claims.len(), 28);
    for claim in claims {
        assert!(["id", "claim", "verdict", "source", "formula"].iter().all(|key| claim[key].is_string()), "{claim}");
        assert!(claim["figures"].is_object(), "{claim}");
    }
    let factor =
        |id: &str| claims.iter().find(|claim| claim["id"] == id).unwrap()["figures"]["price_factor"].as_f64().unwrap();
    assert!((factor("doubling-same-rigs") - 1.46).abs() < 0.005 && (factor("doubling-record") - 2.36).abs() < 0.005);
    let table = stdout(&["article"]);
    assert_eq!(table.matches("     source ").count(), 28);
    // An address cannot be broken; everything else fits.
    let wide = table.lines().find(|line| line.trim().contains(' ') && line.chars().count() > 80);
    assert_eq!(wide, None);
    let markdown = stdout(&["article", "--markdown"]);
    assert_eq!(markdown.lines().filter(|line| line.matches(" | ").count() == 5).count(), 29);
    assert_eq!(json(&["article", "doubling"])["claims"].as_array().unwrap().len(), 4);
}

#[test]
fn the_users_evidence_turns_verdicts() {
    let directory = tempfile::tempdir().unwrap();
    let verdict =
        |args: &[&str]| json(&[&["article", "doubling-fleet"], args].concat())["claims"][0]["verdict"].clone();
    assert_eq!(verdict(&[]), "holds with a caveat");
    let small = "schema = \"hashjoule-fleet/1\"\nname = \"small\"\nfitted = false\nprovenance = \"made up\"\n\
                 installed_ehs = 40.0\nreward_btc_per_block = 12.5\npool_fee = 0.0\npue = 1.0\n\
                 [power_price]\nmedian_usd_per_kwh = 0.05\nsigma = 0.2\n\
                 [[class]]\nname = \"S9\"\nj_per_th = 98.0\ninstalled_ehs = 40.0\n";
    let path = file(&directory, "small.toml", small);
    assert_eq!(verdict(&["--fleet", path.to_str().unwrap()]), "not shown by this");
}

#[test]
fn an_unknown_rig_is_offered_its_neighbours() {
    let (code, text) = failure(&["breakeven", "gmo-b4"]);
    assert_eq!(code, 2);
    assert!(text.contains("no rig 'gmo-b4'") && text.contains("gmo-b2") && text.contains("gmo-b3"), "{text}");
    let (code, text) = failure(&["breakeven", "s15"]);
    assert_eq!(code, 2);
    assert!(text.contains("antminer-s15"), "{text}");
    let (code, text) = failure(&["breakeven", "gmo-7nm-2017-plan"]);
    assert_eq!(code, 2);
    assert!(text.contains("mere plan"), "{text}");
}

#[test]
fn wrong_terms_are_refused_by_name() {
    for (args, wanted) in [
        (&["--epoch", "990000"][..], "beyond the chain history"),
        (&["--epoch", "minus"], "'minus' is not a valid block height"),
        (&["--epoch", "876960"], "no price is quoted for the epoch of 2024-12-29"),
        (&["--price", "-3467"], "-3467"),
        (&["--power-price", "-0.05"], "-0.05"),
        (&["--difficulty", "0.5", "--price", "1"], "difficulty 0.5: must be at least 1"),
        (&["--difficulty", "NaN", "--price", "1"], "'NaN' is not a valid difficulty"),
        (&["--bits", "1d00fffg"], "'1d00fffg' is not a valid nBits"),
        (&["--bits", "03000000"], "the target is zero"),
        (&["--fee", "100%"], "fee 1: must be a share"),
        (&["--uptime", "0"], "uptime 0: must be a share"),
        (&["--pue", "0.5"], "PUE 0.5: must be at least 1"),
        (&["--reward", "-1"], "'-1' is not a valid amount of BTC"),
        (&["--growth", "-1"], "growth -1"),
        (&["--fee", "much"], "'much' is not a valid share"),
    ] {
        let (code, text) = failure(&[&["breakeven"], args].concat());
        assert_eq!(code, 2, "{args:?}: {text}");
        assert!(text.contains(wanted), "{args:?}: {text}");
    }
}

#[test]
fn bad_files_are_told_by_line_and_column() {
    let directory = tempfile::tempdir().unwrap();
    let gap = file(&directory, "gap.csv", "date,price_usd\n2018-12-03,3800\n2018-12-05,3700\n");
    let month = file(&directory, "month.csv", "date,price_usd\n2018-13-03,3800\n");
    let minus = file(&directory, "minus.csv", "date,price_usd\n2018-12-03,-1\n");
    let binary = directory.path().join("binary.csv");
    std::fs::write(&binary, b"date,price_usd\n\xff\xfe,1\n").unwrap();
    let shares = stdout(&["fleet", "--print-toml"]).replace("installed_ehs = 57.0", "installed_ehs = 60.0");
    let shares = file(&directory, "shares.toml", &shares);
    let catalogue = file(&directory, "catalogue.csv", "id,vendor\nx,y\n");
    let absent = directory.path().join("absent.csv");
    for (args, path, wanted) in [
        (["replay", "--prices"], &gap, "line 3, column 1 (date): 2018-12-05 where 2018-12-04 was due"),
        (["replay", "--prices"], &month, "line 2, column 1 (date): '2018-13-03' is no date"),
        (["replay", "--prices"], &minus, "line 2, column 2 (price_usd): '-1' is no number above zero"),
        (["replay", "--prices"], &binary, "binary.csv"),
        (["replay", "--prices"], &absent, "absent.csv"),
        (["fleet", "--fleet"], &shares, "column 17: installed_ehs is 60, but the classes add up to 57"),
        (["article", "--catalogue"], &catalogue, "line"),
    ] {
        let (code, text) = failure(&[args[0], args[1], path.to_str().unwrap()]);
        assert_eq!(code, 3, "{args:?}: {text}");
        assert!(text.contains(wanted), "{text}");
    }
}

#[test]
fn tables_fit_a_terminal_of_100_columns() {
    for args in [&["breakeven", "--growth", "5%"][..], &["fleet"], &["replay"]] {
        let text = stdout(args);
        let wide = text.lines().find(|line| line.chars().count() > 100);
        assert_eq!(wide, None, "{args:?}");
    }
}

#[test]
fn zero_is_a_price_like_any_other() {
    let text = stdout(&["fleet", "--price", "0", "--hashrate", "40EH/s"]);
    assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    let text = stdout(&["breakeven", "--power-price", "0", "antminer-s9-13.5"]);
    assert!(text.contains("power is free") && !text.contains("inf"), "{text}");
}

#[test]
fn failures_are_documents_too() {
    let output = market(&["breakeven", "gmo-b4", "--json"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &document["error"]["code"]), (Some(2), &Value::from("rig")));
    assert!(document["error"]["hint"].as_str().unwrap().contains("gmo-b2"));
}

#[test]
fn a_range_without_epochs_and_a_claim_that_is_none() {
    let (code, text) = failure(&["replay", "--from", "2030-01-01", "--to", "2031-01-01"]);
    assert!(code == 2 && text.contains("no epoch starts between 2030-01-01 and 2031-01-01"), "{text}");
    let (code, text) = failure(&["article", "moon"]);
    assert!(code == 2 && text.contains("no claim begins with 'moon'") && text.contains("share-off"), "{text}");
    let (code, text) = failure(&["replay", "--from", "2018-02-30"]);
    assert!(code == 2 && text.contains("2018-02-30"), "{text}");
}

#[test]
fn market_alone_names_its_commands() {
    let (code, text) = failure(&[]);
    assert!(code == 2 && text.contains("needs a command: breakeven, fleet, replay, article"), "{text}");
}

/// One set of options: what `market` takes, `compare` and `report` take in the same form.
#[cfg(feature = "report")]
#[test]
fn terms_are_read_in_one_form_by_every_command() {
    let directory = tempfile::tempdir().unwrap();
    let page = directory.path().join("page.html");
    let run = |command: &str, option: &str, value: &str| {
        let mut run = hashjoule(std::iter::empty::<&str>());
        match command {
            "breakeven" => run.args(["market", "breakeven", "antminer-s9-13.5"]),
            "report" => run.args(["report", "--rate", "40MH/s", "-o"]).arg(&page),
            _ => run.args([command, "--rate", "40MH/s"]),
        };
        let output =
            run.args(["--price", "4000"].iter().filter(|_| option != "--price")).args([option, value]).output();
        let output = output.unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for (option, good, bad) in [
        ("--difficulty", "132.76T", "132,76T"),
        ("--bits", "0x1731d97c", "731d97c"),
        ("--epoch", "552,384", "552384x"),
        ("--price", "3,466.71", "3466,71"),
        ("--price", "$1,234,567", "12,34,567"),
        ("--reward", "12.683", "12,683.5,1"),
        ("--power-price", "5ct/kWh", "0,05"),
        ("--fee", "2%", "2"),
        ("--pue", "1.05", "1,05"),
        ("--uptime", "95%", "95"),
    ] {
        for command in ["compare", "report", "breakeven"] {
            let (code, text) = run(command, option, good);
            assert_eq!(code, 0, "{command} {option} {good}: {text}");
            let (code, text) = run(command, option, bad);
            assert!(code == 2 && text.contains("is not a valid"), "{command} {option} {bad}: {text}");
        }
    }
}

#[test]
fn halvings_are_paid_from_their_block_on() {
    for (height, wanted) in [
        ("209999", 50.0),
        ("210000", 25.0),
        ("419999", 25.0),
        ("420000", 12.5),
        ("630000", 6.25),
        ("839999", 6.25),
        ("840000", 3.125),
    ] {
        let document = json(&["breakeven", "antminer-s9-13.5", "--epoch", height, "--price", "1000"]);
        assert_eq!(document["terms"]["reward_btc"], wanted, "{height}");
        #[cfg(feature = "report")]
        {
            let words = ["compare", "--rate", "40MH/s", "--epoch", height, "--json"];
            let output = hashjoule(words).output().unwrap();
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(document["terms"]["reward_btc"], wanted, "{height}");
        }
    }
}
