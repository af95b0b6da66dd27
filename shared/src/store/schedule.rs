//! What decides whether mentors can be booked: their rules, windows and sessions, read together in one round trip.

use std::collections::HashMap;
use std::future::Future;

use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction, availability};
use crate::domain::id::{Id, OfferingId, SessionId, UserId};
use crate::domain::session::Session;
use crate::domain::slots::{Schedule, SlotRules};
use crate::domain::time::{Minutes, Span};
use crate::domain::user::{Role, UserStatus};

/// Sessions this much around the asked span are read as well: limits count whole weeks.
const AROUND: SignedDuration = SignedDuration::from_hours(8 * 24);

/// A mentor who can be booked at all, with everything that decides when.
#[derive(Clone, Debug)]
pub struct Bookable {
    /// The mentor.
    pub mentor: UserId,
    /// What decides when.
    pub schedule: Schedule,
    /// Until when a mentee can cancel, before the start.
    pub cancellation_notice: Minutes,
    /// How long the kind of session takes that was asked for; `None` when the mentor gives no such sessions.
    pub offered: Option<Minutes>,
}

/// What is asked about one mentor.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The mentor.
    pub mentor: UserId,
    /// Who asks: their own sessions count too.
    pub asker: Option<UserId>,
    /// The kind of session, if it says how long the session takes.
    pub offering: Option<OfferingId>,
    /// When.
    pub around: Span,
}

/// Somebody whose row is held, as they are since then: what was known of them before may have changed.
#[derive(Clone, Copy, Debug)]
pub struct Locked {
    /// The person.
    pub id: UserId,
    /// Their role.
    pub role: Role,
    /// Whether their account may be used.
    pub status: UserStatus,
    /// Whether their address of mail is proven.
    pub is_verified: bool,
}

/// Holds the rows of two people in the order of their ids, so that two bookings never wait for each other crosswise.
pub async fn lock_people(
    tx: &Transaction<'_>,
    people: [UserId; 2],
) -> Result<Vec<Locked>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    let rows = tx
        .query(
            "SELECT id, role, status, email_verified_at IS NOT NULL AS is_verified
               FROM users
              WHERE id = ANY($1)
              ORDER BY id
                FOR NO KEY UPDATE",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    let bad = |error: &dyn std::error::Error| StoreError::inconsistent("users", error);
    rows.iter()
        .map(|row| {
            Ok(Locked {
                id: row.try_get::<_, Uuid>("id")?.into(),
                role: Role::parse(row.try_get("role")?).map_err(|error| bad(&error))?,
                status: UserStatus::parse(row.try_get("status")?).map_err(|error| bad(&error))?,
                is_verified: row.try_get("is_verified")?,
            })
        })
        .collect()
}

/// Reads the schedules of mentors that can be booked around a span, as `asker` sees them: their own sessions count too.
///
/// A mentor who is not approved, not listed, not active or not verified is left out.
pub async fn list(
    db: &impl Read,
    mentors: &[UserId],
    asker: Option<UserId>,
    around: Span,
) -> Result<Vec<Bookable>, StoreError> {
    let ids: Vec<Uuid> = mentors.iter().map(|id| id.uuid()).collect();
    let rules = list_rules(db, &ids, None);
    // In a box: three statements at once are more than the futures of those who ask should carry.
    Box::pin(read(db, rules, mentors, asker, around, None)).await
}

/// Reads the schedule of one mentor like [`list`], and how long a kind of session takes with it.
pub async fn find(db: &impl Read, asked: Asked) -> Result<Option<Bookable>, StoreError> {
    let (mentor, id) = ([asked.mentor], [asked.mentor.uuid()]);
    let rules = list_rules(db, &id, asked.offering);
    let found = Box::pin(read(db, rules, &mentor, asked.asker, asked.around, None)).await?;
    Ok(found.into_iter().next())
}

/// Reads the schedule in which a session can move, as if it had no time yet. Whoever paused or does not appear any more
/// keeps the sessions they have, so their hours count all the same.
pub async fn find_to_move(
    db: &impl Read,
    session: &Session,
    around: Span,
) -> Result<Option<Bookable>, StoreError> {
    let mentor = [session.mentor_id];
    let rules = list_rules_unseen(db, session.mentor_id);
    let mentee = Some(session.mentee_id);
    let found = Box::pin(read(db, rules, &mentor, mentee, around, Some(session.id))).await?;
    Ok(found.into_iter().next().map(|mut bookable| {
        bookable.schedule.rules.accepting = true;
        bookable
    }))
}

/// Three statements that travel together, however many mentors there are.
async fn read(
    db: &impl Read,
    rules: impl Future<Output = Result<Vec<Bookable>, StoreError>>,
    mentors: &[UserId],
    asker: Option<UserId>,
    around: Span,
    but: Option<SessionId>,
) -> Result<Vec<Bookable>, StoreError> {
    let mut people: Vec<Uuid> = mentors.iter().map(|id| id.uuid()).collect();
    people.extend(asker.map(Id::uuid));
    let from = around.start.checked_sub(AROUND).unwrap_or(Timestamp::MIN);
    let to = around.end.checked_add(AROUND).unwrap_or(Timestamp::MAX);

    let (rules, windows, sessions) = futures_util::try_join!(
        rules,
        availability::list(db, mentors),
        list_sessions(db, &people, Span::new(from, to), but),
    )?;

    let mentee_sessions = asker
        .and_then(|id| sessions.get(&id).cloned())
        .unwrap_or_default();
    let mut bookable: Vec<Bookable> = rules;
    for window in windows {
        if let Some(found) = bookable
            .iter_mut()
            .find(|entry| entry.mentor == window.mentor_id)
        {
            found.schedule.windows.push(window);
        }
    }
    for entry in &mut bookable {
        entry.schedule.mentor_sessions = sessions.get(&entry.mentor).cloned().unwrap_or_default();
        entry.schedule.mentee_sessions.clone_from(&mentee_sessions);
    }
    Ok(bookable)
}

