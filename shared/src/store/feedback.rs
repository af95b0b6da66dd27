//! Feedback on sessions. Which of it may be seen by whom is decided here by every `WHERE`, and why, in
//! [`crate::domain::feedback::anonymity`].

mod history;
mod list;
mod public;
mod publication;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::error::violates;
use super::{Read, StoreError, Transaction};
use crate::domain::feedback::{About, Feedback, FeedbackError, Hiding, Opinion};
use crate::domain::id::{Id, SessionId, UserId};

pub use history::{Earlier, list_earlier};
pub use list::{Filter, list, list_of_session};
pub use public::{PublicFeedback, find_usual, is_shown, list_months, list_public, list_topics};
pub use publication::{list_ready, lock_waiting, publish};

const TABLE: &str = "feedback";

/// What [`from_row`] reads.
macro_rules! columns {
    () => {
        "id, session_id, author_id, subject_id, about, rating, helpfulness_rating, would_recommend, written_feedback,
         topics_covered, is_anonymous, settles_at, published_at, hidden_at, hidden_by, hidden_reason, version,
         created_at, said_at, updated_at"
    };
}
use columns;

/// Where a row `f` of `feedback` stands, as [`Feedback::status`] says.
macro_rules! feedback_status {
    () => {
        "CASE WHEN f.hidden_at IS NOT NULL THEN 'hidden' WHEN f.about = 'mentee' THEN 'internal'
              WHEN f.published_at IS NULL THEN 'waiting' ELSE 'published' END"
    };
}
pub(super) use feedback_status;

