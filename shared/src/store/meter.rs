//! Counts what one request costs the database, and keeps what it promised until it is sent.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::outbox::Promise;
use crate::domain::trace::TraceId;

tokio::task_local! {
    static METER: Arc<Meter>;
}

/// What one request has cost so far.
#[derive(Debug, Default)]
pub struct Meter {
    request_id: Option<String>,
    trace_id: Option<TraceId>,
    statements: AtomicU32,
    round_trips: AtomicU32,
    waited_micros: AtomicU64,
    machinery: [AtomicU32; 2],
    has_sent_commit: AtomicBool,
    promises: std::sync::Mutex<Vec<Promise>>,
}

impl Meter {
    /// Makes a meter for one request or message.
    #[must_use]
    pub fn of_request(request_id: impl Into<String>, trace_id: Option<TraceId>) -> Arc<Self> {
        Arc::new(Self {
            request_id: Some(request_id.into()),
            trace_id,
            ..Self::default()
        })
    }

    /// Statements sent, BEGIN and COMMIT included.
    #[must_use]
    pub fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Times the request waited for the database; statements that travel together count once.
    #[must_use]
    pub fn round_trips(&self) -> u32 {
        self.round_trips.load(Ordering::Relaxed)
    }

    /// Statements and round trips of what serves the request without being part of it (see [`apart`]).
    #[must_use]
    pub fn machinery(&self) -> (u32, u32) {
        let [statements, round_trips] = &self.machinery;
        (
            statements.load(Ordering::Relaxed),
            round_trips.load(Ordering::Relaxed),
        )
    }

    /// Time spent waiting for the database.
    #[must_use]
    pub fn waited(&self) -> Duration {
        Duration::from_micros(self.waited_micros.load(Ordering::Relaxed))
    }

    /// Takes the events that were committed and are not sent yet.
    #[must_use]
    pub fn take_promises(&self) -> Vec<Promise> {
        self.promises
            .lock()
            .map(|mut promises| std::mem::take(&mut *promises))
            .unwrap_or_default()
    }

    /// Runs `work`, counting what it costs on this meter.
    pub async fn measure<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        METER.scope(self, work).await
    }
}

/// Runs what serves a request without being part of it, as limits and idempotency do, and counts it apart.
pub async fn apart<F: Future>(work: F) -> F::Output {
    let meter = Arc::new(Meter::default());
    let done = Arc::clone(&meter).measure(work).await;
    let _ = METER.try_with(|request| {
        let [statements, round_trips] = &request.machinery;
        statements.fetch_add(meter.statements(), Ordering::Relaxed);
        round_trips.fetch_add(meter.round_trips(), Ordering::Relaxed);
    });
    done
}

/// The request that is being answered, for the events it causes.
pub(super) fn request_id() -> Option<String> {
    METER
        .try_with(|meter| meter.request_id.clone())
        .ok()
        .flatten()
}

/// The trace that the request belongs to, for the events it causes.
pub(super) fn trace_id() -> Option<TraceId> {
    METER.try_with(|meter| meter.trace_id).ok().flatten()
}

/// Whether something may have become permanent: a COMMIT was sent, or nobody watched.
#[must_use]
pub fn may_have_committed() -> bool {
    METER
        .try_with(|meter| meter.has_sent_commit.load(Ordering::Relaxed))
        .unwrap_or(true)
}

pub(super) fn note_commit() {
    let _ = METER.try_with(|meter| meter.has_sent_commit.store(true, Ordering::Relaxed));
}

pub(super) fn count_statement(is_first_in_flight: bool) {
    let _ = METER.try_with(|meter| {
        meter.statements.fetch_add(1, Ordering::Relaxed);
        if is_first_in_flight {
            meter.round_trips.fetch_add(1, Ordering::Relaxed);
        }
    });
}

pub(super) fn count_wait(waited: Duration) {
    let micros = u64::try_from(waited.as_micros()).unwrap_or(u64::MAX);
    let _ = METER.try_with(|meter| meter.waited_micros.fetch_add(micros, Ordering::Relaxed));
}

pub(super) fn keep_promises(promises: Vec<Promise>) {
    let _ = METER.try_with(|meter| {
        if let Ok(mut kept) = meter.promises.lock() {
            kept.extend(promises);
        }
    });
}
