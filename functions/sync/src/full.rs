//! `POST /api/sync/airtable` and `GET /api/sync/jobs/{id}`

use axum::extract::State;
use shared::domain::id::JobId;
use shared::domain::job::{Job, JobKind};
use shared::domain::sync::SyncError;
use shared::http::{Admin, Answer, ApiError, AppState, IdempotencyKey, JobBody, Path, Refused};
use shared::store::{self, Db};

const TAKEN_ON: &str = "everybody is being compared with their record in Airtable";

/// Compare everybody with Airtable.
///
/// A job reads every record there and brings both sides together. While one is under way, asking again answers with it.
#[utoipa::path(
    post,
    path = "/api/sync/airtable",
    tag = "sync",
    params(IdempotencyKey),
    security(("bearer" = [])),
    responses((status = ACCEPTED, body = Answer<JobBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn sync_everybody(
    State(state): State<AppState>,
    Admin(admin): Admin,
) -> Result<Answer<JobBody>, ApiError> {
    state.config.airtable.as_ref().ok_or(SyncError::Off)?;
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let (job, event) = Job::order(state.clock.id(), JobKind::Sync, admin.id, now);
    if !store::job::insert(&tx, &job).await? {
        let open = store::job::lock_open_for_all(&tx, JobKind::Sync).await?;
        return open.map(taken_on).ok_or_else(ApiError::unavailable);
    }
    store::outbox::append(&tx, state.clock.id(), now, event).await?;
    taken_on(job).commit(tx).await
}

fn taken_on(job: Job) -> Answer<JobBody> {
    let location = format!("/api/sync/jobs/{}", job.id);
    Answer::accepted(JobBody::from(job), TAKEN_ON).at(location)
}

/// Show how far a comparison is.
#[utoipa::path(
    get,
    path = "/api/sync/jobs/{id}",
    tag = "sync",
    params(("id" = JobId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<JobBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(job.id = %id))]
pub(crate) async fn show_sync_job(
    State(db): State<Db>,
    Admin(_): Admin,
    Path(id): Path<JobId>,
) -> Result<Answer<JobBody>, ApiError> {
    let job = store::job::find(&db.client().await?, id).await?;
    let job = job.filter(|job| job.kind == JobKind::Sync);
    let job = job.ok_or(ApiError::not_found("job"))?;
    Ok(Answer::ok(job.into()))
}
