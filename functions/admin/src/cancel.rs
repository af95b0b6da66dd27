//! `POST /api/admin/jobs/{id}/cancel`

use axum::extract::State;
use jiff::Timestamp;
use shared::domain::assignment_run::RunStatus;
use shared::domain::audit::AuditAction;
use shared::domain::id::{Id, JobId, UserId};
use shared::domain::job::{JobError, JobKind};
use shared::domain::work::Standing;
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IdempotencyKey, Json, Path, Refused,
};
use shared::store::{self, Transaction};

use crate::job_body::{AdminJobBody, JobCancelBody};
use crate::jobs::{entry, find};

/// Call a job off.
///
/// A message that waits is dropped; one that is being sent cannot be stopped. A job that a worker has ends as soon as the
/// worker reports again.
#[utoipa::path(
    post,
    path = "/api/admin/jobs/{id}/cancel",
    tag = "admin",
    params(("id" = JobId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = JobCancelBody,
    responses((status = OK, body = Answer<AdminJobBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(job.id = %id))]
pub(crate) async fn cancel_job(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<JobId>,
    Json(body): Json<JobCancelBody>,
) -> Result<Answer<AdminJobBody>, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let work = find(&tx, id).await?;
    match work.standing {
        Standing::Email(_) | Standing::Sms(_) => drop_message(&tx, id).await?,
        Standing::Job(kind, _) => call_off(&tx, (id, kind), admin.id, now).await?,
        Standing::Run(..) => return Err(JobError::Recurring.into()),
    }
    let reason = format!("{id}: {}", body.reason.as_str());
    let entry = entry(AuditAction::JobCancelled, &admin, &work).because(reason);
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    let body = AdminJobBody::from(find(&tx, id).await?);
    Answer::ok(body).commit(tx).await
}

async fn drop_message(tx: &Transaction<'_>, id: JobId) -> Result<(), ApiError> {
    let id = id.uuid().into();
    let status = store::notification::lock_status(tx, id).await?;
    let status = status.ok_or(ApiError::not_found("job"))?.cancel()?;
    store::notification::update_status(tx, id, status).await?;
    Ok(())
}

async fn call_off(
    tx: &Transaction<'_>,
    (id, kind): (JobId, JobKind),
    by: UserId,
    now: Timestamp,
) -> Result<(), ApiError> {
    match kind {
        JobKind::Export | JobKind::Report => {}
        JobKind::Assignment => drop_run(tx, id, by, now).await?,
        JobKind::Sync => store::sync::call_off(tx, id).await?,
    }
    let job = store::job::lock(tx, id).await?;
    let job = job.ok_or(ApiError::not_found("job"))?;
    let read = job.version;
    store::job::update(tx, &job.cancel(now)?, read, 0).await?;
    Ok(())
}

/// Nobody waits any more for the run that a job solves. One that is solved is refused with its job.
async fn drop_run(
    tx: &Transaction<'_>,
    id: JobId,
    by: UserId,
    now: Timestamp,
) -> Result<(), ApiError> {
    let run = store::assignment_run::lock(tx, id.uuid().into()).await?;
    if let Some(run) = run.filter(|run| run.status == RunStatus::Solving) {
        store::assignment_run::update(tx, &run.discard(by, now)?).await?;
    }
    Ok(())
}
