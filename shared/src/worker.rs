//! HOW WE LISTEN: a batch of messages, each on its own; what fails comes again, what cannot be read is never dropped.

pub mod job;
mod message;
pub mod schedule;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::FutureExt;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument, error, info, info_span, warn};

use crate::domain::again::{Ending, RECEIVED};
use crate::domain::trace::TraceId;
use crate::domain::work::Schedule;
use crate::state::AppState;
use crate::store::StoreError;
use crate::store::meter::Meter;
use crate::telemetry;
use crate::telemetry::metrics::{self, Metric};

pub use message::Message;

/// Before a function is ended, so that it can still say what it has left undone.
const SPARE: Duration = Duration::from_secs(2);

/// Why a message was not acted on. It comes again, and lands in the dead-letter queue when it keeps failing.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The message cannot be read, by this version at least: it lands in the dead-letter queue at once.
    #[error("the message cannot be read: {0}")]
    Unreadable(String),
    /// Another worker has what it is about: it comes again when that one should be done.
    #[error("another worker has this")]
    Taken,
    /// Something we need is down.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Anything else that may pass.
    #[error("{0}")]
    Later(String),
}

/// Serves a queue as a Lambda function.
///
/// # Errors
/// When the environment cannot be read, or the Lambda service goes away.
pub async fn serve<M, H, F>(handle: H) -> Result<(), Error>
where
    M: Message,
    H: Fn(AppState, M) -> F + Sync,
    F: Future<Output = Result<(), WorkError>> + Send,
{
    let state = AppState::from_env()?;
    telemetry::start_json(&state.config.log_level);
    metrics::start(&state.config.service);
    let (state, handle) = (&state, &handle);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        let left = time_left(event.context.deadline());
        Ok::<_, Error>(Box::pin(run_batch(state, event.payload, left, handle)).await)
    }))
    .await
}

/// How long it is until then.
fn time_left(deadline: SystemTime) -> Duration {
    let overdue = deadline.elapsed();
    overdue.map_or_else(|early| early.duration(), |_| Duration::ZERO)
}

/// Serves a schedule as a Lambda function.
///
/// # Errors
/// When the environment cannot be read, or the Lambda service goes away.
pub async fn serve_schedule<H, F>(schedule: Schedule, fire: H) -> Result<(), Error>
where
    H: Fn(AppState) -> F + Sync,
    F: Future<Output = Result<usize, WorkError>> + Send,
{
    let state = AppState::from_env()?;
    telemetry::start_json(&state.config.log_level);
    metrics::start(&state.config.service);
    let (state, fire) = (&state, &fire);
    lambda_runtime::run(service_fn(move |_: LambdaEvent<Ignored>| async move {
        let done = Box::pin(schedule::fire(state, schedule, fire)).await?;
        Ok::<_, Error>(serde_json::json!({ "done": done }))
    }))
    .await
}

/// Whatever a schedule sends along.
#[derive(Deserialize)]
struct Ignored {}

/// Fires a schedule once, and sends what it promised.
///
/// # Errors
/// When it could not do its work; the next firing takes it up.
pub async fn run_schedule<H, F>(state: &AppState, fire: H) -> Result<usize, WorkError>
where
    H: Fn(AppState) -> F,
    F: Future<Output = Result<usize, WorkError>>,
{
    let id = state.clock.id::<uuid::Uuid>();
    let trace = TraceId::begin(id);
    let span = info_span!("run", request_id = %id, trace_id = %trace);
    let meter = Meter::of_request(id.to_string(), Some(trace));
    let done = Arc::clone(&meter)
        .measure(Box::pin(fire(state.clone())))
        .instrument(span.clone())
        .await;
    state.relay.send_now(&state.db, meter.take_promises()).await;
    if let Ok(done) = &done {
        span.in_scope(|| info!(done, "the schedule ran"));
    }
    finish();
    done
}

