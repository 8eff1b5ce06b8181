//! The article: its verdicts on what ships, and that each of them turns when the evidence does.

use hashjoule::asic::Catalogue;
use hashjoule::market::article::{Claim, Evidence, Verdict, check, in_plain_words};
use hashjoule::market::{Chain, Constants, Fleet, Statements};
use std::collections::HashMap;

const CATALOGUE: &str = include_str!("../../../src/asic/catalogue.csv");
const CONSTANTS: &str = include_str!("../../../src/market/market_constants.csv");
const STATEMENTS: &str = include_str!("../../../src/market/statements.csv");

fn claim(evidence: &Evidence, id: &str) -> Claim {
    check(evidence).into_iter().find(|claim| claim.id == id).unwrap()
}

fn verdict(evidence: &Evidence, id: &str) -> Verdict {
    claim(evidence, id).verdict
}

fn figure(claim: &Claim, key: &str) -> Option<f64> {
    claim.figures.iter().find(|number| number.key == key).unwrap_or_else(|| panic!("{key} in {claim:?}")).value
}

/// The shipped figures with some of them replaced.
fn with_constants(values: &[(&str, f64)]) -> Evidence {
    let line = |line: &str| {
        let name = line.split(',').next().unwrap();
        let Some((_, value)) = values.iter().find(|(wanted, _)| *wanted == name) else { return line.to_owned() };
        let (_, rest) = line.split_once(',').unwrap().1.split_once(',').unwrap();
        format!("{name},{value},{rest}")
    };
    let text: Vec<_> = CONSTANTS.lines().map(line).collect();
    assert_ne!(text.join("\n"), CONSTANTS.trim_end(), "{values:?} changed nothing");
    Evidence { constants: Constants::parse(&text.join("\n")).unwrap(), ..Evidence::shipped() }
}

/// The shipped catalogue, only the rows that are kept, one text replaced.
fn with_catalogue(keep: impl Fn(&str) -> bool, from: &str, to: &str) -> Evidence {
    let mut lines = CATALOGUE.lines();
    let head = lines.next().unwrap().to_owned();
    let kept = lines.filter(|line| keep(line)).map(|line| line.replace(from, to));
    let text = [head].into_iter().chain(kept).collect::<Vec<_>>().join("\n");
    assert_ne!(text, CATALOGUE.trim_end(), "nothing was changed");
    Evidence { catalogue: Catalogue::from_csv(text.as_bytes()).unwrap(), ..Evidence::shipped() }
}

/// The shipped chain, the trough's epoch taking so many times its seconds.
fn with_trough_stretched(factor: f64) -> Evidence {
    let (chain, mut shift) = (Chain::shipped(), 0_i64);
    let mut text = "height,time,bits,epoch_seconds_to_next\n".to_owned();
    for epoch in chain.epochs().iter().filter(|epoch| epoch.seconds.is_some()) {
        let factor = if epoch.height == 552_384 { factor } else { 1.0 };
        let seconds = (f64::from(epoch.seconds.unwrap()) * factor).round() as i64;
        text += &format!("{},{},{},{seconds}\n", epoch.height, i64::from(epoch.time) + shift, epoch.bits);
        shift += seconds - i64::from(epoch.seconds.unwrap());
    }
    Evidence { chain: Chain::parse(&text).unwrap(), ..Evidence::shipped() }
}

fn without_statements() -> Evidence {
    let head = STATEMENTS.lines().next().unwrap();
    Evidence { statements: Statements::parse(head).unwrap(), ..Evidence::shipped() }
}

/// What nobody who must know had said, the companies say.
fn with_statements_of_the_companies() -> Evidence {
    let text = STATEMENTS.replace(",unknown,", ",company,");
    assert_ne!(text, STATEMENTS);
    Evidence { statements: Statements::parse(&text).unwrap(), ..Evidence::shipped() }
}

/// A fleet of one class at 20 J/TH: nothing goes off at the trough.
fn with_modern_fleet() -> Evidence {
    let mut fleet = Fleet::shipped();
    for class in &mut fleet.classes {
        class.efficiency = hashjoule::units::Efficiency::from_joules_per_terahash(20.0);
        class.installed = hashjoule::units::HashRate::from_hashes_per_second(5e18);
    }
    Evidence { fleet, ..Evidence::shipped() }
}

