//! `POST /api/admin/export` and `GET /api/admin/export/{id}`

use std::time::Duration;

use axum::extract::State;
use jiff::SignedDuration;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::export::{DOWNLOAD_LIFE, ExportFile};
use shared::domain::id::JobId;
use shared::domain::job::{Job, JobKind};
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IdempotencyKey, JobBody, Json, Path, Refused,
};
use shared::store;

use crate::analytics::check_program_at;
use crate::export_body::{ExportFileBody, ExportOrderBody};

/// How long an address lives at which the file is read.
const LINK_LIFE: Duration = Duration::from_mins(5);

const TAKEN_ON: &str = "we are writing the file: a mail tells you when it is there";

/// Export users, sessions, feedback, matches, questions or analytics.
///
/// A job writes the file; `GET /api/admin/jobs/{id}` shows how far it is, and can call it off. A mail tells you when it
/// is there. Rows are as they stand when they are written, the oldest first.
#[utoipa::path(
    post,
    path = "/api/admin/export",
    tag = "admin",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = ExportOrderBody,
    responses((status = ACCEPTED, body = Answer<JobBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn order_export(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Json(body): Json<ExportOrderBody>,
) -> Result<Answer<JobBody>, ApiError> {
    let now = state.clock.now();
    let order = body.read(now)?;
    let params = serde_json::to_value(&order).map_err(|_| ApiError::internal())?;
    let (job, event) = Job::order(state.clock.id(), JobKind::Report, admin.id, now);
    let entry = AuditEntry::own(AuditAction::ReportOrdered, admin.id).on(admin.login());
    let entry = entry.because(params.to_string());
    let job = Job { params, ..job };
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    check_program_at("filters.program", &tx, order.filters.program.as_deref()).await?;
    if !store::job::insert(&tx, &job).await? {
        return Err(ApiError::unavailable());
    }
    store::outbox::append(&tx, state.clock.id(), now, event).await?;
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    let location = format!("/api/admin/jobs/{}", job.id);
    let taken_on = Answer::accepted(JobBody::from(job), TAKEN_ON).at(location);
    taken_on.commit(tx).await
}

/// Download an export.
///
/// Only who asked for it can. Answers with an address that works for five minutes. The file itself is kept for 24 hours.
#[utoipa::path(
    get,
    path = "/api/admin/export/{id}",
    tag = "admin",
    params(("id" = JobId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<ExportFileBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(job.id = %id))]
pub(crate) async fn show_export(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Path(id): Path<JobId>,
) -> Result<Answer<ExportFileBody>, ApiError> {
    let now = state.clock.now();
    let client = state.db.client().await?;
    let job = store::job::find_for(&client, id, admin.id)
        .await?
        .filter(|job| job.kind == JobKind::Report)
        .ok_or(ApiError::not_found("export"))?;
    drop(client);
    let file = ExportFile::of(&job, now)?;
    let url = state.files.link(&file.key, LINK_LIFE).await?;
    Ok(Answer::ok(ExportFileBody {
        url,
        url_expires_at: now + SignedDuration::try_from(LINK_LIFE).unwrap_or(DOWNLOAD_LIFE),
        file_expires_at: file.expires_at,
    }))
}
