//! The socket around the session: one thread that connects, listens, sends, and comes back after a loss.

use super::endpoint::Endpoint;
use super::job::{PoolJob, Share};
use super::lines::Lines;
use super::link::{Attempt, Link, Lost, Went};
use super::session::{Action, Config, Session};
use super::stream::{Stream, Trust};
use super::verdict::Dropped;
use crate::work::backoff::{Backoff, random_seed};
use crate::work::{Answer, Event, Fatal, Find, Work, WorkSource};
use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What to connect to, and as whom.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// The pools, the preferred one first; at least one.
    pub pools: Vec<Endpoint>,
    /// User, password, version mask. Its host is set for each connection.
    pub session: Config,
    /// Whose certificates are believed.
    pub trust: Trust,
    /// The first wait after a failure; it doubles up to [`PoolConfig::LONGEST_WAIT`].
    pub first_wait: Duration,
    /// Whether to tell details too.
    pub verbose: bool,
}

impl PoolConfig {
    /// The longest wait between two attempts.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(60);
}

/// How things stand with the pool, for a status line.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// The pool that serves us; none while disconnected.
    pub pool: Option<String>,
    /// The share difficulty of the current job.
    pub difficulty: Option<f64>,
    /// The version bits that are rolled; `None` when the pool does not roll.
    pub version_mask: Option<u32>,
    /// When the current job came.
    pub job_received: Option<Instant>,
    /// Connections that came about.
    pub connections: u32,
}

/// A pool as a source of work. Dropping it closes the connection.
#[derive(Debug)]
pub struct PoolSource {
    /// Dropped to end the thread.
    finds: Sender<Find>,
    status: Arc<Mutex<Status>>,
}

impl PoolSource {
    /// Starts to connect; everything that happens comes through `events`.
    pub fn start(config: PoolConfig, events: Sender<Event>) -> Self {
        let (sender, finds) = mpsc::channel();
        let status = Arc::new(Mutex::new(Status::default()));
        let mut client = Client::new(config, events.clone(), finds, Arc::clone(&status));
        let started = std::thread::Builder::new().name("pool".into()).spawn(move || client.run());
        if let Err(error) = started {
            let message = format!("cannot start a thread: {error}");
            // Its owner holds the other end.
            let _ = events.send(Event::Fatal(Fatal { code: "thread", message, hint: None }));
        }
        Self { finds: sender, status }
    }

    /// How things stand.
    pub fn status(&self) -> Status {
        locked(&self.status).clone()
    }
}

impl WorkSource for PoolSource {
    fn submit(&mut self, find: Find) {
        // When the thread has ended, its last word was fatal.
        let _ = self.finds.send(find);
    }
}

/// A panic elsewhere leaves the status as it was: still good to show.
fn locked(status: &Mutex<Status>) -> MutexGuard<'_, Status> {
    status.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The owner has gone: close and end.
struct Gone;

struct Client {
    config: PoolConfig,
    events: Sender<Event>,
    finds: Receiver<Find>,
    status: Arc<Mutex<Status>>,
    started: Instant,
    /// Work and jobs are numbered through all connections and, by a random start, through all processes: a find
    /// that a journal kept from an earlier one is for no job of this one.
    next_job: u64,
    next_work: u64,
    connections: u32,
}

/// One connection in progress.
struct Connection {
    stream: Stream,
    lines: Lines,
    session: Session,
    /// Found, and waiting for the pool to keep up.
    waiting: VecDeque<Find>,
    paused: bool,
    authorised_at: Option<Instant>,
    /// The serial of the newest job, and when it came.
    newest: Option<(u64, Instant)>,
}

impl Client {
    fn new(config: PoolConfig, events: Sender<Event>, finds: Receiver<Find>, status: Arc<Mutex<Status>>) -> Self {
        let next_job = random_seed() >> 16;
        Self { config, events, finds, status, started: Instant::now(), next_job, next_work: 1, connections: 0 }
    }

    fn run(&mut self) {
        let backoff = Backoff::new(self.config.first_wait, PoolConfig::LONGEST_WAIT, random_seed());
        let mut link = Link::new(self.config.pools.clone(), self.config.session.mask != 0, backoff);
        loop {
            let attempt = match link.attempt() {
                Ok(attempt) => attempt,
                Err(reasons) => return self.fatal(&reasons),
            };
            if self.wait(&attempt).is_err() {
                return;
            }
            let Ok((lost, went)) = self.serve(&attempt) else { return };
            self.mourn(&attempt.endpoint, &lost);
            link.learn(&lost, went);
        }
    }

