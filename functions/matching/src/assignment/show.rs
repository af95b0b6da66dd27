//! `GET /api/matching/batch` and `GET /api/matching/batch/{job_id}`

use axum::extract::State;
use shared::domain::id::AssignmentRunId;
use shared::domain::page::PageRequest;
use shared::http::{Admin, Answer, ApiError, Listed, PageQuery, Path, Query, Refused};
use shared::store::{self, Db};

use super::body::RunBody;

/// List batches, the newest first.
#[utoipa::path(
    get,
    path = "/api/matching/batch",
    tag = "matching",
    params(PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<RunBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_assignments(
    State(db): State<Db>,
    _: Admin,
    Query(query): Query<PageQuery>,
) -> Result<Listed<RunBody>, ApiError> {
    let page = PageRequest::from(query);
    let client = db.client().await?;
    let found = store::assignment_run::list(&client, page).await?;
    let ids = found.items.iter().map(|run| run.id).collect::<Vec<_>>();
    let mut jobs = store::job::list_of_runs(&client, &ids).await?;
    let bodies = found.items.into_iter().map(|run| {
        let job = jobs.remove(&run.id);
        RunBody::new(run, job)
    });
    Ok(Listed::new(bodies.collect(), page.limit, found.next))
}

/// Show a batch.
///
/// While it is being solved its `progress` rises; then its `figures` say what came of it.
#[utoipa::path(
    get,
    path = "/api/matching/batch/{job_id}",
    tag = "matching",
    params(("job_id" = AssignmentRunId, Path)),
    security(("bearer" = [])),
    responses(
        (status = OK, body = Answer<RunBody>, headers(("ETag" = String, description = "The `version` in quotes, for `If-Match`."))),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_assignment(
    State(db): State<Db>,
    _: Admin,
    Path(id): Path<AssignmentRunId>,
) -> Result<Answer<RunBody>, ApiError> {
    let client = db.client().await?;
    let run = super::find(&client, id).await?;
    let body = super::shown(&client, run).await?;
    let version = body.version();
    Ok(Answer::ok(body).at_version(version))
}
