//! `POST /api/users/me/export`, `GET /api/users/me/export/{id}` and `GET /api/users/me/jobs/{id}`

use std::time::Duration;

use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::export::{DOWNLOAD_LIFE, ExportFile};
use shared::domain::id::JobId;
use shared::domain::job::{Job, JobKind};
use shared::http::{
    Actor, Answer, ApiError, AppState, Caller, IdempotencyKey, JobBody, Path, Refused,
};
use shared::store::{self, Db};
use utoipa::ToSchema;

/// How long an address lives at which the file is read.
const LINK_LIFE: Duration = Duration::from_mins(5);

const TAKEN_ON: &str =
    "we are putting everything about you into one file: a mail tells you when it is there";

/// Where a file is.
#[derive(Serialize, ToSchema)]
pub(crate) struct DownloadBody {
    /// Read it here, without a token.
    url: String,
    /// Until when that address works; ask again for another one.
    #[schema(value_type = String, format = DateTime)]
    url_expires_at: Timestamp,
    /// Until when the file is kept.
    #[schema(value_type = String, format = DateTime)]
    file_expires_at: Timestamp,
}

/// Export everything about me.
///
/// A job writes one ZIP file with everything the platform knows about you; a mail tells you when it is there. While one
/// is being written, asking again answers with the same job.
#[utoipa::path(
    post,
    path = "/api/users/me/export",
    tag = "users",
    params(IdempotencyKey),
    security(("bearer" = [])),
    responses((status = ACCEPTED, body = Answer<JobBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn ask_for_export(
    State(state): State<AppState>,
    actor: Actor,
    Caller(origin): Caller,
) -> Result<Answer<JobBody>, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    // Whoever asks twice at once waits here.
    store::deletion::lock(&tx, actor.id)
        .await?
        .ok_or(ApiError::unauthenticated())?;
    if let Some(job) = store::job::find_open(&tx, JobKind::Export, actor.id).await? {
        return Ok(taken_on(job));
    }
    let (job, event) = Job::queue(state.clock.id(), JobKind::Export, actor.id, now);
    if !store::job::insert(&tx, &job).await? {
        return Err(ApiError::unavailable());
    }
    store::outbox::append(&tx, state.clock.id(), now, event).await?;
    let entry = AuditEntry::own(AuditAction::DataExported, actor.id).on(actor.login());
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    taken_on(job).commit(tx).await
}

fn taken_on(job: Job) -> Answer<JobBody> {
    let location = format!("/api/users/me/jobs/{}", job.id);
    Answer::accepted(JobBody::from(job), TAKEN_ON).at(location)
}

/// Show how far one of my jobs is.
#[utoipa::path(
    get,
    path = "/api/users/me/jobs/{id}",
    tag = "users",
    params(("id" = JobId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<JobBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(job.id = %id))]
pub(crate) async fn show_job(
    State(db): State<Db>,
    actor: Actor,
    Path(id): Path<JobId>,
) -> Result<Answer<JobBody>, ApiError> {
    let client = db.client().await?;
    let job = store::job::find_for(&client, id, actor.id)
        .await?
        .ok_or(ApiError::not_found("job"))?;
    Ok(Answer::ok(job.into()))
}

/// Download my export.
///
/// Answers with an address that works for five minutes. The file itself is kept for 24 hours.
#[utoipa::path(
    get,
    path = "/api/users/me/export/{id}",
    tag = "users",
    params(("id" = JobId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<DownloadBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(job.id = %id))]
pub(crate) async fn download_export(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<JobId>,
) -> Result<Answer<DownloadBody>, ApiError> {
    let now = state.clock.now();
    let client = state.db.client().await?;
    let job = store::job::find_for(&client, id, actor.id)
        .await?
        .filter(|job| job.kind == JobKind::Export)
        .ok_or(ApiError::not_found("export"))?;
    drop(client);
    let file = ExportFile::of(&job, now)?;
    let url = state.files.link(&file.key, LINK_LIFE).await?;
    Ok(Answer::ok(DownloadBody {
        url,
        url_expires_at: now + SignedDuration::try_from(LINK_LIFE).unwrap_or(DOWNLOAD_LIFE),
        file_expires_at: file.expires_at,
    }))
}
