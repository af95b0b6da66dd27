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

use crate::domain::again::Ending;
use crate::domain::work::Schedule;
use crate::state::AppState;
use crate::store::StoreError;
use crate::store::meter::Meter;
use crate::telemetry;

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
    let meter = Meter::of_request(state.clock.id::<uuid::Uuid>().to_string());
    let done = Arc::clone(&meter)
        .measure(Box::pin(fire(state.clone())))
        .await;
    state.relay.send_now(&state.db, meter.take_promises()).await;
    if let Ok(done) = &done {
        info!(done, "the schedule ran");
    }
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
    let span = info_span!("message", event_id = record.name(), request_id);
    let meter = Meter::of_request(request_id);
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
