//! `GET /api/matching/batch/{job_id}/pairs`, `…/unmatched` and `…/changes`

use axum::extract::State;
use shared::domain::id::AssignmentRunId;
use shared::domain::page::PageRequest;
use shared::http::{Admin, ApiError, Listed, PageQuery, Path, Query, Refused};
use shared::store::{self, Db};

use super::body::{ChangeBody, GapBody, PairBody};

/// List the pairs of a batch, mentee by mentee.
///
/// Each with its score, the facts behind it, and, once the batch was published, the match that was made or why it could
/// not be.
#[utoipa::path(
    get,
    path = "/api/matching/batch/{job_id}/pairs",
    tag = "matching",
    params(("job_id" = AssignmentRunId, Path), PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<PairBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_assignment_pairs(
    State(db): State<Db>,
    _: Admin,
    Path(id): Path<AssignmentRunId>,
    Query(query): Query<PageQuery>,
) -> Result<Listed<PairBody>, ApiError> {
    let page = PageRequest::from(query);
    let client = db.client().await?;
    let run = super::find(&client, id).await?;
    let found = store::assignment_run::list_pairs(&client, &run, page).await?;
    let bodies = found.items.into_iter().map(PairBody::from).collect();
    Ok(Listed::new(bodies, page.limit, found.next))
}

/// List who got less than they wanted in a batch, and why.
#[utoipa::path(
    get,
    path = "/api/matching/batch/{job_id}/unmatched",
    tag = "matching",
    params(("job_id" = AssignmentRunId, Path), PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<GapBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_assignment_gaps(
    State(db): State<Db>,
    _: Admin,
    Path(id): Path<AssignmentRunId>,
    Query(query): Query<PageQuery>,
) -> Result<Listed<GapBody>, ApiError> {
    let page = PageRequest::from(query);
    let client = db.client().await?;
    let run = super::find(&client, id).await?;
    let found = store::assignment_run::list_gaps(&client, &run, page).await?;
    let bodies = found.items.into_iter().map(GapBody::from).collect();
    Ok(Listed::new(bodies, page.limit, found.next))
}

/// List the mentees with other mentors than in the batch before, and why.
///
/// The batch before is the one that was solved last, whatever became of it; `previous_job_id` names it.
#[utoipa::path(
    get,
    path = "/api/matching/batch/{job_id}/changes",
    tag = "matching",
    params(("job_id" = AssignmentRunId, Path), PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<ChangeBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_assignment_changes(
    State(db): State<Db>,
    _: Admin,
    Path(id): Path<AssignmentRunId>,
    Query(query): Query<PageQuery>,
) -> Result<Listed<ChangeBody>, ApiError> {
    let page = PageRequest::from(query);
    let client = db.client().await?;
    let run = super::find(&client, id).await?;
    let found = store::assignment_run::list_moves(&client, &run, page).await?;
    let bodies = found.items.into_iter().map(ChangeBody::from).collect();
    Ok(Listed::new(bodies, page.limit, found.next))
}
