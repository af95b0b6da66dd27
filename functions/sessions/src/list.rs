//! `GET /api/sessions` and `GET /api/sessions/{id}`

use axum::extract::State;
use deserr::Deserr;
use shared::clock::Clock;
use shared::domain::id::{SessionId, UserId};
use shared::domain::page::Order;
use shared::domain::session::SessionStatus;
use shared::domain::user::Role;
use shared::http::{
    Actor, Answer, ApiError, Limit, Listed, Moment, PageCursor, Path, Problems, Query, Refused,
};
use shared::store::session::{Filter, SortBy};
use shared::store::{self, Db};
use utoipa::{IntoParams, ToSchema};

use crate::body::SessionBody;

/// Which sessions.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionsQuery {
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<SessionStatus>,
    /// Those that start at or after this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    from: Option<Moment>,
    /// Those that start before this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    to: Option<Moment>,
    /// Those in which you have this role.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    role: Option<Role>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    mentor_id: Option<UserId>,
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
    /// Newest first when left out.
    #[deserr(default)]
    #[param(required = false, inline)]
    sort: Sort,
}

/// The order of a list; a minus turns it round.
#[derive(Clone, Copy, Debug, Default, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum Sort {
    #[deserr(rename = "scheduled_at")]
    #[schema(rename = "scheduled_at")]
    Start,
    #[deserr(rename = "-scheduled_at")]
    #[schema(rename = "-scheduled_at")]
    StartReversed,
    #[deserr(rename = "created_at")]
    #[schema(rename = "created_at")]
    Age,
    #[default]
    #[deserr(rename = "-created_at")]
    #[schema(rename = "-created_at")]
    AgeReversed,
}

impl From<Sort> for (SortBy, Order) {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Start => (SortBy::ScheduledAt, Order::Ascending),
            Sort::StartReversed => (SortBy::ScheduledAt, Order::Descending),
            Sort::Age => (SortBy::CreatedAt, Order::Ascending),
            Sort::AgeReversed => (SortBy::CreatedAt, Order::Descending),
        }
    }
}

/// List my sessions.
///
/// Admins see everybody's.
#[utoipa::path(
    get,
    path = "/api/sessions",
    tag = "sessions",
    params(SessionsQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<SessionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_sessions(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Query(query): Query<SessionsQuery>,
) -> Result<Listed<SessionBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let sort = query.sort.into();
    let filter = Filter {
        status: query.status,
        from: query.from.map(|moment| moment.0),
        to: query.to.map(|moment| moment.0),
        role: query.role,
        mentor_id: query.mentor_id,
        mentee_id: query.mentee_id,
        program: None,
    };
    let found = store::session::list(&db.client().await?, actor, &filter, sort, page).await?;
    let now = clock.now();
    let sessions = found
        .items
        .into_iter()
        .map(|session| SessionBody::new(session, actor, now))
        .collect();
    Ok(Listed::new(sessions, page.limit, found.next))
}

/// Show one of my sessions.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}",
    tag = "sessions",
    params(("id" = SessionId, Path)),
    security(("bearer" = [])),
    responses(
        (status = OK, body = Answer<SessionBody>, headers(("ETag" = String, description = "The `version` in quotes, for `If-Match`."))),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn show_session(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<SessionId>,
) -> Result<Answer<SessionBody>, ApiError> {
    let client = db.client().await?;
    let session = store::session::find_for(&client, id, actor)
        .await?
        .ok_or(ApiError::not_found("session"))?;
    Ok(SessionBody::answer(session, actor, clock.now()))
}
