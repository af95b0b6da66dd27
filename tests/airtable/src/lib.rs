//! A stand-in for Airtable: one base with its tables, its webhooks and its log, as the Web API shows them. It asks for
//! its token, counts how often it is asked, pages, refuses and forgets as the service does, and has faults for
//! everything that can go wrong. No function links it.
//!
//! What is known of the service and kept here: five questions a second, then 30 seconds of 429; ten records a write;
//! an upsert that finds two fails; unchanged cells are not in the log; a webhook ends after seven days unless it is told
//! to go on or its log is read; a log is kept for a week; a ping says nothing but that there is one.
#![expect(
    clippy::disallowed_types,
    reason = "another service's answers, outside the API and its envelope"
)]

mod api;
mod base;
mod hook;
mod page;
mod ping;
mod refused;
mod seed;

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use base::Base;
pub use base::{Author, FieldKind};
pub use ping::Ping;

/// What the platform is to it.
const TOKEN: &str = "known-to-everybody-on-this-machine";

/// The base that there is.
pub const BASE: &str = "appStandIn0000001";

/// How long nobody is answered who asked too often.
const REST: SignedDuration = SignedDuration::from_secs(30);

/// What goes wrong with one question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The answer is 500, and nothing is done.
    Down,
    /// The answer is 503 and no JSON, and nothing is done.
    Garbage,
    /// It was asked too often.
    Busy,
    /// It is done, and the connection breaks before the answer.
    AnswerLost,
    /// Nothing is done, and no answer comes.
    Hang,
    /// It is done, and no answer comes.
    Silent,
}

/// Decides what goes wrong with each question.
type Chooser = Box<dyn FnMut() -> Fault + Send>;

/// The service. Clones are the same one.
#[derive(Clone)]
pub struct AirtableStandIn(Arc<Inner>);

struct Inner {
    url: String,
    file: Option<PathBuf>,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    memory: Mutex<Memory>,
}

struct Memory {
    base: Base,
    chooser: Chooser,
    most_per_second: usize,
    asked: VecDeque<Instant>,
    questions: u64,
    busy_until: Option<Timestamp>,
    pings: Vec<Ping>,
    sends_pings: bool,
}

/// How it is started.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// Where the base is kept, if it is to survive.
    pub file: Option<&'a Path>,
    /// How many questions a second are answered.
    pub most_per_second: usize,
    /// Whether pings are sent, or wait for whoever takes them.
    pub sends_pings: bool,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        Self {
            file: None,
            most_per_second: 5,
            sends_pings: true,
        }
    }
}