#[test]
fn the_verdicts_on_what_ships() {
    use Verdict::{Holds, HoldsWithCaveat, NotShown, Reported};
    let found: Vec<_> = check(&Evidence::shipped()).iter().map(|claim| (claim.id, claim.verdict)).collect();
    let wanted = [
        ("hash-rate-fell", HoldsWithCaveat),
        ("price-fell", HoldsWithCaveat),
        ("share-off", HoldsWithCaveat),
        ("off-at-a-loss", HoldsWithCaveat),
        ("most-take-losses", NotShown),
        ("bitmain-biggest", Holds),
        ("bitmain-survival", HoldsWithCaveat),
        ("bitmain-listing", HoldsWithCaveat),
        ("bitmain-departments", HoldsWithCaveat),
        ("bitmain-blockchain-ai", Reported),
        ("bitmain-layoffs", Reported),
        ("rigs-unsold", NotShown),
        ("gmo-fastest", NotShown),
        ("gmo-leaves", NotShown),
        ("gmo-stops-making", Holds),
        ("gmo-loss", HoldsWithCaveat),
        ("gmo-in-house-mining", HoldsWithCaveat),
        ("gmo-efficient", HoldsWithCaveat),
        ("gmo-profitable", HoldsWithCaveat),
        ("abrupt-halt", NotShown),
        ("round-the-clock", HoldsWithCaveat),
        ("slim-margins", HoldsWithCaveat),
        ("cannot-afford", NotShown),
        ("nobody-buys", NotShown),
        ("doubling-same-rigs", NotShown),
        ("doubling-elasticity", HoldsWithCaveat),
        ("doubling-fleet", HoldsWithCaveat),
        ("doubling-record", HoldsWithCaveat),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn no_verdict_is_a_constant() {
    let shipped = check(&Evidence::shipped());
    let worlds = [
        with_constants(&[("article_peak_ehs", 200.0)]),
        with_constants(&[("daily_low_2018", 4500.0)]),
        with_constants(&[("mean_price_trough_epoch", 1000.0)]),
        with_constants(&[("mean_price_trough_epoch", 12_000.0)]),
        with_constants(&[("mean_price_back_at_peak", 5000.0)]),
        with_constants(&[("gmo_loss_in_house_mining", 1e9)]),
        with_trough_stretched(0.75),
        with_trough_stretched(1.5),
        with_catalogue(|line| !line.contains("Canaan"), "Antminer", "Antminer (no Canaan)"),
        with_catalogue(|line| !line.contains(",2019-"), "", ""),
        with_catalogue(|line| !line.starts_with("gmo-b3"), "", ""),
        with_modern_fleet(),
        without_statements(),
        with_statements_of_the_companies(),
    ];
    let turned: Vec<HashMap<_, _>> =
        worlds.iter().map(|world| check(world).into_iter().map(|claim| (claim.id, claim.verdict)).collect()).collect();
    for Claim { id, verdict, .. } in shipped {
        assert!(turned.iter().any(|world| world[id] != verdict), "nothing turns {id}");
    }
}

#[test]
fn verdicts_turn_in_the_direction_of_the_evidence() {
    use Verdict::{Holds, HoldsWithCaveat, NotShown, Reported};
    assert_eq!(verdict(&with_trough_stretched(0.75), "share-off"), NotShown);
    assert_eq!(verdict(&with_trough_stretched(1.5), "share-off"), Holds);
    assert_eq!(verdict(&with_trough_stretched(1.5), "doubling-same-rigs"), HoldsWithCaveat);
    let cheap = claim(&with_constants(&[("mean_price_trough_epoch", 1000.0)]), "most-take-losses");
    assert_eq!(cheap.verdict, HoldsWithCaveat);
    assert!(cheap.finding.contains("That is most of them"), "{}", cheap.finding);
    assert_eq!(verdict(&with_constants(&[("mean_price_trough_epoch", 1000.0)]), "gmo-profitable"), NotShown);
    assert_eq!(verdict(&with_constants(&[("mean_price_trough_epoch", 12_000.0)]), "slim-margins"), NotShown);
    assert_eq!(verdict(&with_catalogue(|line| !line.contains("Canaan"), "", ""), "gmo-fastest"), Holds);
    assert_eq!(verdict(&with_catalogue(|line| !line.starts_with("gmo-b3"), "", ""), "gmo-efficient"), Holds);
    let nothing_new =
        with_catalogue(|line| !["2019", "202"].iter().any(|year| line.contains(&format!(",{year}"))), "", "");
    assert_eq!(verdict(&nothing_new, "abrupt-halt"), Holds);
    assert_eq!(verdict(&nothing_new, "nobody-buys"), HoldsWithCaveat);
    assert_eq!(verdict(&with_modern_fleet(), "off-at-a-loss"), NotShown);
    let mut low = with_constants(&[("mean_price_trough_epoch", 2500.0)]);
    assert_eq!(verdict(&low, "off-at-a-loss"), HoldsWithCaveat, "a fitted fleet proves nothing");
    low.fleet.fitted = false;
    assert_eq!(verdict(&low, "off-at-a-loss"), Holds);
    let by_staff = STATEMENTS.replace(",company,", ",staff,");
    let evidence = Evidence { statements: Statements::parse(&by_staff).unwrap(), ..Evidence::shipped() };
    assert_eq!(verdict(&evidence, "gmo-stops-making"), Reported);
}

#[test]
fn what_the_evidence_lacks_is_told() {
    let no_s9 = with_catalogue(|line| !line.starts_with("antminer-s9-13.5"), "", "");
    let found = claim(&no_s9, "gmo-efficient");
    assert_eq!(found.verdict, Verdict::NotShown);
    assert_eq!(found.finding, "The evidence has a gap: no antminer-s9-13.5 in the catalogue.");
    let early = Chain::parse("height,time,bits,epoch_seconds_to_next\n0,1231006505,1d00ffff,2057026\n").unwrap();
    let all = check(&Evidence { chain: early, ..Evidence::shipped() });
    assert!(all.iter().all(|claim| claim.verdict == Verdict::NotShown && claim.finding.contains("does not reach")));
}

#[test]
fn figures_of_the_network() {
    let fell = claim(&Evidence::shipped(), "hash-rate-fell");
    let near = |key, wanted: f64, by: f64| {
        let found = figure(&fell, key).unwrap();
        assert!((found - wanted).abs() <= by, "{key}: {found}");
    };
    near("peak_ehs", 53.33, 0.005);
    near("trough_ehs", 36.55, 0.005);
    near("fall_percent", 31.5, 0.05);
    near("fall_error_points", 2.0, 0.25);
}

#[test]
fn the_four_answers_on_the_doubling_stay_apart() {
    let evidence = Evidence::shipped();
    let near = |id, key, wanted: f64| {
        let found = figure(&claim(&evidence, id), key).unwrap();
        assert!((found / wanted - 1.0).abs() < 0.005, "{id} {key}: {found}");
    };
    near("doubling-same-rigs", "price_factor", 1.46);
    near("doubling-same-rigs", "price_factor_by_the_article", 1.5);
    near("doubling-elasticity", "elasticity", 0.59);
    near("doubling-elasticity", "price_factor", 1.90);
    near("doubling-elasticity", "price_factor_by_the_article", 1.99);
    near("doubling-fleet", "price_factor", 2.12);
    near("doubling-fleet", "price_usd", 7346.0);
    near("doubling-fleet", "price_factor_for_trough_plus_20", 3.74);
    near("doubling-record", "price_factor", 2.36);
    near("doubling-record", "price_factor_above_60_ehs", 3.31);
    assert_eq!(figure(&claim(&evidence, "doubling-fleet"), "price_factor_for_own_plus_20"), None);
}

#[test]
fn every_claim_has_its_reasons() {
    let claims = check(&Evidence::shipped());
    for claim in &claims {
        assert_eq!(claim.caveat.is_empty(), claim.verdict != Verdict::HoldsWithCaveat, "{claim:?}");
        assert!(!claim.finding.is_empty() && !claim.formula.is_empty() && claim.source.len() > 8, "{claim:?}");
    }
    let mut ids: Vec<_> = claims.iter().map(|claim| claim.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 28);
}

#[test]
fn the_closing_words_follow_the_verdicts() {
    let told = |evidence: &Evidence| in_plain_words(&check(evidence));
    let shipped = told(&Evidence::shipped());
    assert!(
        shipped.starts_with("Of 28 sentences 2 hold, 16 hold with something added, 2 were only reported"),
        "{shipped}"
    );
    assert!(shipped.contains("GMO was not the first with 7 nm."), "{shipped}");
    let canaan_gone = told(&with_catalogue(|line| !line.contains("Canaan"), "Antminer", "Antminer (no Canaan)"));
    assert!(!canaan_gone.contains("not the first"), "{canaan_gone}");
}
