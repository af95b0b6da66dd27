//! `POST /api/admin/jobs/{id}/retry`

use axum::extract::State;
use shared::domain::assignment_run::AssignmentRun;
use shared::domain::audit::AuditAction;
use shared::domain::id::{Id, JobId};
use shared::domain::job::{JobError, JobKind};
use shared::domain::sync::SyncError;
use shared::domain::work::Standing;
use shared::http::{Admin, Answer, ApiError, AppState, Caller, IdempotencyKey, Path, Refused};
use shared::store::{self, Transaction};

use crate::job_body::AdminJobBody;
use crate::jobs::{entry, find};

/// Try a job again.
///
/// One that failed waits for a worker once more, with all its attempts before it. A message whose fate nobody knows may
/// arrive twice; it leaves only if what it says is still true.
#[utoipa::path(
    post,
    path = "/api/admin/jobs/{id}/retry",
    tag = "admin",
    params(("id" = JobId, Path), IdempotencyKey),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<AdminJobBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(job.id = %id))]
pub(crate) async fn retry_job(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<JobId>,
) -> Result<Answer<AdminJobBody>, ApiError> {
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let work = find(&tx, id).await?;
    match work.standing {
        Standing::Email(_) | Standing::Sms(_) => send_again(&tx, id).await?,
        Standing::Job(kind, _) => work_again(&state, &tx, (id, kind)).await?,
        Standing::Run(..) => return Err(JobError::Recurring.into()),
    }
    let entry = entry(AuditAction::JobRetried, &admin, &work).because(id.to_string());
    store::audit::append(&tx, state.clock.id(), state.clock.now(), &origin, &entry).await?;
    let body = AdminJobBody::from(find(&tx, id).await?);
    Answer::ok(body).commit(tx).await
}

/// Queues a message, and sends its event once more: without it no worker would look.
async fn send_again(tx: &Transaction<'_>, id: JobId) -> Result<(), ApiError> {
    let id = id.uuid().into();
    let status = store::notification::lock_status(tx, id).await?;
    let status = status.ok_or(ApiError::not_found("job"))?.retry()?;
    store::notification::update_status(tx, id, status).await?;
    if !store::notification::send_again(tx, id).await? {
        return Err(JobError::Expired.into());
    }
    Ok(())
}

async fn work_again(
    state: &AppState,
    tx: &Transaction<'_>,
    (id, kind): (JobId, JobKind),
) -> Result<(), ApiError> {
    match kind {
        JobKind::Assignment => reopen(tx, id).await?,
        JobKind::Sync if state.config.airtable.is_none() => return Err(SyncError::Off.into()),
        JobKind::Export | JobKind::Report | JobKind::Sync => {}
    }
    let job = store::job::lock(tx, id).await?;
    let job = job.ok_or(ApiError::not_found("job"))?;
    let read = job.version;
    let (job, event) = job.retry()?;
    store::job::requeue(tx, &job, read).await??;
    store::outbox::append(tx, state.clock.id(), state.clock.now(), event).await?;
    Ok(())
}

/// The run that a job solves failed with it. One that has not is refused with its job.
async fn reopen(tx: &Transaction<'_>, id: JobId) -> Result<(), ApiError> {
    let run = store::assignment_run::lock(tx, id.uuid().into()).await?;
    if let Some(reopened) = run.and_then(AssignmentRun::reopen) {
        store::assignment_run::reopen(tx, &reopened).await??;
    }
    Ok(())
}
