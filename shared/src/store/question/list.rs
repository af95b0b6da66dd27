//! Lists of questions: what waits for a mentor, and what somebody takes part in.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::{columns, from_row, question_status};
use crate::domain::id::{Id, QuestionId, UserId};
use crate::domain::matching::Vector;
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::question::{OPEN_TIME, Question, QuestionStatus};
use crate::domain::user::Actor;
use crate::store::{Read, StoreError};

/// A question that waits for a mentor, with what a model makes of its words.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The question.
    pub question: Question,
    /// What it means to the model, if that has read it.
    pub meaning: Option<Vector>,
}

/// Lists so many of the newest and so many of the oldest questions that wait for a mentor who may have them, in no order,
/// of askers who are not shut out or paused.
pub async fn list_waiting(
    db: &impl Read,
    (mentor, model): (UserId, Option<&str>),
    each: i64,
    now: Timestamp,
) -> Result<Vec<Waiting>, StoreError> {
    let rows = db
        .query(
            concat!(
                "WITH waiting AS (
                   SELECT q.id, q.created_at
                     FROM questions q JOIN users u ON u.id = q.mentee_id
                    WHERE u.status = 'active' AND q.status IN ('open', 'claimed') AND $5 <> ALL (q.declined)
                      AND ((q.status = 'open' AND q.holds_until > $1)
                        OR (q.status = 'claimed' AND q.holds_until <= $1 AND q.holds_until > $2))),
                 looked_at AS (
                   (SELECT id FROM waiting ORDER BY created_at DESC, id DESC LIMIT $4)
                   UNION
                   (SELECT id FROM waiting ORDER BY created_at, id LIMIT $4))
                 SELECT ",
                columns!(),
                ", CASE WHEN q.meaning_model = $3 THEN q.meaning END AS meaning
                   FROM looked_at JOIN questions q ON q.id = looked_at.id"
            ),
            &[
                (&now, Type::TIMESTAMPTZ),
                (&(now - OPEN_TIME), Type::TIMESTAMPTZ),
                (&model, Type::TEXT),
                (&each, Type::INT8),
                (&mentor.uuid(), Type::UUID),
            ],
        )
        .await?;
    rows.iter().map(waiting).collect()
}

/// Reads one as [`list_waiting`] does, whatever has become of it: a page goes on behind it.
pub async fn find_waiting(
    db: &impl Read,
    id: QuestionId,
    model: Option<&str>,
) -> Result<Option<Waiting>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                "SELECT ",
                columns!(),
                ", CASE WHEN q.meaning_model = $2 THEN q.meaning END AS meaning FROM questions q WHERE q.id = $1"
            ),
            &[(&id.uuid(), Type::UUID), (&model, Type::TEXT)],
        )
        .await?;
    row.map(|row| waiting(&row)).transpose()
}

/// Lists the questions that a person has asked or has as a mentor, the newest first; an admin lists all. States are those
/// of this moment; what was removed only admins read.
pub async fn list_own(
    db: &impl Read,
    actor: Actor,
    status: Option<QuestionStatus>,
    page: PageRequest,
    now: Timestamp,
) -> Result<Page<Question>, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM questions q CROSS JOIN LATERAL (SELECT ",
                question_status!("$3", "$4"),
                " AS status) AS present
                  WHERE ($2 OR q.mentee_id = $1 OR (q.mentor_id = $1 AND present.status NOT IN ('open', 'expired')))
                    AND ($2 OR q.status <> 'removed')
                    AND ($5::text IS NULL OR present.status = $5)
                    AND ($6::timestamptz IS NULL OR (q.created_at, q.id) < ($6, $7))
                  ORDER BY q.created_at DESC, q.id DESC
                  LIMIT $8"
            ),
            &[
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
                (&now, Type::TIMESTAMPTZ),
                (&(now - OPEN_TIME), Type::TIMESTAMPTZ),
                (&status.map(QuestionStatus::as_str), Type::TEXT),
                (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let found = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(found, page.limit, |question| Cursor {
        at: question.created_at,
        id: question.id.uuid(),
    }))
}

pub(super) fn waiting(row: &Row) -> Result<Waiting, StoreError> {
    let bytes: Option<&[u8]> = row.try_get("meaning")?;
    let meaning = bytes.map(Vector::from_bytes).transpose();
    Ok(Waiting {
        question: from_row(row)?,
        meaning: meaning.map_err(|error| StoreError::inconsistent(super::TABLE, error))?,
    })
}