/// Writes a new one.
pub async fn insert(
    tx: &Transaction<'_>,
    feedback: &Feedback,
) -> Result<Result<(), FeedbackError>, StoreError> {
    let opinion = &feedback.opinion;
    let inserted = tx
        .try_execute(
            "INSERT INTO feedback (id, session_id, author_id, subject_id, about, rating, helpfulness_rating,
                                   would_recommend, written_feedback, topics_covered, is_anonymous, settles_at,
                                   published_at, version, created_at, said_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $15)",
            &[
                (&feedback.id.uuid(), Type::UUID),
                (&feedback.session_id.uuid(), Type::UUID),
                (&feedback.author_id.uuid(), Type::UUID),
                (&feedback.subject_id.uuid(), Type::UUID),
                (&feedback.about.as_str(), Type::TEXT),
                (&opinion.rating, Type::INT2),
                (&opinion.helpfulness_rating, Type::INT2),
                (&opinion.would_recommend, Type::BOOL),
                (&opinion.written_feedback, Type::TEXT),
                (&opinion.topics_covered, Type::TEXT_ARRAY),
                (&opinion.is_anonymous, Type::BOOL),
                (&feedback.settles_at, Type::TIMESTAMPTZ),
                (&feedback.published_at, Type::TIMESTAMPTZ),
                (&feedback.version, Type::INT8),
                (&feedback.created_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    match inserted {
        Ok(_) => Ok(Ok(())),
        Err(error) if violates(&error, "feedback_once") => Ok(Err(FeedbackError::Given)),
        Err(error) => Err(error.into()),
    }
}

/// Reads what somebody said about a session.
pub async fn find(
    db: &impl Read,
    session: SessionId,
    author: UserId,
) -> Result<Option<Feedback>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                "SELECT ",
                columns!(),
                " FROM feedback WHERE session_id = $1 AND author_id = $2"
            ),
            &[(&session.uuid(), Type::UUID), (&author.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads what somebody said about a session, and holds its row until the transaction ends.
pub async fn lock(
    tx: &Transaction<'_>,
    session: SessionId,
    author: UserId,
) -> Result<Option<Feedback>, StoreError> {
    let row = tx
        .query_opt(
            concat!(
                "SELECT ",
                columns!(),
                " FROM feedback WHERE session_id = $1 AND author_id = $2 FOR NO KEY UPDATE"
            ),
            &[(&session.uuid(), Type::UUID), (&author.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Writes what has become of one. What it said before stays when it says something else now.
pub async fn update(tx: &Transaction<'_>, feedback: &Feedback) -> Result<(), StoreError> {
    let (opinion, hidden) = (&feedback.opinion, feedback.hidden.as_ref());
    let updated = tx
        .execute(
            "WITH kept AS (
               INSERT INTO feedback_history (feedback_id, version, rating, helpfulness_rating, would_recommend,
                                             written_feedback, topics_covered, is_anonymous, said_at)
               SELECT id, version, rating, helpfulness_rating, would_recommend, written_feedback, topics_covered,
                      is_anonymous, said_at
                 FROM feedback
                WHERE id = $1
                  AND (rating, helpfulness_rating, would_recommend, written_feedback, topics_covered, is_anonymous)
                      IS DISTINCT FROM ($2, $3, $4, $5, $6, $7))
             UPDATE feedback
                SET rating = $2, helpfulness_rating = $3, would_recommend = $4, written_feedback = $5,
                    topics_covered = $6, is_anonymous = $7, settles_at = $8, published_at = $9, hidden_at = $10,
                    hidden_by = $11, hidden_reason = $12, version = $13, said_at = $14, updated_at = $15
              WHERE id = $1",
            &[
                (&feedback.id.uuid(), Type::UUID),
                (&opinion.rating, Type::INT2),
                (&opinion.helpfulness_rating, Type::INT2),
                (&opinion.would_recommend, Type::BOOL),
                (&opinion.written_feedback, Type::TEXT),
                (&opinion.topics_covered, Type::TEXT_ARRAY),
                (&opinion.is_anonymous, Type::BOOL),
                (&feedback.settles_at, Type::TIMESTAMPTZ),
                (&feedback.published_at, Type::TIMESTAMPTZ),
                (&hidden.map(|hidden| hidden.at), Type::TIMESTAMPTZ),
                (&hidden.map(|hidden| hidden.by.uuid()), Type::UUID),
                (&hidden.map(|hidden| hidden.reason.as_str()), Type::TEXT),
                (&feedback.version, Type::INT8),
                (&feedback.said_at, Type::TIMESTAMPTZ),
                (&feedback.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

fn opinion(row: &Row) -> Result<Opinion, StoreError> {
    Ok(Opinion {
        rating: row.try_get("rating")?,
        helpfulness_rating: row.try_get("helpfulness_rating")?,
        would_recommend: row.try_get("would_recommend")?,
        written_feedback: row.try_get("written_feedback")?,
        topics_covered: row.try_get("topics_covered")?,
        is_anonymous: row.try_get("is_anonymous")?,
    })
}

fn from_row(row: &Row) -> Result<Feedback, StoreError> {
    let hidden_at: Option<Timestamp> = row.try_get("hidden_at")?;
    let hidden_by: Option<Uuid> = row.try_get("hidden_by")?;
    let hidden_reason: Option<String> = row.try_get("hidden_reason")?;
    let hidden = hidden_at.zip(hidden_by).zip(hidden_reason);
    Ok(Feedback {
        id: row.try_get::<_, Uuid>("id")?.into(),
        session_id: row.try_get::<_, Uuid>("session_id")?.into(),
        author_id: row.try_get::<_, Uuid>("author_id")?.into(),
        subject_id: row.try_get::<_, Uuid>("subject_id")?.into(),
        about: About::parse(row.try_get("about")?)
            .map_err(|error| StoreError::inconsistent(TABLE, error))?,
        opinion: opinion(row)?,
        settles_at: row.try_get("settles_at")?,
        published_at: row.try_get("published_at")?,
        hidden: hidden.map(|((at, by), reason)| Hiding {
            at,
            by: by.into(),
            reason,
        }),
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        said_at: row.try_get("said_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
