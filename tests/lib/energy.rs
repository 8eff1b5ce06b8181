//! The bench as a library: wrong kernels must fail it, and known watts must come out as joules per hash.

use hashjoule::bench::contender::Contender;
use hashjoule::bench::record::{Energy, Measured, Mode, Record};
use hashjoule::bench::schedule::{Amount, Schedule};
use hashjoule::bench::sources;
use hashjoule::bench::{Metered, Observer, Settings, run};
use hashjoule::energy::{
    Boundary, Clock, Meter, MeterError, MeterInfo, Powercap, Provenance, Quality, Reading, Sampler, Source,
    SystemClock, Wish,
};
use hashjoule::kernel::{Kernel, RolledHit};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Counts the records that it is shown, and ends the run after `stop_after` of them.
struct Counting<'a> {
    records: u32,
    stop_after: u32,
    stop: &'a AtomicBool,
}

impl Observer for Counting<'_> {
    fn announce(&mut self, _: usize, _: &Schedule, _: f64) {}
    fn step(&mut self, _: u32, _: u32, _: &str) {}
    fn record(&mut self, record: &Record) {
        self.records += 1;
        serde_json::to_string(record).expect("every record on the way can be written");
        if self.records == self.stop_after {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

fn settings() -> Settings {
    Settings {
        threads: vec![1],
        amount: Amount::Seconds(0.1),
        seed: 1,
        cpus: Vec::new(),
        window: Duration::from_millis(300),
        windows: 3,
        idle: Duration::from_millis(100),
        metered: Metered::Fastest,
        limit: None,
    }
}

fn empty_record() -> Record {
    let text = r#"{"schema":"hashjoule-bench/1","machine":{},"results":[],"interrupted":false}"#;
    Record::from_json(text).expect("the smallest record")
}

fn with_energy(energy: Energy) -> Record {
    let mut record = empty_record();
    record.energy = energy;
    record
}

fn kernel(name: &str) -> Kernel {
    Kernel::named(name).expect("a kernel that every CPU has")
}

/// `sha2` and `portable`: every CPU has them, and they are quick to prove.
fn contenders() -> Vec<Contender> {
    let mut yardstick = Contender::kernel(kernel("sha2"), Mode::OneVersion);
    yardstick.log2_hashes = 18;
    vec![yardstick, Contender::kernel(kernel("portable"), Mode::Rolling)]
}

fn bench(contenders: &[Contender], settings: &Settings, power: &Source, record: Record) -> Record {
    let stop = AtomicBool::new(false);
    let mut observer = Counting { records: 0, stop_after: u32::MAX, stop: &stop };
    run(contenders, settings, power, record, &stop, &mut observer).expect("honest kernels")
}

#[test]
fn an_honest_run_has_its_rounds_its_ratio_and_its_proof() {
    let record = bench(&contenders(), &settings(), &Source::None, empty_record());
    assert!(!record.interrupted);
    let [sha2, portable] = record.results.as_slice() else { panic!("{:?}", record.results) };
    assert!(sha2.samples.len() >= 7 && sha2.samples.len() == portable.samples.len());
    assert_eq!(sha2.ratio_to_sha2.map(|r| r.median), Some(1.0));
    assert!(portable.ratio_to_sha2.is_some());
    // The first lines of the table that Python made: one-version and rolling, slice 0, 2^18 hashes.
    assert_eq!((sha2.hits, &sha2.hits_digest[..16]), (29, "b86f549eb382a490"));
    assert_eq!(portable.versions, 128);
    assert_eq!(sha2.joules_per_hash, None);
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(Record::from_json(&text).unwrap(), record);
}

#[test]
fn two_threads_search_two_slices_and_the_digest_covers_both() {
    let settings = Settings { threads: vec![2], ..settings() };
    let record = bench(&contenders()[..1], &settings, &Source::None, empty_record());
    let two = &record.results[0];
    assert_eq!((two.threads, two.samples[0].hashes), (2, 2 << 18));
    let mut hits = Vec::new();
    let sha2 = &contenders()[0];
    for thread in 0..2 {
        sha2.search(sha2.slice(thread).nonces(), &mut hits);
    }
    let proof = hashjoule::bench::work::Proof::of(&mut hits);
    assert_eq!((two.hits, &two.hits_digest), (proof.hits, &proof.digest));
}

/// Runs a search made wrong by `spoil`, and returns what the bench says of it.
fn verdict(spoil: impl Fn(&mut Vec<RolledHit>) + Send + Sync + 'static) -> String {
    let honest = Kernel::detect();
    let job = hashjoule::bench::work::job();
    let search = move |nonces: Range<u64>, hits: &mut Vec<RolledHit>| {
        honest.search_rolled(job.as_family(), nonces, hits);
        spoil(hits);
    };
    let mut wrong = Contender::new("spoilt", Mode::OneVersion, Box::new(search));
    wrong.log2_hashes = 22;
    let stop = AtomicBool::new(false);
    let mut observer = Counting { records: 0, stop_after: u32::MAX, stop: &stop };
    let outcome = run(&[wrong], &settings(), &Source::None, empty_record(), &stop, &mut observer);
    outcome.expect_err("a wrong kernel must not score").to_string()
}

#[test]
fn a_kernel_that_skips_work_or_invents_hits_fails() {
    let lane = verdict(|hits| hits.retain(|hit| hit.nonce % 8 != 7));
    assert!(lane.contains("spoilt one-version found") && lane.contains("skips work"), "{lane}");
    verdict(|hits| hits.retain(|hit| hit.nonce % 100 != 0));
    verdict(|hits| hits.push(RolledHit { version: 0x2000_0000, nonce: 77 }));
    verdict(|hits| hits.extend_from_within(..1));
}

#[test]
fn a_run_that_is_ended_keeps_what_it_has() {
    let stop = AtomicBool::new(false);
    // The warm-up and each round show the record; the fourth record ends the run after three rounds.
    let mut observer = Counting { records: 0, stop_after: 4, stop: &stop };
    let record = run(&contenders(), &settings(), &Source::None, empty_record(), &stop, &mut observer).unwrap();
    assert!(record.interrupted);
    assert_eq!(record.results[1].samples.len(), 3);
}

/// A made-up powercap tree whose counter runs at 50 W by the clock, and wraps every 5 J.
struct FiftyWatts {
    root: PathBuf,
    inner: Powercap,
    vanish_after: Duration,
}

const RANGE: u64 = 5_000_000;

impl FiftyWatts {
    fn open(root: &Path, vanish_after: Duration) -> Self {
        let zone = root.join("sys/class/powercap/intel-rapl:0");
        std::fs::create_dir_all(&zone).expect("made by this test");
        for (file, text) in [("name", "package-0"), ("energy_uj", "0"), ("max_energy_range_uj", "5000000")] {
            std::fs::write(zone.join(file), text).expect("made by this test");
        }
        Self { root: root.to_owned(), inner: Powercap::open(root).expect("made by this test"), vanish_after }
    }
}

impl Meter for FiftyWatts {
    fn info(&self) -> &MeterInfo {
        self.inner.info()
    }
    fn period(&self) -> Duration {
        Duration::from_millis(20)
    }
    fn read(&mut self, clock: &dyn Clock) -> Result<Reading, MeterError> {
        /// The same moment for the counter and for its reader.
        struct Frozen(Duration);
        impl Clock for Frozen {
            fn now(&self) -> Duration {
                self.0
            }
        }
        let now = clock.now();
        let file = self.root.join("sys/class/powercap/intel-rapl:0/energy_uj");
        let microjoules = u64::try_from(now.as_micros()).expect("made by this test") * 50 % RANGE;
        if now < self.vanish_after {
            std::fs::write(&file, format!("{microjoules}\n")).expect("made by this test");
        } else {
            // Gone already at the second reading after.
            let _ = std::fs::remove_file(&file);
        }
        self.inner.read(&Frozen(now))
    }
}

/// A record whose meter is this one.
fn labelled(info: &MeterInfo) -> Record {
    let mut record = empty_record();
    record.energy.meter = Some(sources::meter(info));
    record
}

/// Joules per hash against watts divided by the rate of the same windows.
fn assert_watts(result: &Measured, watts: f64) {
    let joules = result.joules_per_hash.expect("there are joules");
    let per_window: Vec<f64> = result.energy_windows.iter().map(|w| watts * w.seconds / w.hashes as f64).collect();
    let expected = hashjoule::bench::stats::median(&per_window).expect("made by this test");
    assert!((joules.spread.median / expected - 1.0).abs() < 0.01, "{} against {expected}", joules.spread.median);
}

#[test]
fn fifty_watts_of_powercap_come_out_across_a_wrap() {
    let root = tempfile::tempdir().unwrap();
    let meter = FiftyWatts::open(root.path(), Duration::MAX);
    let record = labelled(meter.info());
    let power = Source::Metered(Sampler::start(Box::new(meter), SystemClock::start()));
    let record = bench(&contenders(), &settings(), &power, record);
    let metered: Vec<&Measured> = record.results.iter().filter(|r| r.joules_per_hash.is_some()).collect();
    let [fastest] = metered.as_slice() else { panic!("one combination is metered: {metered:?}") };
    assert_eq!(fastest.energy_windows.len(), 3);
    assert_watts(fastest, 50.0);
    // Each window holds three wraps: 50 W for 0.3 s are 15 J.
    assert!(fastest.energy_windows[0].joules > 14.0);
    let joules = fastest.joules_per_hash.unwrap();
    assert_eq!(
        (joules.labels.provenance, joules.labels.boundary, joules.labels.quality),
        (Provenance::Measured, Boundary::Package, Quality::L2)
    );
    assert_eq!(record.energy.idle.len(), 2);
    // The made-up machine draws the same when idle, so nothing is left net.
    assert_eq!(fastest.net_joules_per_hash, None);
}

#[test]
fn a_counter_that_vanishes_costs_the_joules_and_not_the_run() {
    let root = tempfile::tempdir().unwrap();
    let meter = FiftyWatts::open(root.path(), Duration::from_millis(150));
    let record = labelled(meter.info());
    let power = Source::Metered(Sampler::start(Box::new(meter), SystemClock::start()));
    let record = bench(&contenders(), &settings(), &power, record);
    assert!(!record.interrupted && record.results.iter().all(|r| r.joules_per_hash.is_none()));
    assert_eq!(record.energy.meter, None);
    let reason = record.energy.probed.iter().find(|p| p.source == "powercap").unwrap();
    assert!(!reason.usable && reason.reason.contains("energy_uj has vanished"), "{reason:?}");
}

#[test]
fn fifty_watts_of_a_command_come_out_as_measured_at_the_wall() {
    let wish = Wish { command: Some("echo 50 W".to_owned()), every: Duration::from_millis(100), ..Wish::default() };
    let (power, energy) = sources::choose(&wish, tempfile::tempdir().unwrap().path()).unwrap();
    let record = bench(&contenders(), &settings(), &power, with_energy(energy));
    let metered = record.results.iter().find(|r| r.joules_per_hash.is_some()).expect("one combination is metered");
    assert_watts(metered, 50.0);
    let joules = metered.joules_per_hash.unwrap();
    assert_eq!(
        (joules.labels.provenance, joules.labels.boundary, joules.labels.quality),
        (Provenance::Measured, Boundary::Wall, Quality::L3)
    );
    assert!(record.energy.probed.iter().all(|p| !p.usable));
}

#[test]
fn fifty_declared_watts_hold_for_the_most_threads_and_are_called_declared() {
    let wish = Wish { watts: Some("50W".parse().unwrap()), ..Wish::default() };
    let (power, energy) = sources::choose(&wish, tempfile::tempdir().unwrap().path()).unwrap();
    let settings = Settings { threads: vec![1, 2], ..settings() };
    let record = bench(&contenders(), &settings, &power, with_energy(energy));
    for result in &record.results {
        assert_eq!(result.joules_per_hash.is_some(), result.threads == 2, "{}", result.name());
    }
    let two = record.results.iter().find(|r| r.threads == 2).unwrap();
    assert_watts(two, 50.0);
    let joules = two.joules_per_hash.unwrap();
    assert_eq!(
        (joules.labels.provenance, joules.labels.boundary, joules.labels.quality),
        (Provenance::Declared, Boundary::Declared, Quality::L0)
    );
}

#[test]
fn without_a_source_there_are_no_joules_and_four_reasons() {
    let (power, energy) = sources::choose(&Wish::default(), tempfile::tempdir().unwrap().path()).unwrap();
    assert!(matches!(power, Source::None) && energy.meter.is_none());
    let why = sources::why_no_joules(&energy).join("\n");
    for word in ["powercap:", "perf:", "hwmon:", "battery:", "--watts", "--meter-cmd"] {
        assert!(why.contains(word), "{why}");
    }
}

#[test]
fn a_meter_that_was_asked_for_and_fails_is_no_reason_to_take_another() {
    let wish = Wish { command: Some("false".to_owned()), watts: Some("50W".parse().unwrap()), ..Wish::default() };
    let error = sources::choose(&wish, tempfile::tempdir().unwrap().path()).err().expect("false fails");
    assert!(error.to_string().contains("'false' ended with exit status: 1"), "{error}");
}
