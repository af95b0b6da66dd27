//! Proposals to move sessions. Whoever writes one holds the row of its session.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, RescheduleId, SessionId, UserId};
use crate::domain::session::{RescheduleAnswer, RescheduleRequest, RescheduleStatus};

const TABLE: &str = "reschedule_requests";

/// What [`from_row`] reads.
macro_rules! columns {
    () => {
        "id, session_id, round, proposed_by, proposed_times, reason, status, lapses_at, answered_by, answered_at,
         answer_reason, accepted_time, version, created_at"
    };
}

/// Lists the proposals to move a session, the first one first: there are few.
pub async fn list(
    db: &impl Read,
    session: SessionId,
) -> Result<Vec<RescheduleRequest>, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM reschedule_requests WHERE session_id = $1 ORDER BY round"
            ),
            &[(&session.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Reads one proposal to move a session.
pub async fn find(
    db: &impl Read,
    session: SessionId,
    id: RescheduleId,
) -> Result<Option<RescheduleRequest>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                "SELECT ",
                columns!(),
                " FROM reschedule_requests WHERE session_id = $1 AND id = $2"
            ),
            &[(&session.uuid(), Type::UUID), (&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Writes a new proposal. One that waited until its times were past must have lapsed: see [`lapse`].
pub async fn insert(tx: &Transaction<'_>, request: &RescheduleRequest) -> Result<(), StoreError> {
    let round = i32::try_from(request.round).unwrap_or(i32::MAX);
    tx.execute(
        "INSERT INTO reschedule_requests (id, session_id, round, proposed_by, proposed_times, reason, status, lapses_at,
                                          version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            (&request.id.uuid(), Type::UUID),
            (&request.session_id.uuid(), Type::UUID),
            (&round, Type::INT4),
            (&request.proposed_by.uuid(), Type::UUID),
            (&request.times, Type::TIMESTAMPTZ_ARRAY),
            (&request.reason, Type::TEXT),
            (&request.status.as_str(), Type::TEXT),
            (&request.lapses_at, Type::TIMESTAMPTZ),
            (&request.version, Type::INT8),
            (&request.created_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Closes the proposal of a session that is still open, without an answer.
pub async fn lapse(tx: &Transaction<'_>, session: SessionId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE reschedule_requests SET status = 'lapsed', version = version + 1
          WHERE session_id = $1 AND status = 'open'",
        &[(&session.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// Writes the answer to a proposal.
pub async fn update(tx: &Transaction<'_>, request: &RescheduleRequest) -> Result<(), StoreError> {
    let answer = request.answer.as_ref();
    let updated = tx
        .execute(
            "UPDATE reschedule_requests
                SET status = $2, version = $3, answered_by = $4, answered_at = $5, answer_reason = $6, accepted_time = $7
              WHERE id = $1 AND status = 'open'",
            &[
                (&request.id.uuid(), Type::UUID),
                (&request.status.as_str(), Type::TEXT),
                (&request.version, Type::INT8),
                (&answer.map(|answer| answer.by.uuid()), Type::UUID),
                (&answer.map(|answer| answer.at), Type::TIMESTAMPTZ),
                (&answer.and_then(|answer| answer.reason.as_deref()), Type::TEXT),
                (&answer.and_then(|answer| answer.time), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

fn from_row(row: &Row) -> Result<RescheduleRequest, StoreError> {
    let round: i32 = row.try_get("round")?;
    Ok(RescheduleRequest {
        id: row.try_get::<_, Uuid>("id")?.into(),
        session_id: row.try_get::<_, Uuid>("session_id")?.into(),
        round: u32::try_from(round).map_err(|_| StoreError::inconsistent(TABLE, "round"))?,
        proposed_by: row.try_get::<_, Uuid>("proposed_by")?.into(),
        times: row.try_get("proposed_times")?,
        reason: row.try_get("reason")?,
        status: RescheduleStatus::parse(row.try_get("status")?)
            .map_err(|error| StoreError::inconsistent(TABLE, error))?,
        lapses_at: row.try_get("lapses_at")?,
        answer: answer(row)?,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
    })
}

fn answer(row: &Row) -> Result<Option<RescheduleAnswer>, StoreError> {
    let by: Option<Uuid> = row.try_get("answered_by")?;
    let at: Option<Timestamp> = row.try_get("answered_at")?;
    let (time, reason) = (row.try_get("accepted_time")?, row.try_get("answer_reason")?);
    Ok(by.zip(at).map(|(by, at)| RescheduleAnswer {
        by: UserId::from(by),
        at,
        time,
        reason,
    }))
}
