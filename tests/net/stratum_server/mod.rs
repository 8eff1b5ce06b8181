//! A Stratum server that says what a test tells it to, on loopback. It shares no code with the client: lines are
//! read with `sv1_api`, headers are put together here and hashed by the `bitcoin` crate.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod certificates;

use bitcoin::hashes::{Hash, sha256d};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// nBits of regtest: every second hash is a block.
pub const EASY_BITS: &str = "207fffff";

/// Nothing in a test takes longer.
pub const PATIENCE: Duration = Duration::from_secs(8);

/// A listening server; joins its script at the end, and with it every assertion in there.
pub struct Server {
    pub port: u16,
    thread: JoinHandle<()>,
}

impl Server {
    /// Serves connections one after the other: the script takes as many as it wants.
    pub fn start(script: impl FnOnce(Door) + Send + 'static) -> Self {
        Self::with(None, script)
    }

    /// The same through TLS.
    pub fn start_tls(config: rustls::ServerConfig, script: impl FnOnce(Door) + Send + 'static) -> Self {
        Self::with(Some(Arc::new(config)), script)
    }

    fn with(tls: Option<Arc<rustls::ServerConfig>>, script: impl FnOnce(Door) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || script(Door { listener, tls }));
        Self { port, thread }
    }

    pub fn url(&self) -> String {
        format!("stratum+tcp://127.0.0.1:{}", self.port)
    }

    /// Waits for the script's end.
    pub fn join(self) {
        if let Err(panic) = self.thread.join() {
            std::panic::resume_unwind(panic);
        }
    }
}

pub struct Door {
    listener: TcpListener,
    tls: Option<Arc<rustls::ServerConfig>>,
}

impl Door {
    /// The next connection; a TLS handshake that fails is a panic.
    pub fn accept(&self) -> Peer {
        self.try_accept().expect("a connection")
    }

    /// `accept` that ends.
    fn knock(&self) -> std::io::Result<TcpStream> {
        self.listener.set_nonblocking(true)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.listener.accept() {
                Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(2));
                }
                Err(error) => return Err(error),
                Ok((socket, _)) => return socket.set_nonblocking(false).map(|()| socket),
            }
        }
    }

    /// The next connection, or why there is none.
    pub fn try_accept(&self) -> std::io::Result<Peer> {
        let socket = self.knock()?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let Some(config) = &self.tls else { return Ok(Peer::new(Box::new(socket))) };
        let mut tls = rustls::ServerConnection::new(Arc::clone(config)).unwrap();
        let mut socket = socket;
        while tls.is_handshaking() {
            tls.complete_io(&mut socket)?;
        }
        Ok(Peer::new(Box::new(rustls::StreamOwned::new(tls, socket))))
    }
}

pub trait Wire: Read + Write + Send {}
impl Wire for TcpStream {}
impl Wire for rustls::StreamOwned<rustls::ServerConnection, TcpStream> {}

/// One client, and what this server told it.
pub struct Peer {
    wire: BufReader<Box<dyn Wire>>,
    pub extranonce1: Vec<u8>,
    pub extranonce2_size: usize,
    /// `None` when version rolling was not granted.
    pub mask: Option<u32>,
    jobs: Vec<Job>,
    pub shares: HashSet<sha256d::Hash>,
}

/// What `mining.notify` says, kept as text.
#[derive(Clone)]
pub struct Job {
    pub id: String,
    pub prev: [u8; 32],
    pub version: u32,
    pub bits: &'static str,
    pub time: u32,
    pub clean: bool,
    pub target: bitcoin::Target,
}

impl Job {
    pub fn new(id: &str) -> Self {
        let target = bitcoin::Target::from_compact(bitcoin::CompactTarget::from_consensus(0x207f_ffff));
        Self {
            id: id.into(),
            prev: [3; 32],
            version: 0x2000_0000,
            bits: EASY_BITS,
            time: 1_700_000_000,
            clean: true,
            target,
        }
    }

    pub fn stale_jobs_live(self) -> Self {
        Self { clean: false, ..self }
    }

    pub fn on(self, prev: u8) -> Self {
        Self { prev: [prev; 32], ..self }
    }
}

const COINB1: &str = "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff20";
const COINB2: &str = "ffffffff0100f2052a01000000015100000000";
const BRANCH: [u8; 32] = [0x77; 32];

impl Peer {
    fn new(wire: Box<dyn Wire>) -> Self {
        Self {
            wire: BufReader::new(wire),
            extranonce1: vec![0xab, 0xcd],
            extranonce2_size: 4,
            mask: None,
            jobs: Vec::new(),
            shares: HashSet::new(),
        }
    }

    /// The next line; `None` at the end of the connection. Every request must be one that `sv1_api` understands.
    pub fn read(&mut self) -> Option<Value> {
        let mut line = String::new();
        match self.wire.read_line(&mut line) {
            Ok(0) => return None,
            Ok(_) => {}
            // A client that goes away in the middle of something resets the connection.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return None,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return None,
            Err(error) => panic!("the client said nothing: {error}"),
        }
        let value: Value = serde_json::from_str(&line).expect("one JSON object a line");
        if value.get("method").is_some() {
            let message: sv1_api::Message = serde_json::from_str(&line).expect("sv1_api reads the line");
            sv1_api::methods::Client2Server::try_from(message).expect("sv1_api knows the method");
        }
        Some(value)
    }

