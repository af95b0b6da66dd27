//! `GET /api/matching/batches` and `GET /api/matching/batches/{id}`

use axum::extract::State;
use deserr::Deserr;
use shared::clock::Clock;
use shared::domain::id::{MentoringRequestId, ProposalBatchId, UserId};
use shared::domain::mentoring::{BatchStatus, Outcome};
use shared::http::{
    Actor, Answer, ApiError, Limit, Listed, PageCursor, Path, Problems, Query, Refused,
};
use shared::store::mentoring::BatchFilter;
use shared::store::{self, Db};
use utoipa::IntoParams;

use super::batch_body::BatchBody;

/// Which batches.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BatchesQuery {
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<BatchStatus>,
    /// Those in which you, or a mentor whom you may see, have come to this: `proposed` is what waits for an answer.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    outcome: Option<Outcome>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    request_id: Option<MentoringRequestId>,
    /// Those in which this mentor was asked.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    mentor_id: Option<UserId>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// List the batches of my requests, or those in which I was asked, the newest first.
///
/// Admins see everybody's.
#[utoipa::path(
    get,
    path = "/api/matching/batches",
    tag = "matching",
    params(BatchesQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<BatchBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_batches(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Query(query): Query<BatchesQuery>,
) -> Result<Listed<BatchBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let filter = BatchFilter {
        status: query.status,
        request_id: query.request_id,
        mentor_id: query.mentor_id,
        outcome: query.outcome,
    };
    let client = db.client().await?;
    let found = store::mentoring::list_batches(&client, actor, &filter, page).await?;
    let now = clock.now();
    let shown = found.items.into_iter();
    let bodies = shown.map(|view| BatchBody::new(view, actor.id, now));
    Ok(Listed::new(bodies.collect(), page.limit, found.next))
}

/// Show a batch of my request, or one in which I was asked.
#[utoipa::path(
    get,
    path = "/api/matching/batches/{id}",
    tag = "matching",
    params(("id" = ProposalBatchId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<BatchBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_batch(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<ProposalBatchId>,
) -> Result<Answer<BatchBody>, ApiError> {
    let view = store::mentoring::find_batch(&db.client().await?, id, actor)
        .await?
        .ok_or(ApiError::not_found("batch"))?;
    Ok(Answer::ok(BatchBody::new(view, actor.id, clock.now())))
}
