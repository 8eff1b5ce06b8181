//! What the node's threads share: its address, the recipe, the current template, and the way to the mining loop.

use super::answer::Answer as TemplateAnswer;
use super::pace::{Asked, keep_asking};
use super::payout::{Chain, payout_script};
use super::rpc::{Auth, RpcError};
use super::source::{Config, Payout, backoff, wait};
use super::template::{Recipe, Template, TemplateError};
use super::verdict::{Reply, judge};
use crate::work::backoff::random_seed;
use crate::work::{Event, Fatal, Find, Verdict, sanitised};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A long poll may be silent for as long as the chain is.
const LONG_PATIENCE: Duration = Duration::from_secs(20 * 60);
/// A node that is silent for this long may have missed a block: hashing on would be a gamble.
const SILENCE: Duration = Duration::from_secs(120);
/// Nodes ignore rules that they do not have, and a signet insists on its own.
const RULES: [&str; 2] = ["segwit", "signet"];
/// A node that starts writes a new cookie a moment before it listens; it is not refused for good at once.
const DENIALS: u32 = 4;

/// A proposal comes too late when the tip moves in between; so often in a row it is no coincidence.
const PROPOSALS: u32 = 5;

pub(super) struct Link {
    config: Config,
    events: Sender<Event>,
    /// Asks the refresher for a template now.
    wake: Sender<()>,
    state: Mutex<State>,
    /// Signals a new template.
    news: Condvar,
}

#[derive(Default)]
struct State {
    recipe: Option<Recipe>,
    last_id: u64,
    current: Option<Arc<Template>>,
    received: Option<Instant>,
    /// Whether the loop was told that there is nothing to do.
    idle: bool,
    troubled: bool,
    denials: u32,
}

/// Why there is no template.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Rpc(#[from] RpcError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("the node answered getblocktemplate with null")]
    Nothing,
}

impl Trouble {
    fn fatal(&self) -> Fatal {
        let (code, hint) = match self {
            Self::Rpc(error) => (error.code(), error.hint()),
            Self::Template(TemplateError::Signet) => {
                ("node-template", Some("mine with Bitcoin Core's signet miner and --grind-cmd=\"hashjoule grind\""))
            }
            Self::Template(TemplateError::Coinbase(_)) => ("node-template", Some("a shorter --coinbase-text may help")),
            Self::Template(_) | Self::Nothing => ("node-template", None),
        };
        Fatal { code, message: self.to_string(), hint: hint.map(str::to_owned) }
    }
}

#[derive(Deserialize)]
struct ChainInfo {
    chain: String,
}

/// What a template brings along.
struct Fetched {
    template: Arc<Template>,
    asked: Instant,
    received: Instant,
}

/// Whether the tip has moved since the template, in Bitcoin Core's words or in bcoin's.
fn is_late(words: &str) -> bool {
    words.starts_with("inconclusive") || words.starts_with("stale") || words == "bad-prevblk"
}

fn refused(words: &str) -> Fatal {
    Fatal { code: "node-proposal", message: format!("the node would refuse our block: {words}"), hint: None }
}