    /// The next request, which must be this one.
    pub fn expect(&mut self, method: &str) -> Value {
        let request = self.read().unwrap_or_else(|| panic!("the client left before {method}"));
        assert_eq!(request["method"], method, "{request}");
        request
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        let wire = self.wire.get_mut();
        // The client may have left; the test looks at what follows.
        let _ = wire.write_all(bytes).and_then(|()| wire.flush());
    }

    pub fn say(&mut self, value: &Value) {
        self.raw(format!("{value}\n").as_bytes());
    }

    pub fn answer(&mut self, request: &Value, result: Value) {
        self.say(&json!({ "id": request["id"], "result": result, "error": null }));
    }

    pub fn refuse(&mut self, request: &Value, error: Value) {
        self.say(&json!({ "id": request["id"], "result": null, "error": error }));
    }

    /// Configure, subscribe, authorize as a well-behaved pool does them.
    pub fn handshake(&mut self, mask: u32) {
        let configure = self.expect("mining.configure");
        self.grant(&configure, mask);
        self.subscribe();
        self.authorize();
    }

    pub fn grant(&mut self, configure: &Value, mask: u32) {
        self.mask = Some(mask & 0x1fff_e000);
        self.answer(configure, json!({ "version-rolling": true, "version-rolling.mask": format!("{mask:08x}") }));
    }

    pub fn subscribe(&mut self) {
        let subscribe = self.expect("mining.subscribe");
        let extranonce1 = hex::encode(&self.extranonce1);
        self.answer(&subscribe, json!([[["mining.notify", "1"]], extranonce1, self.extranonce2_size]));
    }

    pub fn authorize(&mut self) {
        let authorize = self.expect("mining.authorize");
        self.answer(&authorize, json!(true));
    }

    pub fn notify(&mut self, job: Job) {
        if job.clean {
            self.jobs.clear();
        }
        // Eight words, each byte-swapped.
        let prev: String =
            job.prev.chunks(4).map(|word| word.iter().rev().map(|b| format!("{b:02x}")).collect::<String>()).collect();
        self.say(&json!({ "id": null, "method": "mining.notify", "params": [
            job.id, prev, COINB1, COINB2, [hex::encode(BRANCH)], format!("{:08x}", job.version), job.bits,
            format!("{:08x}", job.time), job.clean,
        ]}));
        self.jobs.push(job);
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        self.say(&json!({ "id": null, "method": method, "params": params }));
    }

    /// The next share, checked as a pool would, and answered.
    pub fn share(&mut self) -> Value {
        let submit = self.expect("mining.submit");
        self.check(&submit);
        self.answer(&submit, json!(true));
        submit
    }

    /// Puts the header together and hashes it: the job lives, the bits are within the mask, nothing comes twice.
    pub fn check(&mut self, submit: &Value) -> sha256d::Hash {
        let text = |at: usize| submit["params"][at].as_str().unwrap_or_else(|| panic!("parameter {at} of {submit}"));
        let word = |at: usize| u32::from_str_radix(text(at), 16).unwrap();
        let job = self.jobs.iter().rfind(|job| job.id == text(1)).unwrap_or_else(|| panic!("dead job in {submit}"));
        let extranonce2 = hex::decode(text(2)).unwrap();
        assert_eq!(extranonce2.len(), self.extranonce2_size);
        assert_eq!(submit["params"].as_array().unwrap().len(), 5 + usize::from(self.mask.is_some()));
        let mask = self.mask.unwrap_or(0);
        let bits = self.mask.map_or(0, |_| word(5));
        assert_eq!(bits & !mask, 0, "bits outside the mask {mask:08x}: {submit}");
        let coinbase =
            [hex::decode(COINB1).unwrap(), self.extranonce1.clone(), extranonce2, hex::decode(COINB2).unwrap()];
        let txid = sha256d::Hash::hash(&coinbase.concat());
        let root = sha256d::Hash::hash(&[txid.to_byte_array(), BRANCH].concat());
        let header = [
            &((job.version & !mask) | bits).to_le_bytes()[..],
            &job.prev,
            &root.to_byte_array(),
            &word(3).to_le_bytes(),
            &u32::from_str_radix(job.bits, 16).unwrap().to_le_bytes(),
            &word(4).to_le_bytes(),
        ]
        .concat();
        let hash = sha256d::Hash::hash(&header);
        assert!(job.target.is_met_by(bitcoin::BlockHash::from_raw_hash(hash)), "{hash} misses the target: {submit}");
        assert!(self.shares.insert(hash), "a share twice: {submit}");
        hash
    }

    /// Checks and accepts shares to the end of the connection.
    pub fn serve(&mut self) {
        while let Some(submit) = self.read() {
            self.check(&submit);
            self.answer(&submit, json!(true));
        }
    }

    /// Reads to the end of the connection; everything must be a share.
    pub fn drain(&mut self) -> usize {
        let mut count = 0;
        while let Some(request) = self.read() {
            assert_eq!(request["method"], "mining.submit", "{request}");
            count += 1;
        }
        count
    }
}
