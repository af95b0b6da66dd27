//! Sessions, and the spans in which they hold people.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::error::violates;
use super::{Read, StoreError, Transaction};
use crate::domain::event::Event;
use crate::domain::id::{Id, MatchId, SessionId, UserId};
use crate::domain::page::{Cursor, Order, Page, PageRequest};
use crate::domain::score::Thousandths;
use crate::domain::session::{
    Ending, OpenReschedule, Payment, PaymentStatus, Rescheduling, Session, SessionError,
    SessionStatus,
};
use crate::domain::time::Minutes;
use crate::domain::user::{Actor, Role};

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

/// Which sessions of a list are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub status: Option<SessionStatus>,
    /// Only those that start at or after this moment.
    pub from: Option<Timestamp>,
    /// Only those that start before this moment.
    pub to: Option<Timestamp>,
    /// Only those in which the asker has this role.
    pub role: Option<Role>,
    /// Only those of this mentor.
    pub mentor_id: Option<UserId>,
    /// Only those of this mentee.
    pub mentee_id: Option<UserId>,
}

/// By which moment a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// When the session starts.
    ScheduledAt,
    /// When it was asked for.
    CreatedAt,
}

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

/// Lists the sessions a person takes part in; an admin lists all.
pub async fn list(
    db: &impl Read,
    actor: Actor,
    filter: &Filter,
    sort: (SortBy, Order),
    page: PageRequest,
) -> Result<Page<Session>, StoreError> {
    let sql = match sort {
        (SortBy::ScheduledAt, Order::Ascending) => LIST_BY_START,
        (SortBy::ScheduledAt, Order::Descending) => LIST_BY_START_DESC,
        (SortBy::CreatedAt, Order::Ascending) => LIST_BY_AGE,
        (SortBy::CreatedAt, Order::Descending) => LIST_BY_AGE_DESC,
    };
    let (after_at, after_id) = (
        page.after.map(|cursor| cursor.at),
        page.after.map(|cursor| cursor.id),
    );
    let params: [(&(dyn ToSql + Sync), Type); 11] = [
        (&actor.id.uuid(), Type::UUID),
        (&actor.is_admin(), Type::BOOL),
        (&filter.status.map(SessionStatus::as_str), Type::TEXT),
        (&filter.from, Type::TIMESTAMPTZ),
        (&filter.to, Type::TIMESTAMPTZ),
        (&filter.role.map(Role::as_str), Type::TEXT),
        (&filter.mentor_id.map(Id::uuid), Type::UUID),
        (&filter.mentee_id.map(Id::uuid), Type::UUID),
        (&after_at, Type::TIMESTAMPTZ),
        (&after_id, Type::UUID),
        (&(page.limit + 1), Type::INT8),
    ];
    let rows = db.query(sql, &params).await?;
    let sessions = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(sessions, page.limit, |session| Cursor {
        at: match sort.0 {
            SortBy::ScheduledAt => session.scheduled_at,
            SortBy::CreatedAt => session.created_at,
        },
        id: session.id.uuid(),
    }))
}

