//! Events that were promised: written with the change, sent after the commit, swept up when that failed.

use jiff::Timestamp;
use tokio_postgres::types::{Json, Type};

use super::{Client, Read, StoreError, Transaction, meter};
use crate::domain::event::{Event, EventRecord, Queue, queues_for};
use crate::domain::id::{EventId, Id};

/// An event on its way to one queue.
#[derive(Clone, Debug)]
pub struct Promise {
    /// Where it goes.
    pub queue: Queue,
    /// What is sent.
    pub record: EventRecord,
}

/// Promises an event to every queue that wants it; it leaves only if the transaction commits.
pub async fn append(
    tx: &Transaction<'_>,
    id: EventId,
    at: Timestamp,
    event: Event,
) -> Result<(), StoreError> {
    let queues = queues_for(&event);
    if queues.is_empty() {
        return Ok(());
    }
    let record = EventRecord {
        id,
        at,
        request_id: meter::request_id(),
        event,
    };
    let names: Vec<&str> = queues.iter().map(|queue| queue.name()).collect();
    tx.execute(
        "INSERT INTO outbox (event_id, queue, record)
         SELECT $1, queue, $3 FROM unnest($2::text[]) AS queue",
        &[
            (&record.id.uuid(), Type::UUID),
            (&names, Type::TEXT_ARRAY),
            (&Json(&record), Type::JSONB),
        ],
    )
    .await?;
    for queue in queues {
        tx.promise(Promise {
            queue: *queue,
            record: record.clone(),
        });
    }
    Ok(())
}

/// Promises several events; the statements travel together.
pub async fn append_all(
    tx: &Transaction<'_>,
    mut new_id: impl FnMut() -> EventId,
    at: Timestamp,
    events: impl IntoIterator<Item = Event>,
) -> Result<(), StoreError> {
    let promised = events
        .into_iter()
        .map(|event| append(tx, new_id(), at, event));
    futures_util::future::try_join_all(promised).await?;
    Ok(())
}

/// Notes that events have reached a queue.
pub async fn mark_sent(
    client: &Client,
    queue: Queue,
    events: &[EventId],
) -> Result<(), StoreError> {
    let ids: Vec<_> = events.iter().map(|id| id.uuid()).collect();
    client
        .execute_alone(
            "UPDATE outbox
                SET sent_at = clock_timestamp(), claimed_until = NULL, attempts = attempts + 1
              WHERE event_id = ANY($1) AND queue = $2",
            &[(&ids, Type::UUID_ARRAY), (&queue.name(), Type::TEXT)],
        )
        .await?;
    Ok(())
}

/// Claims up to ten events for a minute that were never sent and are old enough that their own request has given up,
/// and those that were sent long ago but never took effect: the queue may have lost them.
pub async fn claim_stale(
    tx: &Transaction<'_>,
    queue: Queue,
    min_age_seconds: i32,
) -> Result<Vec<Promise>, StoreError> {
    let rows = tx
        .query(
            "UPDATE outbox
                SET claimed_until = clock_timestamp() + interval '1 minute'
              WHERE (event_id, queue) IN (
                    SELECT event_id, queue
                      FROM outbox AS waiting
                     WHERE queue = $1
                       AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
                       AND (   (sent_at IS NULL AND created_at <= clock_timestamp() - make_interval(secs => $2))
                            OR (sent_at BETWEEN clock_timestamp() - interval '1 day'
                                            AND clock_timestamp() - interval '10 minutes'
                                AND attempts < 6
                                AND NOT EXISTS (SELECT FROM inbox
                                                 WHERE consumer = waiting.queue AND inbox.event_id = waiting.event_id)))
                     ORDER BY created_at
                     LIMIT 10
                       FOR UPDATE SKIP LOCKED)
          RETURNING record",
            &[(&queue.name(), Type::TEXT), (&f64::from(min_age_seconds), Type::FLOAT8)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let Json(record) = row.try_get::<_, Json<EventRecord>>("record")?;
            Ok(Promise { queue, record })
        })
        .collect()
}

/// Gives events back that were claimed and could not be sent.
pub async fn release(client: &Client, queue: Queue, events: &[EventId]) -> Result<(), StoreError> {
    let ids: Vec<_> = events.iter().map(|id| id.uuid()).collect();
    client
        .execute_alone(
            "UPDATE outbox SET claimed_until = NULL WHERE event_id = ANY($1) AND queue = $2",
            &[(&ids, Type::UUID_ARRAY), (&queue.name(), Type::TEXT)],
        )
        .await?;
    Ok(())
}

/// How many events wait to be sent.
pub async fn count_unsent(db: &impl Read) -> Result<i64, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) AS waiting FROM outbox WHERE sent_at IS NULL",
            &[],
        )
        .await?;
    Ok(row.try_get("waiting")?)
}
