//! Publishing what is anonymous, group by group.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::TABLE;
use crate::domain::feedback::anonymity::{GROUP, Waiting};
use crate::domain::id::{FeedbackId, Id, UserId};
use crate::store::{Read, StoreError, Transaction};

/// Reads what waits for up to a hundred mentors of whom enough is settled, and holds it until the transaction ends.
pub async fn lock_waiting(
    tx: &Transaction<'_>,
    settled_by: Timestamp,
) -> Result<BTreeMap<UserId, Vec<Waiting>>, StoreError> {
    let enough = i64::try_from(GROUP).unwrap_or(i64::MAX);
    let rows = tx
        .query(
            "WITH ready AS (
               SELECT subject_id
                 FROM feedback
                WHERE about = 'mentor' AND published_at IS NULL AND hidden_at IS NULL AND settles_at <= $1
                GROUP BY subject_id
               HAVING count(DISTINCT author_id) >= $2
                ORDER BY subject_id
                LIMIT 100)
             SELECT f.id, f.subject_id, f.author_id, f.settles_at
               FROM feedback f JOIN ready ON ready.subject_id = f.subject_id
              WHERE f.about = 'mentor' AND f.published_at IS NULL AND f.hidden_at IS NULL AND f.settles_at <= $1
              ORDER BY f.id
                FOR NO KEY UPDATE OF f",
            &[(&settled_by, Type::TIMESTAMPTZ), (&enough, Type::INT8)],
        )
        .await?;
    let mut waiting: BTreeMap<UserId, Vec<Waiting>> = BTreeMap::new();
    for row in rows {
        let mentor = row.try_get::<_, Uuid>("subject_id")?.into();
        waiting.entry(mentor).or_default().push(Waiting {
            id: row.try_get::<_, Uuid>("id")?.into(),
            author_id: row.try_get::<_, Uuid>("author_id")?.into(),
            settles_at: row.try_get("settles_at")?,
        });
    }
    Ok(waiting)
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
