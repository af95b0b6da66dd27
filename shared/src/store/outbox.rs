//! Events that were promised: written with the change, sent after the commit, swept up when that failed.

use jiff::Timestamp;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

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

/// Promises an event to every queue that wants it; it leaves only if the transaction commits. Airtable's wants it only
/// while a base is followed, which the database knows and a handler need not.
pub async fn append(
    tx: &Transaction<'_>,
    id: EventId,
    at: Timestamp,
    event: Event,
) -> Result<(), StoreError> {
    append_all(tx, || id, at, [event]).await
}

/// Promises several events, in one statement however many they are.
pub async fn append_all(
    tx: &Transaction<'_>,
    mut new_id: impl FnMut() -> EventId,
    at: Timestamp,
    events: impl IntoIterator<Item = Event>,
) -> Result<(), StoreError> {
    let promises: Vec<Promise> = events
        .into_iter()
        .flat_map(|event| promises(new_id(), at, event))
        .collect();
    if promises.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = promises.iter().map(|one| one.record.id.uuid()).collect();
    let queues: Vec<&str> = promises.iter().map(|one| one.queue.name()).collect();
    let records: Vec<_> = promises.iter().map(|one| Json(&one.record)).collect();
    let row = tx
        .query_one(
            "WITH airtable AS (SELECT EXISTS (SELECT FROM airtable_bases WHERE is_on) AS is_on),
                  written AS (
               INSERT INTO outbox (event_id, queue, record)
               SELECT event_id, queue, record
                 FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) AS promised (event_id, queue, record), airtable
                WHERE is_on OR queue <> 'airtable'
             )
             SELECT is_on FROM airtable",
            &[
                (&ids, Type::UUID_ARRAY),
                (&queues, Type::TEXT_ARRAY),
                (&records, Type::JSONB_ARRAY),
            ],
        )
        .await?;
    let is_on: bool = row.try_get("is_on")?;
    let open = |promise: &Promise| is_on || promise.queue != Queue::Airtable;
    for promise in promises.into_iter().filter(open) {
        tx.promise(promise);
    }
    Ok(())
}

/// One for each queue that wants the event.
fn promises(id: EventId, at: Timestamp, event: Event) -> impl Iterator<Item = Promise> {
    let queues = queues_for(&event);
    let record = EventRecord {
        id,
        at,
        request_id: meter::request_id(),
        trace_id: meter::trace_id(),
        event,
    };
    queues.iter().map(move |queue| Promise {
        queue: *queue,
        record: record.clone(),
    })
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

/// How long the event has waited that waits longest to be sent, in seconds; `None` when none waits.
pub async fn oldest_unsent(db: &impl Read) -> Result<Option<f64>, StoreError> {
    let row = db
        .query_one(
            "SELECT extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS age
               FROM outbox WHERE sent_at IS NULL",
            &[],
        )
        .await?;
    Ok(row.try_get("age")?)
}
