//! `GET /api/admin/sessions`

use axum::extract::State;
use deserr::Deserr;
use shared::domain::id::UserId;
use shared::domain::page::Order;
use shared::domain::session::SessionStatus;
use shared::http::{
    Admin, ApiError, AppState, Limit, Listed, Moment, PageCursor, Problems, Query, Refused,
};
use shared::store;
use shared::store::session::{Filter, SortBy};
use utoipa::IntoParams;

use super::session_body::AdminSessionBody;

/// Which sessions.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AdminSessionsQuery {
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
}

/// List everybody's sessions, those first that were asked for last.
#[utoipa::path(
    get,
    path = "/api/admin/sessions",
    tag = "admin",
    params(AdminSessionsQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<AdminSessionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_all_sessions(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Query(query): Query<AdminSessionsQuery>,
) -> Result<Listed<AdminSessionBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let filter = Filter {
        status: query.status,
        from: query.from.map(|moment| moment.0),
        to: query.to.map(|moment| moment.0),
        role: None,
        mentor_id: query.mentor_id,
        mentee_id: query.mentee_id,
    };
    let newest = (SortBy::CreatedAt, Order::Descending);
    let client = state.db.client().await?;
    let found = store::session::list(&client, admin, &filter, newest, page).await?;
    let now = state.clock.now();
    let sessions = found.items.into_iter();
    let sessions = sessions.map(|session| AdminSessionBody::new(session, admin, now));
    Ok(Listed::new(sessions.collect(), page.limit, found.next))
}
