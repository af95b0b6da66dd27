//! What one mentor was asked.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::id::{Id, MentoringRequestId, ProposalBatchId, UserId};
use crate::domain::mentoring::{BatchStatus, Outcome, RequestStatus};
use crate::store::{Read, StoreError};

/// What one mentor was asked in a batch.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The wish behind it.
    pub request_id: MentoringRequestId,
    /// Whose wish it is.
    pub mentee_id: UserId,
    /// What they want to reach.
    pub goals: String,
    /// Where the batch stands.
    pub status: BatchStatus,
    /// Until when the mentor can answer.
    pub respond_by: Timestamp,
    /// What has become of it with this mentor.
    pub outcome: Outcome,
}

/// Reads what a mentor was asked in a batch; `None` when they were not.
pub async fn find_asked(
    db: &impl Read,
    batch: ProposalBatchId,
    mentor: UserId,
) -> Result<Option<Asked>, StoreError> {
    let row = db
        .query_opt(
            "SELECT r.id, r.mentee_id, r.goals, b.status, b.respond_by, c.outcome
               FROM proposal_batches b
               JOIN mentoring_requests r ON r.id = b.request_id
               JOIN mentoring_candidates c ON c.request_id = b.request_id AND c.round = b.round
              WHERE b.id = $1 AND c.mentor_id = $2",
            &[(&batch.uuid(), Type::UUID), (&mentor.uuid(), Type::UUID)],
        )
        .await?;
    let bad = |error| StoreError::inconsistent("proposal_batches", error);
    row.map(|row| {
        Ok(Asked {
            request_id: row.try_get::<_, Uuid>("id")?.into(),
            mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
            goals: row.try_get("goals")?,
            status: BatchStatus::parse(row.try_get("status")?).map_err(bad)?,
            respond_by: row.try_get("respond_by")?,
            outcome: Outcome::parse(row.try_get("outcome")?).map_err(bad)?,
        })
    })
    .transpose()
}

/// Reads where a wish stands.
pub async fn find_status(
    db: &impl Read,
    id: MentoringRequestId,
) -> Result<Option<RequestStatus>, StoreError> {
    let row = db
        .query_opt(
            "SELECT status FROM mentoring_requests WHERE id = $1",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| {
        RequestStatus::parse(row.try_get("status")?)
            .map_err(|error| StoreError::inconsistent("mentoring_requests", error))
    })
    .transpose()
}
