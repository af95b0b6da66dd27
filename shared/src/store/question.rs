//! Quick questions, and the threads in which they are answered.
//!
//! A row says how a question stood when somebody last did something: what time has made of it since, whoever reads it
//! asks [`Question::at`], and lists ask in SQL.

mod board;
mod due;
mod leaving;
mod list;
mod people;
mod post;

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction, user};
use crate::domain::id::{Id, QuestionId, SessionId, UserId};
use crate::domain::matching::Vector;
use crate::domain::question::{Question, QuestionStatus, Wording};

pub use board::{Named, list_names, list_tallies};
pub use due::{is_offer_due, lock_over, lock_to_offer};
pub use leaving::call_off;
pub use list::{Waiting, find_waiting, list_own, list_waiting};
pub use people::{
    count_claims, count_under_way, is_approved, is_shown_to, lock_mentee, lock_mentor,
};
pub use post::{insert_post, list_posts};

const TABLE: &str = "questions";

/// What [`from_row`] reads.
macro_rules! columns {
    () => {
        "q.id, q.mentee_id, q.title, q.text, q.topics, q.status, q.holds_until, q.mentor_id, q.claims, q.posts, q.declined,
         q.offer_at, q.escalated_at, q.session_id, q.rating, q.rated_at, q.removed_reason, q.version, q.created_at, q.updated_at"
    };
}
use columns;

/// What time has made of a row `q` of `questions`, as [`Question::at`] says: at a moment, and when a question was asked
/// that expires then.
macro_rules! question_status {
    ($now:literal, $oldest:literal) => {
        concat!(
            "CASE WHEN q.holds_until IS NULL OR q.holds_until > ",
            $now,
            " THEN q.status
                  WHEN q.status = 'answered' THEN 'completed'
                  WHEN q.status = 'claimed' AND q.holds_until > ",
            $oldest,
            " THEN 'open'
                  ELSE 'expired' END"
        )
    };
}
pub(super) use question_status;

/// Reads one, whoever asks.
pub async fn find(db: &impl Read, id: QuestionId) -> Result<Option<Question>, StoreError> {
    let row = db
        .query_opt(
            concat!("SELECT ", columns!(), " FROM questions q WHERE q.id = $1"),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one and holds its row until the transaction ends, whoever asks.
pub async fn lock(tx: &Transaction<'_>, id: QuestionId) -> Result<Option<Question>, StoreError> {
    let row = tx
        .query_opt(
            concat!(
                "SELECT ",
                columns!(),
                " FROM questions q WHERE q.id = $1 FOR NO KEY UPDATE"
            ),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one whose asker is not shut out or paused, and holds its row until the transaction ends.
pub async fn lock_to_claim(
    tx: &Transaction<'_>,
    id: QuestionId,
) -> Result<Option<Question>, StoreError> {
    let row = tx
        .query_opt(
            concat!(
                "SELECT ",
                columns!(),
                " FROM questions q JOIN users u ON u.id = q.mentee_id
                  WHERE q.id = $1 AND u.status = 'active'
                    FOR NO KEY UPDATE OF q"
            ),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Writes a new one, with what a model makes of its words.
pub async fn insert(
    tx: &Transaction<'_>,
    question: &Question,
    meaning: Option<(&str, &Vector)>,
) -> Result<(), StoreError> {
    let wording = &question.wording;
    tx.execute(
        "INSERT INTO questions (id, mentee_id, title, text, topics, status, holds_until, claims, posts, offer_at, meaning,
                                meaning_model, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &[
            (&question.id.uuid(), Type::UUID),
            (&question.mentee_id.uuid(), Type::UUID),
            (&wording.title, Type::TEXT),
            (&wording.text, Type::TEXT),
            (&wording.topics, Type::TEXT_ARRAY),
            (&question.status.as_str(), Type::TEXT),
            (&question.holds_until, Type::TIMESTAMPTZ),
            (&question.claims, Type::INT4),
            (&question.posts, Type::INT4),
            (&question.offer_at, Type::TIMESTAMPTZ),
            (&meaning.map(|(_, vector)| vector.to_bytes().to_vec()), Type::BYTEA),
            (&meaning.map(|(model, _)| model), Type::TEXT),
            (&question.version, Type::INT8),
            (&question.created_at, Type::TIMESTAMPTZ),
            (&question.updated_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Writes where one stands.
pub async fn update(tx: &Transaction<'_>, question: &Question) -> Result<(), StoreError> {
    let declined: Vec<Uuid> = question.declined.iter().map(|id| id.uuid()).collect();
    let updated = tx
        .execute(
            "UPDATE questions
                SET status = $2, holds_until = $3, mentor_id = $4, claims = $5, posts = $6, declined = $7, offer_at = $8,
                    escalated_at = $9, session_id = $10, rating = $11, rated_at = $12, removed_reason = $13,
                    version = $14, updated_at = $15
              WHERE id = $1",
            &[
                (&question.id.uuid(), Type::UUID),
                (&question.status.as_str(), Type::TEXT),
                (&question.holds_until, Type::TIMESTAMPTZ),
                (&question.mentor_id.map(Id::uuid), Type::UUID),
                (&question.claims, Type::INT4),
                (&question.posts, Type::INT4),
                (&declined, Type::UUID_ARRAY),
                (&question.offer_at, Type::TIMESTAMPTZ),
                (&question.escalated_at, Type::TIMESTAMPTZ),
                (&question.session_id.map(Id::uuid), Type::UUID),
                (&question.rating, Type::INT2),
                (&question.rated_at, Type::TIMESTAMPTZ),
                (&question.removed_reason, Type::TEXT),
                (&question.version, Type::INT8),
                (&question.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

fn from_row(row: &Row) -> Result<Question, StoreError> {
    let mentor_id: Option<Uuid> = row.try_get("mentor_id")?;
    let session_id: Option<Uuid> = row.try_get("session_id")?;
    let declined: Vec<Uuid> = row.try_get("declined")?;
    Ok(Question {
        id: row.try_get::<_, Uuid>("id")?.into(),
        mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
        wording: Wording {
            title: row.try_get("title")?,
            text: row.try_get("text")?,
            topics: row.try_get("topics")?,
        },
        status: user::word(QuestionStatus::parse(row.try_get("status")?))?,
        holds_until: row.try_get("holds_until")?,
        mentor_id: mentor_id.map(UserId::from),
        claims: row.try_get("claims")?,
        posts: row.try_get("posts")?,
        declined: declined.into_iter().map(UserId::from).collect(),
        offer_at: row.try_get("offer_at")?,
        escalated_at: row.try_get("escalated_at")?,
        session_id: session_id.map(SessionId::from),
        rating: row.try_get("rating")?,
        rated_at: row.try_get("rated_at")?,
        removed_reason: row.try_get("removed_reason")?,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
