//! Mentors and mentees who work together, and the places that are left with mentors.

mod admission;
mod check;
mod feedback;
mod health;
mod list;
mod meeting;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::id::{AssignmentRunId, Id, MentoringRequestId, MentorshipId, UserId};
use crate::domain::mentorship::{Mentorship, MentorshipStatus, Origin, Pair};
use crate::domain::score::Thousandths;
use crate::domain::session::Ending;
use crate::domain::user::Actor;

pub use admission::{Formed, form, insert, lock_admission};
pub use check::{plan_survey, take_due_checks};
pub use feedback::{
    insert as insert_feedback, list as list_feedback, lock_own as lock_own_feedback,
    update as update_feedback,
};
pub use health::{judge_due, list_signals, update_risk, update_risk_of};
pub use list::{Filter, Participant, list, list_participants};
pub use meeting::{
    delete as delete_meeting, insert as insert_meeting, list as list_meetings,
    lock as lock_meeting, update as update_meeting,
};

const TABLE: &str = "mentorships";

/// What [`from_row`] reads.
macro_rules! columns {
    () => {
        "id, mentor_id, mentee_id, status, origin, request_id, run_id, score, is_over_capacity, started_at, ended_at,
         ended_by, ended_reason, at_risk, version, created_at, updated_at"
    };
}
use columns;

/// Whether a row of `mentorships` came about by a program, or none is asked for.
macro_rules! is_of_program {
    ($mentorship:literal, $program:literal) => {
        concat!(
            "(",
            $program,
            "::text IS NULL
              OR ",
            $program,
            " = (SELECT r.program FROM mentoring_requests r WHERE r.id = ",
            $mentorship,
            ".request_id)
              OR ",
            $program,
            " = (SELECT r.program FROM assignment_runs r WHERE r.id = ",
            $mentorship,
            ".run_id))"
        )
    };
}
pub(super) use is_of_program;

/// Reads one that the actor takes part in; an admin reads any.
pub async fn find_for(
    db: &impl Read,
    id: MentorshipId,
    actor: Actor,
) -> Result<Option<Mentorship>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                "SELECT ",
                columns!(),
                " FROM mentorships WHERE id = $1 AND (mentor_id = $2 OR mentee_id = $2 OR $3)"
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

/// Reads one, whoever asks.
pub async fn find(db: &impl Read, id: MentorshipId) -> Result<Option<Mentorship>, StoreError> {
    let row = db
        .query_opt(
            concat!("SELECT ", columns!(), " FROM mentorships WHERE id = $1"),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one that the actor takes part in and holds its row until the transaction ends.
pub async fn lock_for(
    tx: &Transaction<'_>,
    id: MentorshipId,
    actor: Actor,
) -> Result<Option<Mentorship>, StoreError> {
    let row = tx
        .query_opt(
            concat!(
                "SELECT ",
                columns!(),
                " FROM mentorships WHERE id = $1 AND (mentor_id = $2 OR mentee_id = $2 OR $3) FOR NO KEY UPDATE"
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

/// Reads a person's that have not ended, and holds their rows until the transaction ends.
pub async fn lock_open(
    tx: &Transaction<'_>,
    person: UserId,
) -> Result<Vec<Mentorship>, StoreError> {
    let rows = tx
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM mentorships
                  WHERE (mentor_id = $1 OR mentee_id = $1) AND status IN ('pending', 'active', 'paused')
                  ORDER BY id
                    FOR NO KEY UPDATE"
            ),
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Writes where one stands.
pub async fn update(tx: &Transaction<'_>, mentorship: &Mentorship) -> Result<(), StoreError> {
    let ending = mentorship.ending.as_ref();
    let updated = tx
        .execute(
            "UPDATE mentorships
                SET status = $2, started_at = $3, ended_at = $4, ended_by = $5, ended_reason = $6, at_risk = $7,
                    version = $8, updated_at = $9
              WHERE id = $1",
            &[
                (&mentorship.id.uuid(), Type::UUID),
                (&mentorship.status.as_str(), Type::TEXT),
                (&mentorship.started_at, Type::TIMESTAMPTZ),
                (&mentorship.ended_at, Type::TIMESTAMPTZ),
                (&ending.map(|ending| ending.by.uuid()), Type::UUID),
                (&ending.and_then(|ending| ending.reason.as_deref()), Type::TEXT),
                (&mentorship.at_risk, Type::BOOL),
                (&mentorship.version, Type::INT8),
                (&mentorship.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

fn from_row(row: &Row) -> Result<Mentorship, StoreError> {
    let bad = |error| StoreError::inconsistent(TABLE, error);
    let ended_by: Option<Uuid> = row.try_get("ended_by")?;
    let reason: Option<String> = row.try_get("ended_reason")?;
    let request_id: Option<Uuid> = row.try_get("request_id")?;
    let run_id: Option<Uuid> = row.try_get("run_id")?;
    let score: Option<i32> = row.try_get("score")?;
    Ok(Mentorship {
        id: row.try_get::<_, Uuid>("id")?.into(),
        pair: pair(row)?,
        status: MentorshipStatus::parse(row.try_get("status")?).map_err(bad)?,
        origin: Origin::parse(row.try_get("origin")?).map_err(bad)?,
        request_id: request_id.map(MentoringRequestId::from),
        run_id: run_id.map(AssignmentRunId::from),
        score: score.map(Thousandths::new),
        is_over_capacity: row.try_get("is_over_capacity")?,
        started_at: row.try_get("started_at")?,
        ended_at: row.try_get::<_, Option<Timestamp>>("ended_at")?,
        ending: ended_by.map(|by| Ending {
            by: by.into(),
            reason,
        }),
        at_risk: row.try_get("at_risk")?,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}

fn pair(row: &Row) -> Result<Pair, StoreError> {
    Ok(Pair {
        mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
        mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
    })
}
