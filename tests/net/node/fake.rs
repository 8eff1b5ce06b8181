//! A node of thirty lines of chain and a hundred of misbehaviour: answers `getblocktemplate` and `submitblock` on loopback,
//! checks blocks with the `bitcoin` crate, and fails as the test's script says.

use bitcoin::Block;
use bitcoin::consensus::encode::deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Half of all hashes are blocks.
pub const EASY: &str = "207fffff";
/// No CPU finds one in a test.
pub const HOPELESS: &str = "1a00ffff";

/// One call as it arrived.
pub struct Call {
    pub method: String,
    pub params: Value,
    pub authorization: Option<String>,
}

impl Call {
    pub fn is_long_poll(&self) -> bool {
        self.method == "getblocktemplate" && self.params[0].get("longpollid").is_some()
    }

    pub fn is_template(&self) -> bool {
        self.method == "getblocktemplate" && !self.is_long_poll() && !self.is_proposal()
    }

    pub fn is_proposal(&self) -> bool {
        self.params[0]["mode"] == "proposal"
    }
}

/// What goes back.
pub enum Reply {
    Result(Value),
    Error(i64, &'static str),
    Http(u16, String),
    /// The head promises more than comes.
    CutOff,
    /// The connection is closed without a word.
    HangUp,
    /// Nothing for so long.
    Silence(Duration),
}

/// The chain, and all that tests look at afterwards.
pub struct State {
    pub bits: &'static str,
    pub chain: &'static str,
    /// Block hashes from the genesis on, as everyone writes them.
    pub hashes: Vec<String>,
    pub transactions: Vec<Value>,
    pub extra: Value,
    pub asked: Vec<(Instant, String)>,
    /// The previous block of each block that was submitted.
    pub submitted_on: Vec<String>,
    pub refused: Vec<String>,
}

impl State {
    pub fn height(&self) -> usize {
        self.hashes.len() - 1
    }

    fn tip(&self) -> String {
        self.hashes.last().unwrap().clone()
    }

    pub fn times_asked(&self, method: &str) -> usize {
        self.asked.iter().filter(|(_, name)| name == method).count()
    }

    pub fn template(&self) -> Value {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let mut template = json!({
            "capabilities": ["proposal"], "version": 0x2000_0000, "rules": ["csv", "!segwit"], "coinbaseaux": {},
            "previousblockhash": self.tip(), "transactions": self.transactions, "coinbasevalue": 5_000_000_000u64,
            "longpollid": format!("{}0", self.tip()), "mutable": ["time", "transactions", "prevblock"],
            "noncerange": "00000000ffffffff", "curtime": now, "mintime": now - 3600, "bits": self.bits,
            "height": self.hashes.len(),
        });
        for (key, value) in self.extra.as_object().unwrap() {
            template[key] = value.clone();
        }
        template
    }

    /// What a node checks, as far as the `bitcoin` crate goes.
    pub fn submit(&mut self, hex: &str) -> Value {
        let Ok(block) = deserialize::<Block>(&hex::decode(hex).unwrap()) else { return json!("rejected") };
        let hash = block.block_hash().to_string();
        self.submitted_on.push(block.header.prev_blockhash.to_string());
        let fault = if self.hashes.contains(&hash) {
            "duplicate"
        } else if block.header.validate_pow(block.header.target()).is_err() {
            "high-hash"
        } else if !block.check_merkle_root() {
            "bad-txnmrklroot"
        } else if !block.check_witness_commitment() {
            "bad-witness-merkle-match"
        } else if block.header.prev_blockhash.to_string() != self.tip() {
            "inconclusive"
        } else {
            self.hashes.push(hash);
            return Value::Null;
        };
        if fault != "duplicate" {
            self.refused.push(fault.to_owned());
        }
        json!(fault)
    }
}

type Script = Box<dyn Fn(&mut State, &Call) -> Option<Reply> + Send + Sync>;

/// A node that runs until dropped, or until [`FakeNode::stop`].
pub struct FakeNode {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    state: Mutex<State>,
    script: Script,
    running: AtomicBool,
}

impl FakeNode {
    /// `script` may answer instead of the honest node.
    pub fn start(script: impl Fn(&mut State, &Call) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let genesis = bitcoin::constants::genesis_block(bitcoin::Network::Regtest).block_hash().to_string();
        let state = State {
            bits: EASY,
            chain: "regtest",
            hashes: vec![genesis],
            transactions: Vec::new(),
            extra: json!({}),
            asked: Vec::new(),
            submitted_on: Vec::new(),
            refused: Vec::new(),
        };
        let shared =
            Arc::new(Shared { state: Mutex::new(state), script: Box::new(script), running: AtomicBool::new(false) });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let node = Self { shared, address };
        node.serve(listener);
        node
    }

