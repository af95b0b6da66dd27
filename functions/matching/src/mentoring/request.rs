//! `/api/matching/requests` and `/api/matching/queue`

use axum::extract::State;
use deserr::Deserr;
use shared::clock::Clock;
use shared::domain::id::{MentoringRequestId, UserId};
use shared::domain::mentoring::RequestStatus;
use shared::domain::page::PageRequest;
use shared::http::{
    Actor, Admin, Answer, ApiError, IfMatch, Limit, Listed, Mentee, PageCursor, PageQuery, Path,
    Problems, Query, Refused,
};
use shared::store::mentoring::Filter;
use shared::store::{self, Db};
use utoipa::IntoParams;

use super::promise;
use super::request_body::{QueuedBody, RequestBody};

/// Which requests.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RequestsQuery {
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<RequestStatus>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    mentee_id: Option<UserId>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// List my requests for a mentor, the newest first.
///
/// Admins see everybody's.
#[utoipa::path(
    get,
    path = "/api/matching/requests",
    tag = "matching",
    params(RequestsQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<RequestBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_requests(
    State(db): State<Db>,
    actor: Actor,
    Query(query): Query<RequestsQuery>,
) -> Result<Listed<RequestBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let filter = Filter {
        status: query.status,
        mentee_id: query.mentee_id,
    };
    let found = store::mentoring::list(&db.client().await?, actor, filter, page).await?;
    let shown = found.items.into_iter();
    let bodies = shown.map(|request| RequestBody::new(request, actor.id));
    Ok(Listed::new(bodies.collect(), page.limit, found.next))
}

/// Show one of my requests for a mentor.
#[utoipa::path(
    get,
    path = "/api/matching/requests/{id}",
    tag = "matching",
    params(("id" = MentoringRequestId, Path)),
    security(("bearer" = [])),
    responses(
        (status = OK, body = Answer<RequestBody>, headers(("ETag" = String, description = "The `version` in quotes, for `If-Match`."))),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_request(
    State(db): State<Db>,
    actor: Actor,
    Path(id): Path<MentoringRequestId>,
) -> Result<Answer<RequestBody>, ApiError> {
    let request = store::mentoring::find_for(&db.client().await?, id, actor)
        .await?
        .ok_or(ApiError::not_found("request"))?;
    Ok(RequestBody::answer(request, actor.id))
}

/// Withdraw my request for a mentor.
///
/// The mentors who were asked hear that they need not answer any more.
#[utoipa::path(
    delete,
    path = "/api/matching/requests/{id}",
    tag = "matching",
    params(("id" = MentoringRequestId, Path), IfMatch),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<RequestBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn withdraw_request(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Mentee(actor): Mentee,
    Path(id): Path<MentoringRequestId>,
    if_match: IfMatch,
) -> Result<Answer<RequestBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    let request = store::mentoring::lock(&tx, id)
        .await?
        .filter(|request| request.mentee_id == actor.id)
        .ok_or(ApiError::not_found("request"))?;
    if_match.check(request.version)?;
    let (request, events) = request.withdraw(now)?;
    store::mentoring::update(&tx, &request).await?;
    promise(&tx, &clock, now, events).await?;
    tx.commit().await?;
    Ok(RequestBody::answer(request, actor.id))
}

/// List the requests for which nobody is left to ask, those that wait longest first.
///
/// An admin finds somebody for them (`POST /api/matching/matches`), or the next assignment run does.
#[utoipa::path(
    get,
    path = "/api/matching/queue",
    tag = "matching",
    params(PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<QueuedBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_queue(
    State(db): State<Db>,
    Admin(admin): Admin,
    Query(query): Query<PageQuery>,
) -> Result<Listed<QueuedBody>, ApiError> {
    let page = PageRequest::from(query);
    let found = store::mentoring::list_queue(&db.client().await?, page).await?;
    let shown = found.items.into_iter();
    let bodies = shown.map(|request| QueuedBody::new(request, admin.id));
    Ok(Listed::new(bodies.collect(), page.limit, found.next))
}
