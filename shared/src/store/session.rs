//! Sessions, and the spans in which they hold people.

mod due;
mod hold;
mod list;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::error::violates;
use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, MatchId, SessionId, UserId};
use crate::domain::score::Thousandths;
use crate::domain::session::{
    Ending, OpenReschedule, Payment, PaymentStatus, Rescheduling, Session, SessionError,
    SessionStatus,
};
use crate::domain::time::Minutes;
use crate::domain::user::Actor;

pub use due::{lock_overdue, take_nudges};
pub use hold::{move_holds, shorten_holds};
pub use list::{Filter, SortBy, list};

const TABLE: &str = "sessions";

/// What [`from_row`] reads.
macro_rules! session_columns {
    () => {
        "id, mentor_id, mentee_id, scheduled_at, duration_minutes, status, topic, notes, mentee_notes, mentor_notes,
         meeting_link, match_id, match_score, payment_status, price, currency, respond_by, cancellation_notice_minutes,
         nudge_at, reschedule_rounds, open_reschedule_id, open_reschedule_by, open_reschedule_until,
         ended_by, ended_reason, version, sequence, created_at, updated_at"
    };
}
pub(super) use session_columns;

/// Reads a session that the actor takes part in; an admin reads any.
pub async fn find_for(
    db: &impl Read,
    id: SessionId,
    actor: Actor,
) -> Result<Option<Session>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                "SELECT ",
                session_columns!(),
                " FROM sessions WHERE id = $1 AND (mentor_id = $2 OR mentee_id = $2 OR $3)"
            ),
            &[
                (&id.uuid(), Type::UUID),
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
            ],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads a session that the actor takes part in and holds its row until the transaction ends.