impl Link {
    pub(super) fn new(config: Config, events: Sender<Event>, wake: Sender<()>) -> Self {
        Self { config, events, wake, state: Mutex::default(), news: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anyone listens.
    pub(super) fn tell(&self, event: Event) -> bool {
        self.events.send(event).is_ok()
    }

    pub(super) fn note(&self, line: impl Into<String>) -> bool {
        self.tell(Event::Note(line.into()))
    }

    /// Everything before the first hash: which chain, which script, a first template, and the node's word on it. False when nobody
    /// listens any more.
    pub(super) fn begin(&self, woken: &Receiver<()>) -> Result<bool, Fatal> {
        let Some(info) = self.patiently(woken, || self.call::<ChainInfo>("getblockchaininfo", &json!([])))? else {
            return Ok(false);
        };
        let chain = info.as_ref().and_then(|info| Chain::named(&info.chain));
        let recipe = self.recipe(chain.or(self.config.chain).unwrap_or(Chain::Main))?;
        self.state().recipe = Some(recipe);
        self.first_template(woken)
    }

    /// Nobody hears of it before the node has checked it.
    fn first_template(&self, woken: &Receiver<()>) -> Result<bool, Fatal> {
        for attempt in 1.. {
            let Some(fetched) = self.patiently(woken, || self.ask(None))? else { return Ok(false) };
            match self.propose(&fetched.template) {
                Some(words) if is_late(&words) && attempt < PROPOSALS => {}
                Some(words) => return Err(refused(&words)),
                None => {
                    self.publish(fetched);
                    break;
                }
            }
        }
        Ok(true)
    }

    /// Asks until the node is ready. Any other failure at the start is the user's to mend. `None`: nobody listens.
    fn patiently<T>(
        &self,
        woken: &Receiver<()>,
        mut ask: impl FnMut() -> Result<T, Trouble>,
    ) -> Result<Option<T>, Fatal> {
        let mut result = Ok(None);
        let attempt = || match ask() {
            Ok(value) => {
                result = Ok(Some(value));
                Asked::Enough
            }
            Err(Trouble::Rpc(error)) if error.is_not_ready() => {
                if self.note(format!("{error}; waiting")) {
                    Asked::Badly
                } else {
                    Asked::Enough
                }
            }
            Err(trouble) => {
                result = Err(trouble.fatal());
                Asked::Enough
            }
        };
        keep_asking(backoff(), attempt, |pause| wait(woken, pause));
        result
    }

    fn recipe(&self, chain: Chain) -> Result<Recipe, Fatal> {
        if let Some(wanted) = self.config.chain.filter(|wanted| *wanted != chain) {
            let message = format!("the node is on {chain}, not on {wanted}");
            let hint = Some("check the RPC port, or leave --network out".to_owned());
            return Err(Fatal { code: "node-network", message, hint });
        }
        let script = match &self.config.payout {
            Payout::Script(script) => script.clone(),
            Payout::Address(address) => payout_script(address, chain).map_err(|error| Fatal {
                code: "payout-address",
                message: error.to_string(),
                hint: Some("a chain with addresses of its own takes --payout-script HEX".to_owned()),
            })?,
        };
        Ok(Recipe {
            payout_script: script,
            text: self.config.text.clone(),
            // Any four of its bytes will do.
            tag: std::array::from_fn(|i| random_seed().to_le_bytes()[i]),
            version_mask: self.config.version_mask,
        })
    }

    /// The node checks everything but the work, before any is done. What it says against the block.
    fn propose(&self, template: &Template) -> Option<String> {
        if !template.can_propose() {
            return None;
        }
        let params = json!([{ "mode": "proposal", "data": template.proposal(), "rules": RULES }]);
        match self.call::<String>("getblocktemplate", &params) {
            Ok(words) => words.map(|words| sanitised(&words).trim_start_matches("rejected: ").to_owned()),
            Err(error) => {
                self.note(format!("the node did not check our block in advance: {error}"));
                None
            }
        }
    }

    fn call<T: DeserializeOwned>(&self, method: &str, params: &Value) -> Result<Option<T>, Trouble> {
        Ok(self.config.rpc.call(method, params, self.config.patience)?)
    }

    /// Asks for a template and makes work of it. Whether it told anything new.
    pub(super) fn fetch(&self, long_poll_id: Option<&str>) -> Result<bool, Trouble> {
        Ok(self.publish(self.ask(long_poll_id)?))
    }

    fn ask(&self, long_poll_id: Option<&str>) -> Result<Fetched, Trouble> {
        let asked = Instant::now();
        let mut request = json!({ "rules": RULES, "capabilities":
            ["coinbasetxn", "coinbasevalue", "coinbase/append", "longpoll", "proposal", "workid"] });
        if let Some(id) = long_poll_id {
            request["longpollid"] = json!(id);
        }
        let patience = if long_poll_id.is_some() { LONG_PATIENCE } else { self.config.patience };
        let answer: Option<TemplateAnswer> = self.config.rpc.call("getblocktemplate", &json!([request]), patience)?;
        let received = Instant::now();
        let recipe = self.state().recipe.clone().ok_or(Trouble::Nothing)?;
        let template = Arc::new(Template::new(&answer.ok_or(Trouble::Nothing)?, &recipe)?);
        Ok(Fetched { template, asked, received })
    }

    fn publish(&self, Fetched { template, asked, received }: Fetched) -> bool {
        let mut state = self.state();
        let old = state.current.as_ref();
        let is_outrun = state.received.is_some_and(|last| last > asked);
        if is_outrun && old.is_some_and(|old| old.height() > template.height()) {
            return false;
        }
        let clean = old.is_none_or(|old| old.prev_blockhash() != template.prev_blockhash());
        let is_new = clean || old.is_none_or(|old| old.long_poll_id() != template.long_poll_id());
        if state.troubled {
            self.note("the node answers again");
        }
        let id = state.last_id + 1;
        *state = State {
            last_id: id,
            current: Some(Arc::clone(&template)),
            received: Some(received),
            recipe: state.recipe.take(),
            ..State::default()
        };
        self.tell(Event::Work(Arc::new(template.work(id, clean, received))));
        drop(state);
        self.news.notify_all();
        is_new
    }

    /// Says once that something is wrong, stops the searchers when it lasts, and gives up where waiting is no help.
    pub(super) fn bear(&self, trouble: &Trouble) -> Asked {
        let mut state = self.state();
        if let Trouble::Rpc(RpcError::Denied { .. }) = trouble {
            state.denials += 1;
            let may_pass = matches!(self.config.rpc.auth(), Auth::Cookie(_)) && state.denials <= DENIALS;
            if !may_pass {
                self.tell(Event::Fatal(trouble.fatal()));
                return Asked::Enough;
            }
        }
        if let Trouble::Template(TemplateError::Rule(_) | TemplateError::Signet) = trouble {
            self.tell(Event::Fatal(trouble.fatal()));
            return Asked::Enough;
        }
        let is_first = !std::mem::replace(&mut state.troubled, true);
        let is_told = !is_first || self.note(format!("{trouble}; trying again"));
        let is_silent = state.received.is_none_or(|last| last.elapsed() > SILENCE);
        if is_silent && !std::mem::replace(&mut state.idle, true) {
            self.tell(Event::Idle(format!("no word from the node for {} s", SILENCE.as_secs())));
        }
        if is_told { Asked::Badly } else { Asked::Enough }
    }

    /// Has the refresher ask at once.
    pub(super) fn wake(&self) {
        // The refresher is gone when nobody is left to work for.
        let _ = self.wake.send(());
    }

    pub(super) fn has_long_poll(&self) -> bool {
        self.state().current.as_ref().is_some_and(|template| template.long_poll_id().is_some())
    }

    /// Waits for a template that has one.
    pub(super) fn long_poll_id(&self) -> String {
        let mut state = self.state();
        loop {
            if let Some(id) = state.current.as_ref().and_then(|template| template.long_poll_id()) {
                return id.to_owned();
            }
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Sends a block once.
    ///
    /// # Errors
    /// When the node has not said what became of it; the text says why.
    pub(super) fn submit(&self, find: &Find, tried_before: bool) -> Result<(Verdict, String), String> {
        let params: Value = serde_json::from_str(&find.payload).map_err(|error| error.to_string())?;
        match judge(self.config.rpc.call("submitblock", &params, self.config.patience), tried_before) {
            Reply::In => Ok(self.place_of(find)),
            Reply::Final(verdict, words) => Ok((verdict, words)),
            Reply::Again(why) => Err(why),
        }
    }

    /// A node takes a valid block also when another one holds its height.
    fn place_of(&self, find: &Find) -> (Verdict, String) {
        let holder = find.height.map(|height| self.call::<String>("getblockhash", &json!([height])));
        match holder {
            Some(Ok(Some(hash))) if hash == find.hash => (Verdict::Accepted, String::new()),
            Some(Ok(Some(_))) => (Verdict::Stale, "valid, but another block holds its height".to_owned()),
            _ => (Verdict::Accepted, "taken; the node did not say whether it is in the best chain".to_owned()),
        }
    }
}
