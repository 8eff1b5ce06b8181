//! The chain's record: facts of late 2018, the retarget rule over 435 epochs, and files that are wrong.

use hashjoule::market::Chain;
use hashjoule::target::{CompactTarget, Target};

/// The columns that the loader does not read.
fn column(name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(include_str!("../../../src/market/chain_epochs.csv").as_bytes());
    let index = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
    reader.records().map(|record| record.unwrap()[index].to_owned()).collect()
}

#[test]
fn difficulty_from_nbits_is_exact() {
    let (chain, difficulties) = (Chain::shipped(), column("difficulty"));
    assert_eq!((chain.epochs().len(), difficulties.len()), (481, 481));
    for (epoch, wanted) in chain.epochs().iter().zip(difficulties) {
        assert_eq!(epoch.difficulty(), wanted.parse::<f64>().unwrap(), "height {}", epoch.height);
    }
}

#[test]
fn hash_rates_of_the_epochs() {
    for (epoch, wanted) in Chain::shipped().epochs().iter().zip(column("hashrate_hs_measured")) {
        let Some(found) = epoch.hash_rate() else {
            assert!(epoch.height == 967_680 && wanted.is_empty(), "only the newest epoch has not ended");
            continue;
        };
        let (found, wanted) = (found.to_hashes_per_second(), wanted.parse::<f64>().unwrap());
        assert!((found / wanted - 1.0).abs() < 1e-6, "height {}: {found} and {wanted}", epoch.height);
    }
}

#[test]
fn the_epochs_of_the_article() {
    let chain = Chain::shipped();
    for (height, date, bits, difficulty, ehs) in [
        (542_304, "2018-09-20", 0x1727_5a1f, 7.1526e12, 53.3336),
        (544_320, "2018-10-04", 0x1725_c191, 7.4550e12, 51.4054),
        (550_368, "2018-11-16", 0x172a_4e2f, 6.6533e12, 40.3964),
        (552_384, "2018-12-03", 0x1731_d97c, 5.6464e12, 36.5508),
        (554_400, "2018-12-18", 0x1737_1ef4, 5.1064e12, 40.1644),
        (576_576, "2019-05-18", 0x1729_fb45, 6.7046e12, 53.3631),
        (582_624, "2019-06-27", 0x1723_792c, 7.9347e12, 64.8457),
    ] {
        let epoch = chain.at(height).unwrap();
        assert_eq!((epoch.date().to_string().as_str(), epoch.bits), (date, CompactTarget(bits)));
        assert!((epoch.difficulty() / difficulty - 1.0).abs() < 1e-4);
        assert!((epoch.hash_rate().unwrap().to_hashes_per_second() / 1e18 / ehs - 1.0).abs() < 1e-4);
    }
}

#[test]
fn every_epoch_follows_from_the_last_by_the_rule() {
    let chain = Chain::shipped();
    let follows = |pair: &&[hashjoule::market::Epoch]| {
        let spans = pair[0].timespans_to(pair[1].bits);
        // Both ends of the range do it, and the seconds just outside do not.
        spans.is_some_and(|spans| {
            let next = |span| pair[0].bits.next(0, span, Target::DIFFICULTY_1).unwrap();
            let clamped = |span: u32| !(302_401..4_838_400).contains(&span);
            next(*spans.start()) == pair[1].bits
                && next(*spans.end()) == pair[1].bits
                && (clamped(*spans.start()) || next(spans.start() - 1) != pair[1].bits)
                && (clamped(*spans.end()) || next(spans.end() + 1) != pair[1].bits)
        })
    };
    assert_eq!(chain.epochs().windows(2).filter(follows).count(), 480);
}

