//! Takes messages to the workers, with the same event types and the same rules as the Lambda service does.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use shared::domain::again::RECEIVED;
use shared::queue::{Queue, Received, RelayError, SqsError};
use shared::state::AppState;
use shared::store::{StoreError, outbox};
use shared::worker::run_batch;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tracing::warn;

use crate::cloud::LocalCloud;

/// How long a batch may take, as in `template.yaml`.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the function may that matches everybody at once.
const ASSIGNMENT_TIMEOUT: Duration = Duration::from_mins(10);

/// How long the function may that waits for its turn to ask Airtable.
const AIRTABLE_TIMEOUT: Duration = Duration::from_mins(1);

/// How long the one that writes files may take.
const EXPORT_TIMEOUT: Duration = Duration::from_mins(5);

/// How long one question for messages waits for them.
const LONG_POLL: Duration = Duration::from_secs(10);

/// How long to leave a queue alone that cannot be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// Why the queues did not run empty.
#[derive(Debug, thiserror::Error)]
pub enum DrainError {
    /// A queue.
    #[error(transparent)]
    Queue(#[from] SqsError),
    /// The way to the queues.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A message fails again and again, or there are too many.
    #[error("{0} messages are still in the queues")]
    Busy(u64),
}

/// Receives once from a queue and lets its worker act; returns how many messages came.
///
/// # Errors
/// When the queue cannot be reached.
pub async fn work_once(state: &AppState, queue: Queue, wait: Duration) -> Result<usize, SqsError> {
    let Some(sqs) = state.relay.sqs() else {
        return Ok(0);
    };
    let received = sqs.receive(queue, wait).await?;
    if received.is_empty() {
        return Ok(0);
    }
    let event = event_of(sqs.name(queue)?, &received);
    let response = consume(state, queue, event).await;
    let done = received
        .iter()
        .filter(|message| !is_failed(&response, message));
    let handles: Vec<String> = done.map(|message| message.receipt_handle.clone()).collect();
    if !handles.is_empty() {
        sqs.delete(queue, handles).await?;
    }
    Ok(received.len())
}

/// The one consumer behind each queue.
async fn consume(state: &AppState, queue: Queue, event: SqsEvent) -> SqsBatchResponse {
    let left = timeout(queue);
    match queue {
        Queue::Email | Queue::Bulk => run_batch(state, event, left, email_worker::handle).await,
        Queue::Export => run_batch(state, event, left, export_worker::handle).await,
        Queue::Payment => run_batch(state, event, left, payment_worker::handle).await,
        Queue::Matching => run_batch(state, event, left, matching_worker::handle).await,
        Queue::Assignment => run_batch(state, event, left, assignment_worker::handle).await,
        Queue::Airtable => run_batch(state, event, left, airtable_worker::handle).await,
        Queue::Delivery => run_batch(state, event, left, delivery_worker::handle).await,
    }
}

/// How long a batch may take.
const fn timeout(queue: Queue) -> Duration {
    match queue {
        Queue::Airtable => AIRTABLE_TIMEOUT,
        Queue::Export => EXPORT_TIMEOUT,
        Queue::Assignment => ASSIGNMENT_TIMEOUT,
        Queue::Email | Queue::Bulk | Queue::Payment | Queue::Matching | Queue::Delivery => {
            FUNCTION_TIMEOUT
        }
    }
}

fn event_of(source: &str, received: &[Received]) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = received
        .iter()
        .map(|received| {
            let mut message = SqsMessage::default();
            message.message_id = Some(received.message_id.clone());
            message.receipt_handle = Some(received.receipt_handle.clone());
            message.body = Some(received.body.clone());
            message.event_source_arn = Some(source.to_owned());
            let times = (RECEIVED.to_owned(), received.times.clone());
            message.attributes.extend([times]);
            message
        })
        .collect();
    event
}

fn is_failed(response: &SqsBatchResponse, message: &Received) -> bool {
    response
        .batch_item_failures
        .iter()
        .any(|failure| failure.item_identifier == message.message_id)
}

/// Works on a queue until told to stop; a batch that has begun is finished.
///
/// A queue that is gone is made anew when there is a `cloud` of our own to make it in.
pub async fn poll(
    state: AppState,
    queue: Queue,
    cloud: Option<LocalCloud>,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        let failure = tokio::select! {
            worked = work_once(&state, queue, LONG_POLL) => worked.err(),
            _ = stop.changed() => None,
        };
        let restored = match (failure, &cloud) {
            (None, _) => continue,
            (Some(SqsError::Missing), Some(cloud)) => cloud.fill(&state).await.is_ok(),
            (Some(failure), _) => {
                warn!(%failure, queue = queue.name(), "a queue cannot be used at the moment");
                false
            }
        };
        if restored {
            warn!(queue = queue.name(), "a queue was gone and was made anew");
        } else {
            sleep(PAUSE).await;
        }
    }
}

/// Sends everything that waits in the outbox and works until nothing is left, in a queue or in a worker's hands.
///
/// # Errors
/// When something is still there at the end of `limit`, or a part cannot be reached.
pub async fn drain(state: &AppState, limit: Duration) -> Result<(), DrainError> {
    let deadline = Instant::now() + limit;
    let Some(sqs) = state.relay.sqs() else {
        return Ok(());
    };
    loop {
        state.relay.sweep(&state.db, 0).await?;
        let mut left = 0;
        for queue in Queue::ALL {
            while work_once(state, queue, Duration::ZERO).await? > 0 {}
            left += sqs.depth(queue).await?;
        }
        // A worker may have promised more while the queues were counted.
        let unsent = outbox::count_unsent(&state.db.client().await?).await?;
        left += u64::try_from(unsent).unwrap_or_default();
        if left == 0 {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(DrainError::Busy(left));
        }
        sleep(Duration::from_millis(25)).await;
    }
}
