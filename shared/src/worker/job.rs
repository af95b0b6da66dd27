//! Taking a job that a message names.

use super::WorkError;
use crate::domain::id::JobId;
use crate::domain::job::{Job, JobStatus};
use crate::state::AppState;
use crate::store::job::Found;
use crate::store::{self, Client};

/// Takes the job for `lease_seconds`; `None` when there is nothing to do for it any more.
///
/// # Errors
/// When another worker has it, or the database cannot be used; the event comes again.
pub async fn begin(
    state: &AppState,
    client: &mut Client,
    id: JobId,
    lease_seconds: i32,
) -> Result<Option<Job>, WorkError> {
    let tx = client.transaction();
    let job = match store::job::lock_idle(&tx, id).await? {
        Found::Idle(job) => *job,
        Found::Leased => return Err(WorkError::Taken),
        Found::Over => return Ok(None),
    };
    let read = job.version;
    let Ok(started) = job.start(state.clock.now()) else {
        return Ok(None);
    };
    store::job::update(&tx, &started, read, lease_seconds).await?;
    tx.commit().await?;
    Ok((started.status == JobStatus::Running).then_some(started))
}
