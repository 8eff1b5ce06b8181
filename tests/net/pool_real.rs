//! The miner against a real pool (foundation-stratum) over a real node (bcoin), each a process of its own on loopback.
//! `tests/counterparties/pool/install` fetches both. Without them the tests say so and pass; with CI=true they fail,
//! unless this is the published package, which does not have that program.

use crate::program::hashjoule;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Pays a key hash of 20 ones, in bcoin's own notation for regtest.
const ADDRESS: &str = "R9NVxTj2ewfiTUzAfn7FSsq9kxNt6fjaaZ";
const KEY: &str = "test";
/// Segwit is active from here on (432), and a little further.
const START_HEIGHT: u64 = 440;
const PATIENCE: Duration = Duration::from_secs(30);
const SESSIONS: u32 = 30;

/// A process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/counterparties/pool")
}

/// Whether there is something to test against; in CI there has to be.
fn is_installed() -> bool {
    let installed = folder().join("node_modules/foundation-stratum/package.json").exists();
    let must = folder().exists() && std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(installed || !must, "run tests/counterparties/pool/install first");
    if !installed {
        eprintln!("SKIPPED: run tests/counterparties/pool/install to test against a real pool");
    }
    installed
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

struct World {
    rpc_port: u16,
    pool_port: u16,
    /// What the pool says: one object for each share.
    said: Arc<Mutex<Vec<Value>>>,
    _pool: Running,
    _node: Running,
}

impl World {
    fn start(difficulty: &str) -> Self {
        let (rpc_port, pool_port) = (free_port(), free_port());
        let node = node(rpc_port);
        until("the node to answer", || call(rpc_port, "getblockcount", json!([])).is_some());
        call(rpc_port, "generatetoaddress", json!([START_HEIGHT, ADDRESS])).expect("blocks");
        let (pool, said) = pool(rpc_port, pool_port, difficulty);
        let world = Self { rpc_port, pool_port, said, _pool: pool, _node: node };
        until("the pool to listen", || world.events("ready").len() == 1);
        world
    }

    fn events(&self, name: &str) -> Vec<Value> {
        self.said.lock().unwrap().iter().filter(|event| event["event"] == name).cloned().collect()
    }

    fn ask(&self, method: &str, params: Value) -> Value {
        call(self.rpc_port, method, params).unwrap_or_else(|| panic!("the node does not answer {method}"))
    }

    fn height(&self) -> u64 {
        self.ask("getblockcount", json!([])).as_u64().unwrap()
    }

    fn version(&self, height: u64) -> u64 {
        let hash = self.ask("getblockhash", json!([height]));
        self.ask("getblockheader", json!([hash]))["version"].as_u64().unwrap()
    }

    /// The judge is the node: it has taken such a block into its chain.
    fn has_a_block_with_rolled_bits(&self) -> bool {
        let given = self.version(START_HEIGHT);
        (START_HEIGHT + 1..=self.height()).any(|height| (self.version(height) ^ given) & 0x1fff_e000 != 0)
    }

    /// Mines until so many shares are accepted.
    fn miner(&self, name: &str, shares: u32, journal: &Path) -> Running {
        let pool = format!("stratum+tcp://127.0.0.1:{}", self.pool_port);
        let child =
            hashjoule(["mine", "--pool", &pool, "--user", &format!("{ADDRESS}.{name}"), "--threads", "1", "--no-pin"])
                .args([
                    "--kernel",
                    "portable",
                    "--time",
                    "25s",
                    "--events",
                    "--shares",
                    &shares.to_string(),
                    "--journal",
                ])
                .arg(journal)
                .spawn();
        Running(child.unwrap())
    }
}

fn node(port: u16) -> Running {
    let mut command = Command::new("node");
    command.current_dir(folder()).env("NODE_BACKEND", "js").arg("node_modules/bcoin/bin/node");
    command.args(["--network=regtest", "--memory=true", "--listen=false", "--no-wallet", "--no-dns=true"]);
    command.args(["--workers=false", "--http-host=127.0.0.1", &format!("--http-port={port}"), "--api-key=test"]);
    Running(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

fn pool(rpc_port: u16, port: u16, difficulty: &str) -> (Running, Arc<Mutex<Vec<Value>>>) {
    let mut command = Command::new("node");
    command.current_dir(folder()).arg("launch.js");
    command.args([&rpc_port.to_string(), KEY, ADDRESS, &port.to_string(), difficulty]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&said);
    std::thread::spawn(move || {
        let values = lines.map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok());
        values.for_each(|value| heard.lock().unwrap().push(value));
    });
    (Running(child), said)
}

fn call(port: u16, method: &str, params: Value) -> Option<Value> {
    let body = json!({ "id": 1, "method": method, "params": params }).to_string();
    // The user is any, the password the key: "x:test".
    let request = bitreq::post(format!("http://127.0.0.1:{port}/")).with_header("authorization", "Basic eDp0ZXN0");
    let answer = request.with_body(body).with_timeout(Duration::from_secs(10)).send().ok()?;
    let answer: Value = serde_json::from_slice(answer.as_bytes()).ok()?;
    Some(answer["result"].clone()).filter(|result| !result.is_null())
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The miner's end, and its summary.
fn finish(mut miner: Running) -> Value {
    let child = std::mem::replace(&mut miner.0, Command::new("true").spawn().unwrap());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(status.success(), "{stdout}\n{stderr}");
    let last = stdout.lines().last().unwrap_or_else(|| panic!("no events\n{stderr}"));
    serde_json::from_str(last).unwrap()
}

/// This pool tells shares apart by extranonce2, time and nonce alone. Where every second hash is a share, as on regtest,
/// two versions often share a nonce, and it takes the second for the first. None of ours is the same header twice.
fn duplicates_differ_in_their_versions(journal: &Path) {
    let lines: Vec<Value> =
        std::fs::read_to_string(journal).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |event: &str| lines.iter().filter(|line| line["event"] == event).collect::<Vec<_>>();
    let share = |find: &Value| -> Value { serde_json::from_str(find["payload"].as_str().unwrap()).unwrap() };
    let place = |share: &Value| ["job", "extranonce", "time", "nonce"].map(|key| share[key].as_u64().unwrap());
    let finds: HashMap<String, Value> =
        of("found").iter().map(|find| (find["hash"].to_string(), share(find))).collect();
    assert_eq!(finds.len(), of("found").len(), "a header was found twice");
    let mut places = HashMap::new();
    finds.values().for_each(|share| *places.entry(place(share)).or_insert(0) += 1);
    for answer in of("answered").iter().filter(|answer| answer["verdict"] == "duplicate") {
        let share = &finds[&answer["hash"].to_string()];
        assert!(places[&place(share)] > 1, "a duplicate without a twin: {share}");
    }
}

#[test]
fn rolled_shares_are_accepted_and_their_blocks_become_the_tip() {
    if !is_installed() {
        return;
    }
    let world = World::start("1e-9");
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    // Where every second hash is a block, luck decides whether the first to arrive at a new tip has rolled bits.
    let lucky = (0..SESSIONS).any(|_| {
        let summary = finish(world.miner("one", 3, &journal));
        assert_eq!(summary["event"], "summary");
        assert!(summary["accepted"].as_u64().unwrap() >= 3, "{summary}");
        assert_eq!(summary["rejected"], 0, "{summary}");
        duplicates_differ_in_their_versions(&journal);
        world.has_a_block_with_rolled_bits()
    });
    assert!(lucky, "none of {} blocks has rolled bits", world.height() - START_HEIGHT);
}

#[test]
fn three_miners_on_one_pool_repeat_no_share() {
    if !is_installed() {
        return;
    }
    let world = World::start("1e-9");
    let folder = tempfile::tempdir().unwrap();
    let miners: Vec<Running> = ["a", "b", "c"].map(|name| world.miner(name, 2, &folder.path().join(name))).into();
    for summary in miners.into_iter().map(finish) {
        assert!(summary["accepted"].as_u64().unwrap() >= 2, "{summary}");
        assert_eq!(summary["rejected"], 0, "{summary}");
    }
    ["a", "b", "c"].iter().for_each(|name| duplicates_differ_in_their_versions(&folder.path().join(name)));
    let mut shares = world.events("share");
    shares.retain(|share| share["type"] == "valid");
    assert!(shares.len() >= 6);
    let mut hashes: Vec<String> = shares.iter().map(|share| share["share"]["hash"].to_string()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), shares.len(), "the pool saw a share twice");
}
