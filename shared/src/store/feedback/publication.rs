//! Publishing what is anonymous, group by group.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::TABLE;
use crate::domain::feedback::anonymity::{GROUP, Waiting};
use crate::domain::id::{FeedbackId, Id, UserId};
use crate::store::{Read, StoreError, Transaction};

/// Lists the mentors of whom enough is settled, by id.
pub async fn list_ready(db: &impl Read, settled_by: Timestamp) -> Result<Vec<UserId>, StoreError> {
    let enough = i64::try_from(GROUP).unwrap_or(i64::MAX);
    let rows = db
        .query(
            "SELECT subject_id
               FROM feedback
              WHERE about = 'mentor' AND published_at IS NULL AND hidden_at IS NULL AND settles_at <= $1
              GROUP BY subject_id
             HAVING count(DISTINCT author_id) >= $2
              ORDER BY subject_id",
            &[(&settled_by, Type::TIMESTAMPTZ), (&enough, Type::INT8)],
        )
        .await?;
    let mentor = |row: &Row| Ok(row.try_get::<_, Uuid>("subject_id")?.into());
    rows.iter().map(mentor).collect()
}

/// Reads what waits for one mentor and is settled, and holds it until the transaction ends.
pub async fn lock_waiting(
    tx: &Transaction<'_>,
    mentor: UserId,
    settled_by: Timestamp,
) -> Result<Vec<Waiting>, StoreError> {
    let rows = tx
        .query(
            "SELECT id, author_id, settles_at
               FROM feedback
              WHERE subject_id = $1 AND about = 'mentor' AND published_at IS NULL AND hidden_at IS NULL
                AND settles_at <= $2
              ORDER BY id
                FOR NO KEY UPDATE",
            &[(&mentor.uuid(), Type::UUID), (&settled_by, Type::TIMESTAMPTZ)],
        )
        .await?;
    let waiting = |row: &Row| {
        Ok(Waiting {
            id: row.try_get::<_, Uuid>("id")?.into(),
            author_id: row.try_get::<_, Uuid>("author_id")?.into(),
            settles_at: row.try_get("settles_at")?,
        })
    };
    rows.iter().map(waiting).collect()
}

/// Makes them public, all as of one moment.
pub async fn publish(
    tx: &Transaction<'_>,
    feedback: &[FeedbackId],
    at: Timestamp,
) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = feedback.iter().map(|id| id.uuid()).collect();
    let published = tx
        .execute(
            "UPDATE feedback SET published_at = $2 WHERE id = ANY($1) AND published_at IS NULL",
            &[(&ids, Type::UUID_ARRAY), (&at, Type::TIMESTAMPTZ)],
        )
        .await?;
    if usize::try_from(published) == Ok(ids.len()) {
        return Ok(());
    }
    Err(StoreError::inconsistent(
        TABLE,
        "not all of a group could be published",
    ))
}
