//! Messages that rest: until the morning, or until there have not been so many.

use jiff::Timestamp;
use tokio_postgres::types::{Json, ToSql, Type};

use crate::domain::event::{EventRecord, Queue};
use crate::store::outbox::Promise;
use crate::store::{Read, StoreError, Transaction};

/// Wakes up to a hundred messages that have rested long enough: their events go to the queue once more. Returns how many
/// messages woke.
pub async fn take_rested(tx: &Transaction<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let parameters: [(&(dyn ToSql + Sync), Type); 2] = [
        (&now, Type::TIMESTAMPTZ),
        (&Queue::Email.name(), Type::TEXT),
    ];
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
              WHERE queue = $2 AND event_id IN (SELECT event_id FROM rested)
          RETURNING record",
            &parameters,
        )
        .await?;
    for row in &rows {
        let Json(record) = row.try_get::<_, Json<EventRecord>>("record")?;
        tx.promise(Promise {
            queue: Queue::Email,
            record,
        });
    }
    Ok(rows.len())
}