impl AirtableStandIn {
    /// Starts it on a listener; it runs until the runtime ends.
    ///
    /// # Errors
    /// When the listener has no address, or the file holds no base.
    pub fn start(
        listener: TcpListener,
        setup: Setup<'_>,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let url = format!("http://{}", listener.local_addr()?);
        let base = match setup.file.map(fs::read) {
            Some(Ok(text)) => serde_json::from_slice(&text)?,
            None | Some(Err(_)) => seed::base(),
        };
        let stand_in = Self(Arc::new(Inner {
            url,
            file: setup.file.map(Path::to_path_buf),
            now: Box::new(now),
            memory: Mutex::new(Memory {
                base,
                chooser: Box::new(|| Fault::None),
                most_per_second: setup.most_per_second,
                asked: VecDeque::new(),
                questions: 0,
                busy_until: None,
                pings: Vec::new(),
                sends_pings: setup.sends_pings,
            }),
        }));
        let router = api::router(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(stand_in)
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// How many questions have reached it.
    #[must_use]
    pub fn questions(&self) -> u64 {
        self.memory().questions
    }

    /// Lets one thing go wrong with every question from now on.
    pub fn fail(&self, fault: Fault) {
        self.fail_by(move || fault);
    }

    /// Lets somebody decide what goes wrong with each question.
    pub fn fail_by(&self, chooser: impl FnMut() -> Fault + Send + 'static) {
        self.memory().chooser = Box::new(chooser);
    }

    /// Answers again, whoever asked too often.
    pub fn wake(&self) {
        self.memory().busy_until = None;
    }

    /// Somebody at a screen changes a cell, by the name of its field.
    pub fn edit(&self, record: &str, field: &str, value: &Value) {
        let _ = self.replace(record, field, value);
    }

    /// The same; gives what they saw there.
    #[must_use]
    pub fn replace(&self, record: &str, field: &str, value: &Value) -> Value {
        let cells = Map::from_iter([(field.to_owned(), value.clone())]);
        self.change(|base, now| {
            let before = base.cell(record, field);
            base.edit(record, &cells, &Author::human(), now);
            before
        })
    }

    /// Another program that uses our account changes a cell.
    pub fn edit_as_us(&self, record: &str, field: &str, value: &Value) {
        let cells = Map::from_iter([(field.to_owned(), value.clone())]);
        self.change(|base, now| base.edit(record, &cells, &Author::api(), now));
    }

    /// Somebody at a screen makes a record; gives its id.
    #[must_use]
    pub fn create(&self, table: &str, cells: &Value) -> String {
        let cells = cells.as_object().cloned().unwrap_or_default();
        self.change(|base, now| base.create(table, &cells, &Author::human(), now))
    }

    /// Somebody at a screen deletes a record.
    pub fn destroy(&self, record: &str) {
        self.change(|base, now| base.destroy(record, &Author::human(), now));
    }

    /// The records of a table with their ids, cells by the names of their fields.
    #[must_use]
    pub fn records(&self, table: &str) -> Vec<(String, Map<String, Value>)> {
        self.memory().base.named(table)
    }

    /// The record whose field has this value.
    #[must_use]
    pub fn find(
        &self,
        table: &str,
        field: &str,
        value: &str,
    ) -> Option<(String, Map<String, Value>)> {
        let records = self.records(table).into_iter();
        records
            .into_iter()
            .find(|(_, cells)| cells.get(field) == Some(&json!(value)))
    }

    /// How many cells the API has changed.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.memory().base.writes
    }

    /// A ping of the first webhook, as one that had something to tell would send it.
    #[must_use]
    pub fn ping(&self) -> Option<Ping> {
        let now = self.now();
        let memory = self.memory();
        memory.base.hooks.first()?.ping(now)
    }

    /// Takes the pings that were not sent.
    #[must_use]
    pub fn take_pings(&self) -> Vec<Ping> {
        std::mem::take(&mut self.memory().pings)
    }

    /// Ends every webhook, as seven days do.
    pub fn expire_hooks(&self) {
        self.change(Base::expire_hooks);
    }

    /// Forgets the log, as a week does.
    pub fn forget_log(&self) {
        self.change(|base, _| base.forget_log());
    }

    /// Forgets every webhook.
    pub fn lose_hooks(&self) {
        self.change(|base, _| base.hooks.clear());
    }

    /// How many lines of a webhook's log nobody has read.
    #[must_use]
    pub fn unread(&self, hook: Option<&str>) -> usize {
        let memory = self.memory();
        let mut hooks = memory.base.hooks.iter();
        let found = hooks.find(|known| Some(known.id.as_str()) == hook);
        found.map_or(usize::MAX, hook::Hook::unread)
    }

    /// How many webhooks there are.
    #[must_use]
    pub fn hooks(&self) -> usize {
        self.memory().base.hooks.len()
    }

    fn now(&self) -> Timestamp {
        (self.0.now)()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the base, keeps it, and says so to whoever listens.
    fn change<T>(&self, change: impl FnOnce(&mut Base, Timestamp) -> T) -> T {
        let now = self.now();
        let mut memory = self.memory();
        let changed = change(&mut memory.base, now);
        let pings = memory.base.take_pings(now);
        if memory.sends_pings {
            for ping in pings {
                tokio::spawn(ping.send());
            }
        } else {
            memory.pings.extend(pings);
        }
        if let Some(file) = &self.0.file {
            let text = serde_json::to_vec(&memory.base).unwrap_or_default();
            let new = file.with_extension("new");
            // A base that cannot be kept is still a base.
            let _ = fs::write(&new, text).and_then(|()| fs::rename(new, file));
        }
        changed
    }

    /// Counts a question; says what goes wrong with it.
    fn count(&self) -> Fault {
        let now = self.now();
        let mut memory = self.memory();
        memory.questions += 1;
        let (at, most) = (Instant::now(), memory.most_per_second);
        memory.asked.push_back(at);
        while memory
            .asked
            .front()
            .is_some_and(|asked| at - *asked >= Duration::from_secs(1))
        {
            memory.asked.pop_front();
        }
        if memory.asked.len() > most {
            memory.busy_until = Some(now + REST);
        }
        if memory.busy_until.is_some_and(|until| now < until) {
            return Fault::Busy;
        }
        let fault = (memory.chooser)();
        if fault == Fault::Busy {
            memory.busy_until = Some(now + REST);
        }
        fault
    }
}

/// What the platform is to it, as its secret holds it.
#[must_use]
pub fn registration() -> Value {
    json!({ "token": TOKEN })
}