    fn fatal(&self, reasons: &str) {
        let message = self.config.session.redact(reasons);
        let hint = Some("check --pool, --user and the password".to_owned());
        self.tell(Event::Fatal(Fatal { code: "pool-refused", message, hint }));
    }

    fn mourn(&self, endpoint: &Endpoint, lost: &Lost) {
        *locked(&self.status) = Status { connections: self.connections, ..Status::default() };
        self.tell(Event::Idle(self.config.session.redact(&format!("{endpoint}: {lost}"))));
    }

    /// The owner may be gone; then nobody is left to tell.
    fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Waits before an attempt. What is found meanwhile is for a job of a connection that is gone.
    fn wait(&self, attempt: &Attempt) -> Result<(), Gone> {
        if attempt.wait > Duration::ZERO {
            let seconds = attempt.wait.as_secs_f64();
            self.tell(Event::Note(format!("trying {} in {seconds:.1} s", attempt.endpoint)));
        }
        let until = Instant::now() + attempt.wait;
        loop {
            match self.finds.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(find) => self.too_late(find),
                Err(mpsc::RecvTimeoutError::Timeout) => return Ok(()),
                Err(mpsc::RecvTimeoutError::Disconnected) => return Err(Gone),
            }
        }
    }

    fn too_late(&self, find: Find) {
        self.drop_find(find, Dropped::Dead);
    }

    fn drop_find(&self, find: Find, why: Dropped) {
        self.tell(Event::Answer(Answer { hash: find.hash, verdict: why.verdict(), words: why.to_string() }));
    }

    /// One connection from its beginning to its end.
    fn serve(&mut self, attempt: &Attempt) -> Result<(Lost, Went), Gone> {
        let stream = match Stream::open(&attempt.endpoint, &self.config.trust) {
            Ok(stream) => stream,
            Err(lost) => return Ok((lost, Went::default())),
        };
        self.connections += 1;
        let mut config = self.config.session.clone();
        config.host.clone_from(&attempt.endpoint.host);
        config.mask = if attempt.configure { config.mask } else { 0 };
        let session = Session::new(config, self.next_job, self.now());
        let (lines, waiting) = (Lines::default(), VecDeque::new());
        let mut connection =
            Connection { stream, lines, session, waiting, paused: false, authorised_at: None, newest: None };
        let lost = loop {
            match self.turn(&mut connection, &attempt.endpoint)? {
                None => {}
                Some(lost) => break lost,
            }
        };
        Ok((lost, self.bury(connection)))
    }

    /// Answers everything that the connection left open.
    fn bury(&mut self, mut connection: Connection) -> Went {
        connection.session.closed();
        while let Some(action) = connection.session.action() {
            if let Action::Judged(answer) = action {
                self.tell(Event::Answer(answer));
            }
        }
        connection.waiting.into_iter().for_each(|find| self.too_late(find));
        self.next_job = connection.session.next_serial();
        Went {
            subscribed: connection.session.is_subscribed(),
            authorised_for: connection.authorised_at.map(|at| at.elapsed()),
        }
    }

    /// Sends what is due, then listens for a moment.
    fn turn(&mut self, connection: &mut Connection, endpoint: &Endpoint) -> Result<Option<Lost>, Gone> {
        self.collect(connection)?;
        self.submit(connection);
        connection.session.tick(self.now());
        if let Some(lost) = self.act(connection, endpoint) {
            return Ok(Some(lost));
        }
        self.pace(connection);
        Ok(self.listen(connection).err())
    }

    fn collect(&self, connection: &mut Connection) -> Result<(), Gone> {
        loop {
            match self.finds.try_recv() {
                Ok(find) => connection.waiting.push_back(find),
                Err(TryRecvError::Empty) => return Ok(()),
                Err(TryRecvError::Disconnected) => return Err(Gone),
            }
        }
    }

    /// Sends finds as long as the pool keeps up with its answers.
    fn submit(&self, connection: &mut Connection) {
        while !connection.session.is_congested() {
            let Some(find) = connection.waiting.pop_front() else { return };
            let share: Result<Share, _> = serde_json::from_str(&find.payload);
            // A payload that is none of ours is of no job of ours.
            let sent = share.map_err(|_| Dropped::Dead);
            let sent = sent.and_then(|share| connection.session.submit(self.now(), &find.hash, &share));
            if let Err(why) = sent {
                self.drop_find(find, why);
            }
        }
    }

    /// Does what the session wants done.
    fn act(&mut self, connection: &mut Connection, endpoint: &Endpoint) -> Option<Lost> {
        let mut out = String::new();
        let (mut end, mut news) = (None, None);
        while let Some(action) = connection.session.action() {
            match action {
                Action::Send(line) => out.push_str(&line),
                // Several jobs in one breath: only the last one is worth a look.
                Action::NewWork { clean } => news = Some(clean || news == Some(true)),
                Action::Judged(answer) => self.tell(Event::Answer(self.redacted(answer))),
                Action::Note(text) => self.note(&text),
                Action::Detail(text) if self.config.verbose => self.note(&text),
                Action::Detail(_) => {}
                Action::End(why) => end = Some(Lost::Ended(why)),
            }
        }
        if let Some(clean) = news {
            self.announce(connection, endpoint, clean);
        }
        let sent = connection.stream.send(out.as_bytes());
        end.or_else(|| sent.err().map(|error| Lost::Broken(error.to_string())))
    }

    fn redacted(&self, answer: Answer) -> Answer {
        Answer { words: self.config.session.redact(&answer.words), ..answer }
    }

    fn note(&self, text: &str) {
        self.tell(Event::Note(self.config.session.redact(text)));
    }

    fn announce(&mut self, connection: &mut Connection, endpoint: &Endpoint, clean: bool) {
        let Some(job) = connection.session.job() else { return };
        let now = Instant::now();
        // A new mask is no new job.
        let newest = connection.newest.filter(|(serial, _)| *serial == job.serial).unwrap_or((job.serial, now));
        connection.newest = Some(newest);
        *locked(&self.status) = Status {
            pool: Some(endpoint.to_string()),
            difficulty: Some(job.difficulty),
            version_mask: connection.session.mask(),
            job_received: Some(newest.1),
            connections: self.connections,
        };
        if connection.authorised_at.is_none() {
            connection.authorised_at = Some(now);
            self.tell(Event::Note(format!("connected to {endpoint}")));
        }
        if !connection.paused {
            self.offer(connection, clean);
        }
    }

    fn offer(&mut self, connection: &Connection, clean: bool) {
        let Some(job) = connection.session.job() else { return };
        let work = self.work(job, connection.session.mask().unwrap_or(0), clean);
        self.tell(Event::Work(Arc::new(work)));
    }

    fn work(&mut self, job: &PoolJob, version_mask: u32, clean: bool) -> Work {
        self.next_work += 1;
        let serial = job.serial;
        Work {
            id: self.next_work,
            template: job.template.clone(),
            time: job.time_rule(),
            nonces: 0..1 << 32,
            version_mask,
            target: job.target(),
            height: None,
            clean,
            received: Instant::now(),
            encode: Box::new(move |solution| Share::new(serial, solution).to_json()),
        }
    }

    /// Shares that come faster than the pool answers stop the search until it has caught up.
    fn pace(&mut self, connection: &mut Connection) {
        let full = connection.session.is_congested();
        if full && !connection.paused {
            connection.paused = true;
            self.tell(Event::Idle("shares come faster than the pool answers".into()));
        } else if !full && connection.paused && connection.waiting.is_empty() {
            connection.paused = false;
            self.offer(connection, false);
        }
    }

    fn listen(&self, connection: &mut Connection) -> Result<(), Lost> {
        let mut buffer = [0; 16 << 10];
        let broken = |error: std::io::Error| Lost::Broken(error.to_string());
        match connection.stream.receive(&mut buffer).map_err(broken)? {
            None => return Ok(()),
            Some(0) => return Err(Lost::Broken("the pool closed it".into())),
            Some(count) => connection.lines.push(&buffer[..count]),
        }
        while let Some(line) = connection.lines.next_line().map_err(|long| Lost::Broken(long.to_string()))? {
            connection.session.line(self.now(), &line);
        }
        Ok(())
    }
}
