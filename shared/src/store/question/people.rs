//! What is known of people before they ask or claim a question.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use crate::domain::id::{Id, QuestionId, UserId};
use crate::domain::question::OPEN_TIME;
use crate::store::{Read, StoreError, Transaction, user};

/// Holds the row of whoever asks until the transaction ends, so that what is counted of theirs stays so.
pub async fn lock_mentee(tx: &Transaction<'_>, mentee: UserId) -> Result<(), StoreError> {
    user::hold(tx, mentee).await
}

/// Holds the row of whoever wants to claim until the transaction ends, so that what is counted of theirs stays so; tells
/// whether they are a mentor who was approved.
pub async fn lock_mentor(tx: &Transaction<'_>, mentor: UserId) -> Result<bool, StoreError> {
    let row = tx
        .query_opt(
            "SELECT u.role = 'mentor' AND m.vetting = 'approved' AS is_approved
               FROM users u LEFT JOIN mentors m ON m.user_id = u.id
              WHERE u.id = $1
                FOR NO KEY UPDATE OF u",
            &[(&mentor.uuid(), Type::UUID)],
        )
        .await?;
    let is_approved = row.map(|row| row.try_get::<_, Option<bool>>("is_approved"));
    Ok(is_approved.transpose()?.flatten().unwrap_or(false))
}

/// Tells whether a person is a mentor who was approved.
pub async fn is_approved(db: &impl Read, person: UserId) -> Result<bool, StoreError> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM mentors m JOIN users u ON u.id = m.user_id
                             WHERE m.user_id = $1 AND m.vetting = 'approved' AND u.role = 'mentor') AS is_approved",
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    Ok(row.try_get("is_approved")?)
}

/// Tells whether a mentor who was approved may read an open question: its asker is neither shut out nor paused.
pub async fn is_shown_to(
    db: &impl Read,
    id: QuestionId,
    mentor: UserId,
) -> Result<bool, StoreError> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM questions q JOIN users a ON a.id = q.mentee_id
                             WHERE q.id = $1 AND a.status = 'active')
                AND EXISTS (SELECT FROM mentors m JOIN users u ON u.id = m.user_id
                             WHERE m.user_id = $2 AND m.vetting = 'approved' AND u.role = 'mentor'
                               AND u.status = 'active' AND u.email_verified_at IS NOT NULL) AS is_shown",
            &[(&id.uuid(), Type::UUID), (&mentor.uuid(), Type::UUID)],
        )
        .await?;
    Ok(row.try_get("is_shown")?)
}

/// Counts the questions that a mentee waits for.
pub async fn count_under_way(
    tx: &Transaction<'_>,
    mentee: UserId,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let row = tx
        .query_one(
            "SELECT count(*) AS waiting
               FROM questions
              WHERE mentee_id = $1
                AND ((status IN ('open', 'answered') AND holds_until > $2)
                  OR (status = 'claimed' AND holds_until > $3))",
            &[
                (&mentee.uuid(), Type::UUID),
                (&now, Type::TIMESTAMPTZ),
                (&(now - OPEN_TIME), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(row.try_get("waiting")?)
}

/// Counts the questions that a mentor has claimed and not answered.
pub async fn count_claims(
    tx: &Transaction<'_>,
    mentor: UserId,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let row = tx
        .query_one(
            "SELECT count(*) AS claimed
               FROM questions
              WHERE mentor_id = $1 AND status = 'claimed' AND holds_until > $2",
            &[(&mentor.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    Ok(row.try_get("claimed")?)
}
