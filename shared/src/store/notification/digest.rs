//! Digests: what has gathered for whom.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::event::Event;
use crate::domain::id::{Id, NotificationId, UserId};
use crate::domain::letter::DigestItem;
use crate::store::{Read, StoreError, Transaction};

/// Takes up to a hundred people for whom a digest has come due, so that nobody else does.
pub async fn take_due_digests(
    tx: &Transaction<'_>,
    now: Timestamp,
) -> Result<Vec<Event>, StoreError> {
    let rows = tx
        .query(
            "WITH due AS (
               UPDATE notifications SET not_before = NULL
                WHERE id IN (SELECT id FROM notifications
                              WHERE status = 'gathered' AND not_before <= $1
                              ORDER BY recipient_id
                              LIMIT 100
                                FOR UPDATE SKIP LOCKED)
             RETURNING recipient_id
             )
             SELECT DISTINCT recipient_id FROM due",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Event::DigestDue {
                user_id: row.try_get::<_, Uuid>("recipient_id")?.into(),
                due_at: now,
            })
        })
        .collect()
}

/// Reads what has gathered for a person, the oldest first and a hundred lines at most, and notes which mail tells it.
pub async fn list_gathered(
    tx: &Transaction<'_>,
    person: UserId,
    mail: NotificationId,
) -> Result<Vec<DigestItem>, StoreError> {
    let rows = tx
        .query(
            "WITH told AS (
               UPDATE notifications SET digest_id = $2
                WHERE id IN (SELECT id FROM notifications
                              WHERE recipient_id = $1 AND status = 'gathered' AND not_before IS NULL
                              ORDER BY id
                              LIMIT 100)
             RETURNING id, title, path
             )
             SELECT title, path FROM told ORDER BY id",
            &[(&person.uuid(), Type::UUID), (&mail.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(DigestItem {
                title: row.try_get("title")?,
                path: row.try_get("path")?,
            })
        })
        .collect()
}
