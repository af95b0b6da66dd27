//! What the two think of it: one opinion each.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::id::{Id, MentorshipId, UserId};
use crate::domain::mentorship::{Feedback, MentorshipError, Opinion};
use crate::domain::user::Actor;
use crate::store::error::violates;
use crate::store::{Read, StoreError, Transaction};

/// Lists what is thought of one, as far as the actor may know: their own opinion, or both to an admin.
pub async fn list(
    db: &impl Read,
    id: MentorshipId,
    actor: Actor,
) -> Result<Vec<Feedback>, StoreError> {
    let rows = db
        .query(
            "SELECT mentorship_id, author_id, rating, text, version, created_at, updated_at
               FROM mentorship_feedback
              WHERE mentorship_id = $1 AND (author_id = $2 OR $3)
              ORDER BY created_at, author_id",
            &[
                (&id.uuid(), Type::UUID),
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
            ],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Reads somebody's own opinion and holds its row until the transaction ends.
pub async fn lock_own(
    tx: &Transaction<'_>,
    id: MentorshipId,
    author: UserId,
) -> Result<Option<Feedback>, StoreError> {
    let row = tx
        .query_opt(
            "SELECT mentorship_id, author_id, rating, text, version, created_at, updated_at
               FROM mentorship_feedback
              WHERE mentorship_id = $1 AND author_id = $2
                FOR NO KEY UPDATE",
            &[(&id.uuid(), Type::UUID), (&author.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Writes a first opinion.
pub async fn insert(
    tx: &Transaction<'_>,
    feedback: &Feedback,
) -> Result<Result<(), MentorshipError>, StoreError> {
    let inserted = tx
        .try_execute(
            "INSERT INTO mentorship_feedback (mentorship_id, author_id, rating, text, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)",
            &[
                (&feedback.mentorship_id.uuid(), Type::UUID),
                (&feedback.author_id.uuid(), Type::UUID),
                (&feedback.opinion.rating, Type::INT2),
                (&feedback.opinion.text, Type::TEXT),
                (&feedback.version, Type::INT8),
                (&feedback.created_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    match inserted {
        Ok(_) => Ok(Ok(())),
        Err(error) if violates(&error, "mentorship_feedback_pkey") => {
            Ok(Err(MentorshipError::FeedbackGiven))
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes a changed opinion.
pub async fn update(tx: &Transaction<'_>, feedback: &Feedback) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE mentorship_feedback SET rating = $3, text = $4, version = $5, updated_at = $6
              WHERE mentorship_id = $1 AND author_id = $2",
            &[
                (&feedback.mentorship_id.uuid(), Type::UUID),
                (&feedback.author_id.uuid(), Type::UUID),
                (&feedback.opinion.rating, Type::INT2),
                (&feedback.opinion.text, Type::TEXT),
                (&feedback.version, Type::INT8),
                (&feedback.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one("mentorship_feedback", updated)
}

fn from_row(row: &Row) -> Result<Feedback, StoreError> {
    Ok(Feedback {
        mentorship_id: row.try_get::<_, Uuid>("mentorship_id")?.into(),
        author_id: row.try_get::<_, Uuid>("author_id")?.into(),
        opinion: Opinion {
            rating: row.try_get("rating")?,
            text: row.try_get("text")?,
        },
        version: row.try_get("version")?,
        created_at: row.try_get::<_, Timestamp>("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