#[test]
fn the_implied_timespan_is_the_epochs_own_to_a_few_intervals() {
    let chain = Chain::shipped();
    let facts = |pair: &&[hashjoule::market::Epoch]| pair.iter().all(|epoch| !epoch.time_is_estimated);
    assert_eq!(chain.epochs().windows(2).filter(facts).count(), 437);
    for pair in chain.epochs().windows(2).skip(40).filter(facts) {
        let spans = pair[0].timespans_to(pair[1].bits).unwrap();
        let gap = i64::from(pair[0].seconds.unwrap()) - i64::from(*spans.end());
        assert!((-7_200..14_400).contains(&gap), "height {}: {gap} s", pair[0].height);
    }
}

#[test]
fn a_wrong_nbits_follows_from_nothing() {
    let chain = Chain::shipped();
    let peak = chain.at(542_304).unwrap();
    assert_eq!(peak.timespans_to(CompactTarget(0x1d00_ffff)), None); // far beyond a factor of four
    assert_eq!(peak.timespans_to(CompactTarget(0x1700_0001)), None);
    assert_eq!(peak.timespans_to(CompactTarget(0)), None);
}

#[test]
fn the_four_cases_of_bitcoin_core() {
    // src/test/pow_tests.cpp: get_next_work, pow_limit, lower_limit_actual, upper_limit_actual.
    for (bits, first, last, wanted) in [
        (0x1d00_ffff, 1_261_130_161, 1_262_152_739, 0x1d00_d86a),
        (0x1d00_ffff, 1_231_006_505, 1_233_061_996, 0x1d00_ffff),
        (0x1c05_a3f4, 1_279_008_237, 1_279_297_671, 0x1c01_68fd),
        (0x1c38_7f6f, 1_263_163_443, 1_269_211_443, 0x1d00_e1fd),
    ] {
        assert_eq!(CompactTarget(bits).next(first, last, Target::DIFFICULTY_1), Ok(CompactTarget(wanted)));
    }
}

#[test]
fn heights_and_days_find_their_epochs() {
    let chain = Chain::shipped();
    assert_eq!(chain.at(0).unwrap().bits, CompactTarget(0x1d00_ffff));
    assert_eq!(chain.at(554_399), chain.at(552_384));
    assert_eq!(chain.at(967_680 + 2015).unwrap(), chain.newest());
    let error = chain.at(969_696).unwrap_err().to_string();
    assert_eq!(error, "height 969696 is beyond the chain history, which ends at height 969695");
    let days = "2018-12-03".parse().unwrap()..="2018-12-18".parse().unwrap();
    assert_eq!(chain.between(days).map(|epoch| epoch.height).collect::<Vec<_>>(), [552_384, 554_400]);
}

#[test]
fn a_wrong_record_names_its_place() {
    const HEAD: &str = "height,time,bits,epoch_seconds_to_next\n";
    for (rows, message) in [
        ("", "chain history: no epochs"),
        ("0,1,1d00ffff,5\n2016,x,1d00ffff,5\n", "chain history, line 3, column 2 (time): 'x' is no Unix time"),
        ("0,1,1d00fffg,5\n", "chain history, line 2, column 3 (bits): '1d00fffg' is no nBits in hex"),
        ("0,1,1d00ffff,0\n", "chain history, line 2, column 4 (epoch_seconds_to_next): '0' is no number of seconds"),
        ("0,1,1d00ffff,5\n4032,6,1d00ffff,5\n", "chain history: height 4032 where 2016 was due"),
        (
            "0,1,1d00ffff,5\n2016,7,1d00ffff,5\n",
            "chain history: 5 seconds from height 0 do not lead to the next epoch's time",
        ),
    ] {
        assert_eq!(Chain::parse(&format!("{HEAD}{rows}")).unwrap_err().to_string(), message);
    }
    let error = Chain::parse("height,time\n0,1\n").unwrap_err().to_string();
    assert_eq!(error, "chain history, line 1: no column 'bits' (found: height, time)");
    let error = Chain::parse("height,time\n0\n").unwrap_err().to_string();
    assert_eq!(error, "chain history, line 2: 1 fields where the header has 2");
}