    pub fn honest() -> Self {
        Self::start(|_, _| None)
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap()
    }

    pub fn height(&self) -> usize {
        self.state().height()
    }

    pub fn refused(&self) -> usize {
        self.state().refused.len()
    }

    pub fn times_asked(&self, method: &str) -> usize {
        self.state().times_asked(method)
    }

    /// Refuses connections, and answers none that are open.
    pub fn stop(&self) {
        self.shared.running.store(false, Ordering::SeqCst);
        // Wakes the accepting thread, which then drops the listener.
        let _ = TcpStream::connect(self.address);
        wait_until("the port is closed", || TcpStream::connect(self.address).is_err());
    }

    /// Listens again at the same address.
    pub fn restart(&self) {
        wait_until("the port is free", || match TcpListener::bind(self.address) {
            Ok(listener) => {
                self.serve(listener);
                true
            }
            Err(_) => false,
        });
    }

    fn serve(&self, listener: TcpListener) {
        self.shared.running.store(true, Ordering::SeqCst);
        let shared = Arc::clone(&self.shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if !shared.running.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || stream.map(|stream| shared.answer(stream)));
            }
        });
    }
}

impl Drop for FakeNode {
    fn drop(&mut self) {
        self.shared.running.store(false, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) {
        let Some(call) = read_call(&stream) else { return };
        self.state.lock().unwrap().asked.push((Instant::now(), call.method.clone()));
        let reply = self.reply(&call);
        if !self.running.load(Ordering::SeqCst) {
            return;
        }
        let text = match reply {
            Reply::Result(value) => http(200, &json!({ "result": value, "error": null, "id": 1 }).to_string()),
            Reply::Error(code, message) => {
                let error = json!({ "result": null, "error": { "code": code, "message": message }, "id": 1 });
                http(500, &error.to_string())
            }
            Reply::Http(status, body) => http(status, &body),
            Reply::CutOff => "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"result\":{\"ver".to_owned(),
            Reply::HangUp => return,
            Reply::Silence(time) => return std::thread::sleep(time),
        };
        let _ = stream.write_all(text.as_bytes());
    }

    fn reply(&self, call: &Call) -> Reply {
        if let Some(reply) = (self.script)(&mut self.state.lock().unwrap(), call) {
            return reply;
        }
        if call.is_long_poll() {
            self.wait_for_news(&call.params[0]["longpollid"]);
        }
        let mut state = self.state.lock().unwrap();
        match call.method.as_str() {
            "getblockchaininfo" => Reply::Result(json!({ "chain": state.chain, "blocks": state.height() })),
            "getblocktemplate" if call.is_proposal() => Reply::Result(Value::Null),
            "getblocktemplate" => Reply::Result(state.template()),
            "submitblock" => Reply::Result(state.submit(call.params[0].as_str().unwrap())),
            "getblockhash" => match state.hashes.get(call.params[0].as_u64().unwrap() as usize) {
                Some(hash) => Reply::Result(json!(hash)),
                None => Reply::Error(-8, "Block height out of range"),
            },
            _ => Reply::Error(-32601, "Method not found"),
        }
    }

    fn wait_for_news(&self, id: &Value) {
        while self.running.load(Ordering::SeqCst) && self.state.lock().unwrap().template()["longpollid"] == *id {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn http(status: u16, body: &str) -> String {
    format!("HTTP/1.1 {status} Whatever\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn read_call(stream: &TcpStream) -> Option<Call> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut reader = BufReader::new(stream);
    let (mut len, mut authorization) = (0, None);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            len = value.trim().parse().ok()?;
        } else if lower.starts_with("authorization:") {
            authorization = Some(line["authorization:".len()..].trim().to_owned());
        } else if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; len];
    reader.read_exact(&mut body).ok()?;
    let body: Value = serde_json::from_slice(&body).ok()?;
    let method = body["method"].as_str()?.to_owned();
    Some(Call { method, params: body["params"].clone(), authorization })
}

/// Waits at most ten seconds.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited too long until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