pub async fn lock_for(
    tx: &Transaction<'_>,
    id: SessionId,
    actor: Actor,
) -> Result<Option<Session>, StoreError> {
    let row = tx
        .query_opt(
            concat!(
                "SELECT ",
                session_columns!(),
                " FROM sessions WHERE id = $1 AND (mentor_id = $2 OR mentee_id = $2 OR $3) FOR NO KEY UPDATE"
            ),
            &[(&id.uuid(), Type::UUID), (&actor.id.uuid(), Type::UUID), (&actor.is_admin(), Type::BOOL)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads a person's sessions that are still to come, and holds their rows until the transaction ends.
pub async fn lock_coming(
    tx: &Transaction<'_>,
    person: UserId,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    let rows = tx
        .query(
            concat!(
                "SELECT ",
                session_columns!(),
                " FROM sessions
                  WHERE (mentor_id = $1 OR mentee_id = $1) AND scheduled_at > $2 AND status IN ('pending', 'confirmed')
                  ORDER BY id
                    FOR NO KEY UPDATE"
            ),
            &[(&person.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Writes a new session and holds both people for it; a mentor is held for the buffer as well.
pub async fn insert(
    tx: &Transaction<'_>,
    session: &Session,
    buffer: Minutes,
) -> Result<Result<(), SessionError>, StoreError> {
    let inserted = tx
        .try_execute(
            "WITH session AS (
               INSERT INTO sessions (id, mentor_id, mentee_id, scheduled_at, ends_at, duration_minutes, status, topic,
                                     mentee_notes, match_id, match_score, respond_by, cancellation_notice_minutes,
                                     version, sequence, created_at, updated_at, payment_status, price, currency,
                                     nudge_at, program)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $18, $19, $20, $21,
                       (SELECT m.program FROM matches m WHERE m.id = $10))
               RETURNING id, mentor_id, mentee_id, scheduled_at, ends_at),
             begun AS (
               INSERT INTO session_history (session_id, version, at, actor_id, action, to_status, to_start)
               VALUES ($1, $14, $16, $3, 'requested', $7, $4))
             INSERT INTO busy (session_id, person_id, span)
             SELECT id, mentor_id, tstzrange(scheduled_at, ends_at + make_interval(mins => $17)) FROM session
             UNION ALL
             SELECT id, mentee_id, tstzrange(scheduled_at, ends_at) FROM session",
            &[
                (&session.id.uuid(), Type::UUID),
                (&session.mentor_id.uuid(), Type::UUID),
                (&session.mentee_id.uuid(), Type::UUID),
                (&session.scheduled_at, Type::TIMESTAMPTZ),
                (&session.ends_at(), Type::TIMESTAMPTZ),
                (&minutes(session.duration), Type::INT4),
                (&session.status.as_str(), Type::TEXT),
                (&session.topic, Type::TEXT),
                (&session.mentee_notes, Type::TEXT),
                (&session.match_id.map(Id::uuid), Type::UUID),
                (&session.match_score.map(Thousandths::get), Type::INT4),
                (&session.respond_by, Type::TIMESTAMPTZ),
                (&minutes(session.cancellation_notice), Type::INT4),
                (&session.version, Type::INT8),
                (&session.sequence, Type::INT4),
                (&session.created_at, Type::TIMESTAMPTZ),
                (&minutes(buffer), Type::INT4),
                (&session.payment.status.as_str(), Type::TEXT),
                (&session.payment.price, Type::INT4),
                (&session.payment.currency, Type::TEXT),
                (&session.nudge_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    match inserted {
        Ok(_) => Ok(Ok(())),
        Err(error) if violates(&error, "busy_no_overlap") => Ok(Err(SessionError::SlotTaken)),
        Err(error) => Err(error.into()),
    }
}

/// Writes the step that a session has taken: where and when it stands, with a line of its history. When it holds both
/// people no longer they are let go, and a proposal to move it lapses.
pub async fn update_status(tx: &Transaction<'_>, session: &Session) -> Result<(), StoreError> {
    let step = session
        .step
        .as_ref()
        .ok_or_else(|| StoreError::inconsistent(TABLE, "no step was taken"))?;
    let ending = session.ending.as_ref();
    let open = session.rescheduling.open;
    let from = step.from;
    let updated = tx
        .execute(
            "WITH freed AS (DELETE FROM busy WHERE session_id = $1 AND NOT $8),
                  lapsed AS (
               UPDATE reschedule_requests SET status = 'lapsed', version = version + 1
                WHERE session_id = $1 AND status = 'open' AND NOT $8),
                  told AS (
               INSERT INTO session_history (session_id, version, at, actor_id, action, from_status, to_status,
                                            from_start, to_start, reason)
               VALUES ($1, $3, $7, $17, $18, $19, $2, $20, $9, $21))
             UPDATE sessions
                SET status = $2, version = $3, sequence = $4, ended_by = $5, ended_reason = $6, updated_at = $7,
                    scheduled_at = $9, ends_at = $10, respond_by = $11, nudge_at = $12, reschedule_rounds = $13,
                    open_reschedule_id = $14, open_reschedule_by = $15, open_reschedule_until = $16,
                    answered_at = coalesce(answered_at, CASE WHEN mentor_id = $17 THEN $7 END)
              WHERE id = $1",
            &[
                (&session.id.uuid(), Type::UUID),
                (&session.status.as_str(), Type::TEXT),
                (&session.version, Type::INT8),
                (&session.sequence, Type::INT4),
                (&ending.map(|ending| ending.by.uuid()), Type::UUID),
                (&ending.and_then(|ending| ending.reason.as_deref()), Type::TEXT),
                (&session.updated_at, Type::TIMESTAMPTZ),
                (&session.status.is_holding(), Type::BOOL),
                (&session.scheduled_at, Type::TIMESTAMPTZ),
                (&session.ends_at(), Type::TIMESTAMPTZ),
                (&session.respond_by, Type::TIMESTAMPTZ),
                (&session.nudge_at, Type::TIMESTAMPTZ),
                (&rounds(session), Type::INT4),
                (&open.map(|open| open.id.uuid()), Type::UUID),
                (&open.map(|open| open.by.uuid()), Type::UUID),
                (&open.map(|open| open.until), Type::TIMESTAMPTZ),
                (&step.by.map(Id::uuid), Type::UUID),
                (&step.kind.as_str(), Type::TEXT),
                (&from.map(|from| from.status.as_str()), Type::TEXT),
                (&from.map(|from| from.starts_at), Type::TIMESTAMPTZ),
                (&step.reason, Type::TEXT),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Writes the fields that people may edit.
pub async fn update_fields(tx: &Transaction<'_>, session: &Session) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE sessions
                SET notes = $2, mentor_notes = $3, meeting_link = $4, version = $5, sequence = $6, updated_at = $7
              WHERE id = $1",
            &[
                (&session.id.uuid(), Type::UUID),
                (&session.notes, Type::TEXT),
                (&session.mentor_notes, Type::TEXT),
                (&session.meeting_link, Type::TEXT),
                (&session.version, Type::INT8),
                (&session.sequence, Type::INT4),
                (&session.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

fn rounds(session: &Session) -> i32 {
    i32::try_from(session.rescheduling.rounds).unwrap_or(i32::MAX)
}

fn minutes(amount: Minutes) -> i32 {
    i32::try_from(amount.0).unwrap_or(i32::MAX)
}

pub(super) fn from_row(row: &Row) -> Result<Session, StoreError> {
    let amount = |column: &str| -> Result<Minutes, StoreError> {
        let value: i32 = row.try_get(column)?;
        u32::try_from(value)
            .map(Minutes)
            .map_err(|_| StoreError::inconsistent(TABLE, column))
    };
    let ended_by: Option<Uuid> = row.try_get("ended_by")?;
    let ended_reason: Option<String> = row.try_get("ended_reason")?;
    let status = SessionStatus::parse(row.try_get("status")?)
        .map_err(|error| StoreError::inconsistent(TABLE, error))?;
    Ok(Session {
        id: row.try_get::<_, Uuid>("id")?.into(),
        mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
        mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
        scheduled_at: row.try_get("scheduled_at")?,
        duration: amount("duration_minutes")?,
        status,
        topic: row.try_get("topic")?,
        notes: row.try_get("notes")?,
        mentee_notes: row.try_get("mentee_notes")?,
        mentor_notes: row.try_get("mentor_notes")?,
        meeting_link: row.try_get("meeting_link")?,
        match_id: row
            .try_get::<_, Option<Uuid>>("match_id")?
            .map(MatchId::from),
        match_score: row
            .try_get::<_, Option<i32>>("match_score")?
            .map(Thousandths::new),
        payment: Payment {
            status: PaymentStatus::parse(row.try_get("payment_status")?)
                .map_err(|error| StoreError::inconsistent(TABLE, error))?,
            price: row.try_get("price")?,
            currency: row.try_get("currency")?,
        },
        respond_by: row.try_get("respond_by")?,
        nudge_at: row.try_get("nudge_at")?,
        rescheduling: rescheduling(row)?,
        cancellation_notice: amount("cancellation_notice_minutes")?,
        ending: ended_by.map(|by| Ending {
            by: by.into(),
            reason: ended_reason,
        }),
        version: row.try_get("version")?,
        sequence: row.try_get("sequence")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        step: None,
    })
}

fn rescheduling(row: &Row) -> Result<Rescheduling, StoreError> {
    let rounds: i32 = row.try_get("reschedule_rounds")?;
    let id: Option<Uuid> = row.try_get("open_reschedule_id")?;
    let by: Option<Uuid> = row.try_get("open_reschedule_by")?;
    let until: Option<Timestamp> = row.try_get("open_reschedule_until")?;
    let open = id.zip(by).zip(until);
    Ok(Rescheduling {
        rounds: u32::try_from(rounds)
            .map_err(|_| StoreError::inconsistent(TABLE, "reschedule_rounds"))?,
        open: open.map(|((id, by), until)| OpenReschedule {
            id: id.into(),
            by: by.into(),
            until,
        }),
    })
}
