//! `GET /api/admin/jobs` and `GET /api/admin/jobs/{id}`

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::JobId;
use shared::domain::user::Actor;
use shared::domain::work::Work;
use shared::http::{Admin, Answer, ApiError, Listed, Path, Query, Refused};
use shared::store::{self, Db, Read};

use crate::job_body::{AdminJobBody, JobsQuery};

/// List jobs, the newest first.
///
/// Everything that goes on behind the API: mails and text messages, exports, batch matching, comparisons with Airtable,
/// and the runs of schedules.
#[utoipa::path(
    get,
    path = "/api/admin/jobs",
    tag = "admin",
    params(JobsQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<AdminJobBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_jobs(
    State(db): State<Db>,
    Admin(_): Admin,
    Query(query): Query<JobsQuery>,
) -> Result<Listed<AdminJobBody>, ApiError> {
    let page = query.page();
    let found = store::work::list(&db.client().await?, &query.wanted(), page).await?;
    let bodies = found.items.into_iter().map(AdminJobBody::from).collect();
    Ok(Listed::new(bodies, page.limit, found.next))
}

/// Show a job.
#[utoipa::path(
    get,
    path = "/api/admin/jobs/{id}",
    tag = "admin",
    params(("id" = JobId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<AdminJobBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(job.id = %id))]
pub(crate) async fn show_any_job(
    State(db): State<Db>,
    Admin(_): Admin,
    Path(id): Path<JobId>,
) -> Result<Answer<AdminJobBody>, ApiError> {
    let work = find(&db.client().await?, id).await?;
    Ok(Answer::ok(work.into()))
}

/// A job that has to be there.
pub(crate) async fn find(db: &impl Read, id: JobId) -> Result<Work, ApiError> {
    let found = store::work::find(db, id).await?;
    found.ok_or(ApiError::not_found("job"))
}

/// What the audit log keeps of an admin's hand in a job.
pub(crate) fn entry(action: AuditAction, admin: &Actor, work: &Work) -> AuditEntry {
    let entry = match work.subject {
        Some(subject) => AuditEntry::to(action, admin.id, subject),
        None => AuditEntry::own(action, admin.id),
    };
    entry.on(admin.login())
}