/// Works on a batch for as long as there is time, one message after the other; returns those that must come again.
pub async fn run_batch<M, H, F>(
    state: &AppState,
    batch: SqsEvent,
    left: Duration,
    handle: H,
) -> SqsBatchResponse
where
    M: Message,
    H: Fn(AppState, M) -> F,
    F: Future<Output = Result<(), WorkError>>,
{
    let until = Instant::now() + left.saturating_sub(SPARE);
    let base = Duration::from_secs(state.config.queue_pause_seconds.into());
    let mut response = SqsBatchResponse::default();
    for message in batch.records {
        let ending = run_one(state, &message, until, &handle).await;
        if !state.relay.settle(&message, ending, base).await {
            let id = message.message_id.unwrap_or_default();
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            response.batch_item_failures.push(failure);
        }
    }
    let failed = response.batch_item_failures.len();
    metrics::count(
        Metric::MessageFailures,
        u64::try_from(failed).unwrap_or(u64::MAX),
    );
    finish();
    response
}

/// Works on one message; a panic in it is a failure of it alone.
async fn run_one<M, H, F>(
    state: &AppState,
    message: &SqsMessage,
    until: Instant,
    handle: &H,
) -> Ending
where
    M: Message,
    H: Fn(AppState, M) -> F,
    F: Future<Output = Result<(), WorkError>>,
{
    if Instant::now() >= until {
        return Ending::Untouched;
    }
    let record = match M::read(message.body.as_deref().unwrap_or_default()) {
        Ok(record) => record,
        Err(failure) => return ending_of(Err(failure)),
    };
    let request_id = record.request_id().unwrap_or_default().to_owned();
    let trace = record.trace_id();
    let trace = trace.unwrap_or_else(|| TraceId::begin(state.clock.id()));
    let span = info_span!("message", event_id = record.name(), request_id, trace_id = %trace);
    let meter = Meter::of_request(request_id, Some(trace));
    metrics::count(Metric::Messages, 1);
    note_lag(state, message);
    let work =
        AssertUnwindSafe(Arc::clone(&meter).measure(Box::pin(handle(state.clone(), record))))
            .catch_unwind();
    let done = timeout_at(until, work).instrument(span.clone()).await;
    state.relay.send_now(&state.db, meter.take_promises()).await;
    let _entered = span.enter();
    match done {
        Ok(Ok(worked)) => ending_of(worked),
        Ok(Err(_)) => {
            error!("a message made the worker panic");
            Ending::Failed
        }
        Err(_) => {
            warn!("a message took too long and comes again");
            Ending::Failed
        }
    }
}

/// Notes how long a message has waited for its first worker.
fn note_lag(state: &AppState, message: &SqsMessage) {
    let number = |name| message.attributes.get(name)?.parse::<i64>().ok();
    if number(RECEIVED) == Some(1)
        && let Some(sent) = number("SentTimestamp")
    {
        let lag = state
            .clock
            .now()
            .as_millisecond()
            .saturating_sub(sent)
            .max(0);
        metrics::observe(
            Metric::QueueLag,
            Duration::from_millis(lag.unsigned_abs()).as_secs_f64() * 1e3,
        );
    }
}

/// The end of an invocation: what was counted goes to the log.
fn finish() {
    if telemetry::is_cold() {
        metrics::count(Metric::ColdStarts, 1);
    }
    metrics::flush();
}

fn ending_of(worked: Result<(), WorkError>) -> Ending {
    match worked {
        Ok(()) => Ending::Done,
        Err(failure @ WorkError::Unreadable(_)) => {
            error!(%failure, "a message goes to the dead-letter queue");
            Ending::Unreadable
        }
        Err(failure) => {
            warn!(%failure, "a message comes again");
            match failure {
                WorkError::Taken => Ending::Taken,
                WorkError::Unreadable(_) | WorkError::Store(_) | WorkError::Later(_) => {
                    Ending::Failed
                }
            }
        }
    }
}