/// One list, written out for each of its four orders: SQL takes no direction as a parameter.
macro_rules! list_sql {
    ($moment:literal, $beyond:literal, $direction:literal) => {
        concat!(
            "SELECT ",
            session_columns!(),
            " FROM sessions
              WHERE ($2 OR mentor_id = $1 OR mentee_id = $1)
                AND ($3::text IS NULL OR status = $3)
                AND ($4::timestamptz IS NULL OR scheduled_at >= $4)
                AND ($5::timestamptz IS NULL OR scheduled_at < $5)
                AND ($6::text IS NULL OR ($6 = 'mentor' AND mentor_id = $1) OR ($6 = 'mentee' AND mentee_id = $1))
                AND ($7::uuid IS NULL OR mentor_id = $7)
                AND ($8::uuid IS NULL OR mentee_id = $8)
                AND ($9::timestamptz IS NULL OR (",
            $moment,
            ", id) ",
            $beyond,
            " ($9, $10))
              ORDER BY ",
            $moment,
            " ",
            $direction,
            ", id ",
            $direction,
            " LIMIT $11"
        )
    };
}

const LIST_BY_START: &str = list_sql!("scheduled_at", ">", "ASC");
const LIST_BY_START_DESC: &str = list_sql!("scheduled_at", "<", "DESC");
const LIST_BY_AGE: &str = list_sql!("created_at", ">", "ASC");
const LIST_BY_AGE_DESC: &str = list_sql!("created_at", "<", "DESC");

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
                                     nudge_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $18, $19, $20, $21)
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
                    open_reschedule_id = $14, open_reschedule_by = $15, open_reschedule_until = $16
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

/// Holds both people at the new time of a session that moved, and no longer at the old one.
pub async fn move_holds(
    tx: &Transaction<'_>,
    session: &Session,
    buffer: Minutes,
) -> Result<Result<(), SessionError>, StoreError> {
    let moved = tx
        .try_execute(
            "UPDATE busy
                SET span = tstzrange($3, CASE WHEN person_id = $2 THEN $4 + make_interval(mins => $5) ELSE $4 END)
              WHERE session_id = $1",
            &[
                (&session.id.uuid(), Type::UUID),
                (&session.mentor_id.uuid(), Type::UUID),
                (&session.scheduled_at, Type::TIMESTAMPTZ),
                (&session.ends_at(), Type::TIMESTAMPTZ),
                (&minutes(buffer), Type::INT4),
            ],
        )
        .await?;
    match moved {
        Ok(2) => Ok(Ok(())),
        Ok(rows) => Err(StoreError::inconsistent(
            "busy",
            format!("{rows} rows instead of two"),
        )),
        Err(error) if violates(&error, "busy_no_overlap") => Ok(Err(SessionError::SlotTaken)),
        Err(error) => Err(error.into()),
    }
}

/// Takes up to fifty sessions whose mentors have not answered in time, and holds their rows; those that somebody else
/// holds are left for later.
pub async fn lock_overdue(
    tx: &Transaction<'_>,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    let rows = tx
        .query(
            concat!(
                "SELECT ",
                session_columns!(),
                " FROM sessions
                  WHERE status = 'pending' AND respond_by <= $1
                  ORDER BY respond_by
                  LIMIT 50
                    FOR NO KEY UPDATE SKIP LOCKED"
            ),
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Takes up to a hundred sessions whose mentors are to be asked once more, so that nobody else does; those that can be
/// answered no more are left out.
pub async fn take_nudges(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<Event>, StoreError> {
    let rows = tx
        .query(
            "UPDATE sessions SET nudge_at = NULL
              WHERE id IN (SELECT id FROM sessions
                            WHERE status = 'pending' AND nudge_at <= $1 AND respond_by > $1
                            ORDER BY nudge_at
                            LIMIT 100
                              FOR NO KEY UPDATE SKIP LOCKED)
          RETURNING id, respond_by",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Event::AnswerDue {
                session_id: row.try_get::<_, Uuid>("id")?.into(),
                respond_by: row.try_get("respond_by")?,
            })
        })
        .collect()
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

/// Shortens how long a mentor's coming sessions hold them, after they chose a smaller buffer:
/// else the constraint would refuse times that the schedule offers. A larger buffer needs nothing, the schedule knows it.
pub async fn shorten_holds(
    tx: &Transaction<'_>,
    mentor: UserId,
    buffer: Minutes,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE busy
            SET span = tstzrange(lower(span), least(upper(span), s.ends_at + make_interval(mins => $2)))
           FROM sessions s
          WHERE s.id = busy.session_id AND s.mentor_id = $1 AND busy.person_id = $1",
        &[(&mentor.uuid(), Type::UUID), (&minutes(buffer), Type::INT4)],
    )
    .await?;
    Ok(())
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
