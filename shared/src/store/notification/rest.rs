//! Messages that rest: until the morning, or until there have not been so many.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{Json, ToSql, Type};

use crate::domain::event::{EventRecord, Queue};
use crate::domain::id::{Id, NotificationId};
use crate::store::outbox::Promise;
use crate::store::{Read, StoreError, Transaction};

/// Wakes up to a hundred messages that have rested long enough: their events go to the queue once more. Returns how many
/// messages woke.
pub async fn take_rested(tx: &Transaction<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let parameters: [(&(dyn ToSql + Sync), Type); 2] =
        [(&now, Type::TIMESTAMPTZ), (&names(), Type::TEXT_ARRAY)];
    let rows = tx
        .query(
            "WITH rested AS (
               UPDATE notifications SET not_before = NULL
                WHERE id IN (SELECT id FROM notifications
                              WHERE status = 'queued' AND not_before <= $1
                              ORDER BY not_before
                              LIMIT 100
                                FOR UPDATE SKIP LOCKED)
             RETURNING event_id
             )
             UPDATE outbox SET sent_at = NULL, claimed_until = NULL, attempts = 0
              WHERE queue = ANY($2) AND event_id IN (SELECT event_id FROM rested)
          RETURNING queue, record",
            &parameters,
        )
        .await?;
    promise(tx, &rows)?;
    Ok(rows.len())
}

/// Sends the event of one message to its queue once more; `false` when it is not known any more.
pub async fn send_again(tx: &Transaction<'_>, id: NotificationId) -> Result<bool, StoreError> {
    let parameters: [(&(dyn ToSql + Sync), Type); 2] =
        [(&id.uuid(), Type::UUID), (&names(), Type::TEXT_ARRAY)];
    let rows = tx
        .query(
            "UPDATE outbox SET sent_at = NULL, claimed_until = NULL, attempts = 0
              WHERE queue = ANY($2) AND event_id = (SELECT event_id FROM notifications WHERE id = $1)
          RETURNING queue, record",
            &parameters,
        )
        .await?;
    promise(tx, &rows)?;
    Ok(!rows.is_empty())
}

/// The queues through which mails come.
fn names() -> Vec<&'static str> {
    [Queue::Email, Queue::Bulk].map(Queue::name).to_vec()
}

fn promise(tx: &Transaction<'_>, rows: &[Row]) -> Result<(), StoreError> {
    for row in rows {
        let queue = Queue::parse(row.try_get("queue")?);
        let queue = queue.map_err(|error| StoreError::inconsistent("outbox", error))?;
        let Json(record) = row.try_get::<_, Json<EventRecord>>("record")?;
        tx.promise(Promise { queue, record });
    }
    Ok(())
}
