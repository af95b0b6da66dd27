//! The relay: takes committed events from the outbox to the queues.
//!
//! The request that promised them sends them itself, before it answers: a frozen environment sends nothing later.
//! What that misses, `outbox-cron` sweeps up. Twice is harmless: consumers claim events.

use std::sync::Arc;
use std::time::Duration;

use tracing::warn;

use super::{Queue, Sqs};
use crate::config::Config;
use crate::domain::event::EventRecord;
use crate::domain::id::EventId;
use crate::store::outbox::{self, Promise};
use crate::store::{Db, StoreError};

/// How long a request spends on sending before it leaves the rest to the sweeper.
const INLINE_LIMIT: Duration = Duration::from_millis(500);

/// Events that their own request has not sent within this many seconds are the sweeper's.
pub const SWEEP_AFTER_SECONDS: i32 = 30;

/// Takes events to queues.
#[derive(Clone, Debug)]
pub struct Relay {
    sqs: Option<Arc<Sqs>>,
}

impl Relay {
    /// Makes a relay to SQS; without a configured queue events stay in the outbox.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            sqs: config
                .email_queue_url
                .as_ref()
                .map(|_| Arc::new(Sqs::new(config))),
        }
    }

    /// The queues themselves, if there are any.
    #[must_use]
    pub const fn sqs(&self) -> Option<&Arc<Sqs>> {
        self.sqs.as_ref()
    }

    /// Sends what a request has just committed. A failure is no failure of the request.
    pub async fn send_now(&self, db: &Db, promises: Vec<Promise>) {
        if promises.is_empty() || self.sqs.is_none() {
            return;
        }
        match tokio::time::timeout(INLINE_LIMIT, Box::pin(self.send(db, promises))).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!(%error, "an event stays in the outbox for now"),
            Err(_) => warn!("the queue is slow: an event stays in the outbox for now"),
        }
    }

    /// Sends what waits in the outbox for at least `min_age_seconds`; returns how many events.
    ///
    /// # Errors
    /// When the database or a queue cannot be used; everything unsent stays.
    pub async fn sweep(&self, db: &Db, min_age_seconds: i32) -> Result<usize, RelayError> {
        let mut sent = 0;
        for queue in Queue::ALL {
            loop {
                let promises = claim(db, queue, min_age_seconds).await?;
                if promises.is_empty() {
                    break;
                }
                let ids: Vec<EventId> = promises.iter().map(|promise| promise.record.id).collect();
                if let Err(failure) = Box::pin(self.send(db, promises)).await {
                    // Else they would wait until the claim runs out.
                    outbox::release(&db.client().await?, queue, &ids).await?;
                    return Err(failure);
                }
                sent += ids.len();
            }
        }
        Ok(sent)
    }

    async fn send(&self, db: &Db, promises: Vec<Promise>) -> Result<(), RelayError> {
        let Some(sqs) = &self.sqs else { return Ok(()) };
        for queue in Queue::ALL {
            let records: Vec<EventRecord> = promises
                .iter()
                .filter(|promise| promise.queue == queue)
                .map(|promise| promise.record.clone())
                .collect();
            for batch in records.chunks(10) {
                sqs.send(queue, batch).await?;
                let ids: Vec<EventId> = batch.iter().map(|record| record.id).collect();
                outbox::mark_sent(&db.client().await?, queue, &ids).await?;
            }
        }
        Ok(())
    }
}

async fn claim(db: &Db, queue: Queue, min_age_seconds: i32) -> Result<Vec<Promise>, StoreError> {
    let mut client = db.client().await?;
    let tx = client.transaction();
    let promises = outbox::claim_stale(&tx, queue, min_age_seconds).await?;
    tx.commit().await?;
    Ok(promises)
}

/// Why events stay where they are.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] super::SqsError),
}
