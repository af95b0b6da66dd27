//! Mentees' wishes for mentors, with their candidates and batches. Whoever changes one holds its row.

mod asked;
mod due;
mod list;
mod reach;
mod view;
mod write;

use std::collections::HashMap;

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::db::Param;
use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, MentoringRequestId, MentorshipId, ProposalBatchId, UserId};
use crate::domain::mentoring::{
    Batch, BatchStatus, Candidate, MentoringRequest, Outcome, RequestStatus,
};
use crate::domain::score::Thousandths;

pub use asked::{Asked, find_asked, find_status};
pub use due::lock_overdue;
pub use list::{Filter, find_for, list, list_queue};
pub(super) use reach::PASSED_FOR;
pub use reach::{call_off, list_available, list_out_of_reach, settle};
pub use view::{BatchFilter, BatchView, ProposalView, find_batch, list_batches};
pub use write::{insert, update};

const TABLE: &str = "mentoring_requests";

/// What [`from_row`] reads.
macro_rules! columns {
    () => {
        "id, mentee_id, status, goals, program, program_version, rounds, mentorship_id, queued_at, version, created_at,
         updated_at"
    };
}
use columns;

/// Holds the row of a wish and reads all of it.
pub async fn lock(
    tx: &Transaction<'_>,
    id: MentoringRequestId,
) -> Result<Option<MentoringRequest>, StoreError> {
    Ok(lock_all(tx, &[id.uuid()]).await?.pop())
}

/// Holds the rows of wishes and reads all of them; what is read besides is read when they are held.
async fn lock_all(tx: &Transaction<'_>, ids: &[Uuid]) -> Result<Vec<MentoringRequest>, StoreError> {
    let held = async {
        tx.query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM mentoring_requests WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE"
            ),
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await
    };
    let (rows, parts) = futures_util::try_join!(held, list_parts(tx, ids))?;
    rows.iter().map(|row| whole(row, &parts)).collect()
}

/// The batches and candidates of wishes.
type Parts = HashMap<MentoringRequestId, (Vec<Batch>, Vec<Candidate>)>;

async fn list_parts(db: &impl Read, ids: &[Uuid]) -> Result<Parts, StoreError> {
    let asked: [Param<'_>; 1] = [(&ids, Type::UUID_ARRAY)];
    let (batches, candidates) = futures_util::try_join!(
        db.query(
            "SELECT request_id, id, round, status, respond_by, closed_at, created_at
               FROM proposal_batches WHERE request_id = ANY($1) ORDER BY round",
            &asked
        ),
        db.query(
            "SELECT request_id, place, mentor_id, score, round, outcome, reason, answered_at
               FROM mentoring_candidates WHERE request_id = ANY($1) ORDER BY place",
            &asked
        )
    )?;
    let mut parts = Parts::new();
    for row in &batches {
        let id: Uuid = row.try_get("request_id")?;
        parts.entry(id.into()).or_default().0.push(batch(row)?);
    }
    for row in &candidates {
        let id: Uuid = row.try_get("request_id")?;
        parts.entry(id.into()).or_default().1.push(candidate(row)?);
    }
    Ok(parts)
}

fn batch(row: &Row) -> Result<Batch, StoreError> {
    Ok(Batch {
        id: ProposalBatchId::from(row.try_get::<_, Uuid>("id")?),
        round: row.try_get("round")?,
        status: BatchStatus::parse(row.try_get("status")?)
            .map_err(|error| StoreError::inconsistent("proposal_batches", error))?,
        respond_by: row.try_get("respond_by")?,
        closed_at: row.try_get("closed_at")?,
        created_at: row.try_get("created_at")?,
    })
}

fn candidate(row: &Row) -> Result<Candidate, StoreError> {
    Ok(Candidate {
        place: row.try_get("place")?,
        mentor_id: UserId::from(row.try_get::<_, Uuid>("mentor_id")?),
        score: Thousandths::new(row.try_get("score")?),
        round: row.try_get("round")?,
        outcome: Outcome::parse(row.try_get("outcome")?)
            .map_err(|error| StoreError::inconsistent("mentoring_candidates", error))?,
        reason: row.try_get("reason")?,
        answered_at: row.try_get("answered_at")?,
    })
}

fn whole(row: &Row, parts: &Parts) -> Result<MentoringRequest, StoreError> {
    let id = MentoringRequestId::from(row.try_get::<_, Uuid>("id")?);
    let (batches, candidates) = parts.get(&id).cloned().unwrap_or_default();
    let mentorship_id: Option<Uuid> = row.try_get("mentorship_id")?;
    Ok(MentoringRequest {
        id,
        mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
        status: RequestStatus::parse(row.try_get("status")?)
            .map_err(|error| StoreError::inconsistent(TABLE, error))?,
        goals: row.try_get("goals")?,
        program: row.try_get("program")?,
        program_version: row.try_get("program_version")?,
        rounds: row.try_get("rounds")?,
        mentorship_id: mentorship_id.map(MentorshipId::from),
        queued_at: row.try_get("queued_at")?,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        batches,
        candidates,
    })
}