async fn list_rules(
    db: &impl Read,
    mentors: &[Uuid],
    offering: Option<OfferingId>,
) -> Result<Vec<Bookable>, StoreError> {
    let rows = db
        .query(
            "SELECT m.user_id, m.buffer_minutes, m.min_notice_minutes, m.cancellation_notice_minutes, m.step_minutes,
                    m.booking_horizon_days, m.max_sessions_per_day, m.max_sessions_per_week, m.accepting,
                    (SELECT o.duration_minutes FROM offerings o
                      WHERE o.id = $2 AND o.mentor_id = m.user_id AND o.active) AS offered_minutes
               FROM mentors m JOIN users u ON u.id = m.user_id
              WHERE m.user_id = ANY($1)
                AND u.role = 'mentor' AND m.vetting = 'approved' AND m.listed
                AND u.status = 'active' AND u.email_verified_at IS NOT NULL",
            &[
                (&mentors, Type::UUID_ARRAY),
                (&offering.map(Id::uuid), Type::UUID),
            ],
        )
        .await?;
    rows.iter().map(bookable_from_row).collect()
}

/// The rules of one mentor, whoever may see them.
async fn list_rules_unseen(db: &impl Read, mentor: UserId) -> Result<Vec<Bookable>, StoreError> {
    let rows = db
        .query(
            "SELECT user_id, buffer_minutes, min_notice_minutes, cancellation_notice_minutes, step_minutes,
                    booking_horizon_days, max_sessions_per_day, max_sessions_per_week, accepting,
                    NULL::integer AS offered_minutes
               FROM mentors
              WHERE user_id = $1",
            &[(&mentor.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter().map(bookable_from_row).collect()
}

fn bookable_from_row(row: &Row) -> Result<Bookable, StoreError> {
    let number = |column: &str| -> Result<u32, StoreError> {
        u32::try_from(row.try_get::<_, i32>(column)?)
            .map_err(|_| StoreError::inconsistent("mentors", column))
    };
    let optional = |column: &str| -> Result<Option<u32>, StoreError> {
        let value: Option<i32> = row.try_get(column)?;
        value
            .map(|value| {
                u32::try_from(value).map_err(|_| StoreError::inconsistent("mentors", column))
            })
            .transpose()
    };
    let rules = SlotRules {
        buffer: Minutes(number("buffer_minutes")?),
        min_notice: Minutes(number("min_notice_minutes")?),
        horizon_days: number("booking_horizon_days")?,
        max_per_day: optional("max_sessions_per_day")?,
        max_per_week: optional("max_sessions_per_week")?,
        step: optional("step_minutes")?.map(Minutes),
        accepting: row.try_get("accepting")?,
    };
    Ok(Bookable {
        mentor: row.try_get::<_, Uuid>("user_id")?.into(),
        schedule: Schedule {
            rules,
            ..Schedule::default()
        },
        cancellation_notice: Minutes(number("cancellation_notice_minutes")?),
        offered: optional("offered_minutes")?.map(Minutes),
    })
}

/// Reads when people are in sessions that hold them or have held them.
async fn list_sessions(
    db: &impl Read,
    people: &[Uuid],
    around: Span,
    but: Option<SessionId>,
) -> Result<HashMap<UserId, Vec<Span>>, StoreError> {
    let rows = db
        .query(
            "SELECT mentor_id AS person_id, scheduled_at, ends_at
               FROM sessions
              WHERE mentor_id = ANY($1) AND scheduled_at >= $2 AND scheduled_at < $3
                AND status IN ('pending', 'confirmed', 'completed', 'no_show')
                AND ($4::uuid IS NULL OR id <> $4)
          UNION ALL
             SELECT mentee_id, scheduled_at, ends_at
               FROM sessions
              WHERE mentee_id = ANY($1) AND scheduled_at >= $2 AND scheduled_at < $3
                AND status IN ('pending', 'confirmed', 'completed', 'no_show')
                AND ($4::uuid IS NULL OR id <> $4)",
            &[
                (&people, Type::UUID_ARRAY),
                (&around.start, Type::TIMESTAMPTZ),
                (&around.end, Type::TIMESTAMPTZ),
                (&but.map(Id::uuid), Type::UUID),
            ],
        )
        .await?;
    let mut sessions: HashMap<UserId, Vec<Span>> = HashMap::new();
    for row in &rows {
        let person: Uuid = row.try_get("person_id")?;
        let span = Span::new(row.try_get("scheduled_at")?, row.try_get("ends_at")?);
        sessions.entry(person.into()).or_default().push(span);
    }
    Ok(sessions)
}
